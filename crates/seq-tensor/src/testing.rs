//! What the tests of every operation share: random inputs, and one check that covers gradients, precision
//! and threads.

use parking_lot::Mutex;
use seq_testing::{Random, assert_close, gradient_check, tolerance};

use crate::element::Element;
use crate::error::Result;
use crate::tape::{backward, record_one};
use crate::tensor::{DType, Tensor};
use crate::threads;

/// An input of an operation: numbers that are exact in f32, so that both dtypes see the same.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub shape: Vec<usize>,
    pub data: Vec<f64>,
}

impl Input {
    pub fn tensor(&self) -> Tensor {
        Tensor::new(self.data.clone(), &self.shape).unwrap()
    }
}

pub(crate) fn input(shape: &[usize], data: Vec<f64>) -> Input {
    assert_eq!(shape.iter().product::<usize>(), data.len());
    Input { shape: shape.to_vec(), data: data.into_iter().map(|x| f64::from(x as f32)).collect() }
}

pub(crate) fn random_between(seed: u64, shape: &[usize], low: f64, high: f64) -> Input {
    input(shape, Random::new(seed).uniforms(shape.iter().product(), low, high))
}

pub(crate) fn random(seed: u64, shape: &[usize]) -> Input {
    random_between(seed, shape, -2.0, 2.0)
}

/// The numbers of a float tensor as doubles.
pub(crate) fn doubles(tensor: &Tensor) -> Vec<f64> {
    match tensor.dtype() {
        DType::F32 => tensor.to_vec::<f32>().unwrap().into_iter().map(f64::from).collect(),
        _ => tensor.to_vec::<f64>().unwrap(),
    }
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// `sum(weights * y)` as a recorded scalar, independent of the operations under test.
fn weighted_sum<T: Element>(y: &Tensor, weights: &[f64]) -> Tensor {
    let value = doubles(y).iter().zip(weights).map(|(y, w)| y * w).sum();
    let gradient: Vec<T> = weights.iter().map(|w| T::from_f64(*w)).collect();
    let gradient = Tensor::new(gradient, y.shape()).unwrap();
    record_one("weighted_sum", &[y], Tensor::scalar(T::from_f64(value)), move |_| Ok(vec![Some(gradient)]))
}

/// The output and the gradient of `sum(weights * output)` by every input.
struct Run {
    y: Vec<f64>,
    shape: Vec<usize>,
    gradients: Vec<Vec<f64>>,
}

fn run<T: Element>(inputs: &[Input], weights: &[f64], op: &impl Fn(&[Tensor]) -> Result<Tensor>) -> Run {
    let typed = |input: &Input| {
        let data: Vec<T> = input.data.iter().map(|x| T::from_f64(*x)).collect();
        Tensor::new(data, &input.shape).unwrap().variable()
    };
    let variables: Vec<Tensor> = inputs.iter().map(typed).collect();
    let y = op(&variables).unwrap();
    assert_eq!(y.dtype(), T::DTYPE);
    let gradients = backward(&weighted_sum::<T>(&y, weights)).unwrap();
    let gradients = variables.iter().map(|variable| {
        let gradient = gradients.get(variable).expect("every variable gets a gradient");
        assert_eq!(gradient.shape(), variable.shape());
        assert_eq!(gradient.dtype(), T::DTYPE);
        doubles(gradient)
    });
    Run { gradients: gradients.collect(), shape: y.shape().to_vec(), y: doubles(&y) }
}

static THREADS: Mutex<()> = Mutex::new(());

/// The result of `work` with one thread and with several, one test at a time.
pub(crate) fn with_threads<R>(work: impl Fn() -> R) -> [R; 3] {
    let _guard = THREADS.lock();
    [1, 2, 5].map(|count| {
        threads::set_threads(count);
        work()
    })
}

/// Checks an operation that is differentiable by all inputs: its gradients by differences in f64, f32
/// against f64, and equal bits for any number of threads. Returns output and shape in f64.
pub(crate) fn check_op(
    what: &str,
    inputs: &[Input],
    op: impl Fn(&[Tensor]) -> Result<Tensor>,
) -> (Vec<f64>, Vec<usize>) {
    let tensors: Vec<Tensor> = inputs.iter().map(Input::tensor).collect();
    let output_len = op(&tensors).unwrap().len();
    let weights = input(&[output_len], Random::new(0xc07a).uniforms(output_len, -1.0, 1.0)).data;
    let double = run::<f64>(inputs, &weights, &op);

    let f = |moved: &[Vec<f64>]| {
        let moved = moved.iter().zip(inputs).map(|(data, input)| Tensor::new(data.clone(), &input.shape).unwrap());
        let y = doubles(&op(&moved.collect::<Vec<_>>()).unwrap());
        y.iter().zip(&weights).map(|(y, w)| y * w).sum()
    };
    let points: Vec<Vec<f64>> = inputs.iter().map(|input| input.data.clone()).collect();
    if let Err(problem) = gradient_check(f, &points, &double.gradients, &tolerance("float64/gradient-check")) {
        panic!("{what}: {problem}");
    }

    let single = run::<f32>(inputs, &weights, &op);
    assert_eq!(single.shape, double.shape);
    let near = tolerance("float32/operation");
    assert_close(&format!("{what} in f32"), &single.y, &double.y, &near);
    for (i, (got, want)) in single.gradients.iter().zip(&double.gradients).enumerate() {
        assert_close(&format!("{what}, gradient {i} in f32"), got, want, &near);
    }

    for other in with_threads(|| [run::<f32>(inputs, &weights, &op), run::<f64>(inputs, &weights, &op)]) {
        for (base, other) in [&single, &double].into_iter().zip(&other) {
            assert!(bits(&base.y) == bits(&other.y), "{what}: the output depends on the number of threads");
            for (i, (a, b)) in base.gradients.iter().zip(&other.gradients).enumerate() {
                assert!(bits(a) == bits(b), "{what}: gradient {i} depends on the number of threads");
            }
        }
    }
    (double.y, double.shape)
}

/// [`check_op`], and the f64 output against plain loops.
pub(crate) fn check_against(
    what: &str,
    inputs: &[Input],
    op: impl Fn(&[Tensor]) -> Result<Tensor>,
    reference: impl Fn(&[Input]) -> Input,
) {
    let (got, shape) = check_op(what, inputs, op);
    let want = reference(inputs);
    assert_eq!(shape, want.shape, "{what}");
    assert_close(what, &got, &want.data, &tolerance("float64/operation"));
}

/// A reference result; unlike [`input`] it is not rounded.
pub(crate) fn wanted(shape: &[usize], data: Vec<f64>) -> Input {
    assert_eq!(shape.iter().product::<usize>(), data.len());
    Input { shape: shape.to_vec(), data }
}

/// The code of the error that an operation returned.
pub(crate) fn code<R>(result: Result<R>) -> &'static str {
    result.err().map_or("no error", |error| error.code())
}
