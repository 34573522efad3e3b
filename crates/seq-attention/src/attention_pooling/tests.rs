use seq_tensor::Tensor;
use seq_tensor::tensor::DType;
use seq_tensor::threads::set_threads;

use super::reference::pool;
use super::*;
use crate::testing::{THREADS, assert_close, assert_single, assert_slopes, gradients, noise, tensor, values};

struct Case {
    width: usize,
    offsets: Vec<u32>,
    mask: Option<Vec<u8>>,
    x: Vec<f64>,
    /// Query, norm weight, norm bias.
    parameters: [Vec<f64>; 3],
    cotangent: Vec<f64>,
}

struct Outcome {
    y: Vec<f64>,
    dx: Vec<f64>,
    d_parameters: Vec<Vec<f64>>,
}

impl Case {
    fn new(width: usize, lens: &[usize], mask: Option<&[u8]>) -> Self {
        let mut offsets = vec![0u32];
        lens.iter().for_each(|len| offsets.push(offsets[offsets.len() - 1] + *len as u32));
        let rows: usize = lens.iter().sum();
        Self {
            width,
            mask: mask.map(|mask| mask.iter().copied().cycle().take(rows).collect()),
            x: noise(1, rows * width).into_iter().map(|x| 2.0 * x).collect(),
            parameters: [
                noise(2, width).into_iter().map(|q| 3.0 * q).collect(),
                noise(3, width).into_iter().map(|w| 1.0 + 0.3 * w).collect(),
                noise(4, width),
            ],
            cotangent: noise(5, lens.len() * width),
            offsets,
        }
    }

    fn expected(&self, x: &[f64], [query, weight, bias]: &[Vec<f64>; 3]) -> Vec<f64> {
        pool(x, &self.offsets, self.mask.as_deref(), query, weight, bias)
    }

    fn run(&self, dtype: DType) -> Outcome {
        let width = self.width;
        let x = tensor(dtype, &self.x, &[self.x.len() / width, width]).variable();
        let [query, norm_weight, norm_bias] = [vec![1, width], vec![width], vec![width]]
            .iter()
            .zip(&self.parameters)
            .map(|(shape, data)| tensor(dtype, data, shape).variable())
            .collect::<Vec<_>>()
            .try_into()
            .unwrap();
        let mask = self.mask.as_ref().map(|mask| Tensor::new(mask.clone(), &[mask.len()]).unwrap());
        let parameters = PoolingParameters { query, norm_weight, norm_bias };
        let y = attention_pooling(&x, &self.offsets, mask.as_ref(), &parameters).unwrap();
        let variables: Vec<Tensor> = std::iter::once(&x).chain(parameters.tensors()).cloned().collect();
        let found = gradients(&y, &self.cotangent, &variables).into_iter();
        let mut found = found.map(|gradient| values(&gradient.unwrap()));
        Outcome { y: values(&y), dx: found.next().unwrap(), d_parameters: found.collect() }
    }
}

fn cases() -> Vec<(&'static str, Case)> {
    vec![
        ("no sequence", Case::new(4, &[], None)),
        ("empty sequences", Case::new(4, &[0, 3, 0], Some(&[1, 0]))),
        ("length one", Case::new(5, &[1, 1], Some(&[1]))),
        ("no mask", Case::new(7, &[3, 12, 5], None)),
        ("mask", Case::new(16, &[9, 4, 11], Some(&[1, 1, 0, 1, 0]))),
        ("every row hidden", Case::new(6, &[3, 4], Some(&[0]))),
        ("one sequence hidden", Case::new(6, &[4, 4], Some(&[0, 0, 0, 0, 1, 0, 1, 1]))),
        ("long", Case::new(24, &[300, 2, 150], Some(&[1, 0, 1, 1, 1, 1, 1]))),
    ]
}

#[test]
fn outputs_equal_the_reference_in_both_precisions() {
    for (name, case) in cases() {
        let expected = case.expected(&case.x, &case.parameters);
        assert_close(name, &case.run(DType::F64).y, &expected, 1e-12, 1e-12);
        assert_close(name, &case.run(DType::F32).y, &expected, 5e-6, 1e-5);
    }
}

#[test]
fn every_gradient_equals_finite_differences() {
    for (name, case) in cases() {
        let found = case.run(DType::F64);
        let loss = |y: Vec<f64>| -> f64 { y.iter().zip(&case.cotangent).map(|(y, c)| y * c).sum() };
        let every = if case.x.len() > 1000 { 37 } else { 1 };
        assert_slopes(&format!("{name}: x"), &case.x, &found.dx, (0..case.x.len()).step_by(every), |x| {
            loss(case.expected(x, &case.parameters))
        });
        for (p, data) in case.parameters.iter().enumerate() {
            assert_slopes(&format!("{name}: parameter {p}"), data, &found.d_parameters[p], 0..data.len(), |moved| {
                let mut parameters = case.parameters.clone();
                parameters[p] = moved.to_vec();
                loss(case.expected(&case.x, &parameters))
            });
        }
    }
}

#[test]
fn gradients_in_single_precision_are_those_of_double_precision() {
    for (name, case) in cases() {
        let (single, double) = (case.run(DType::F32), case.run(DType::F64));
        assert_single(name, &single.dx, &double.dx);
        assert_single(name, &single.d_parameters.concat(), &double.d_parameters.concat());
    }
}

#[test]
fn any_number_of_threads_and_any_packing_give_the_same_bits() {
    let _turn = THREADS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let lens = [40, 3, 90, 151, 7].repeat(5);
    let case = Case::new(16, &lens, Some(&[1, 1, 0]));
    set_threads(1);
    let one = case.run(DType::F32);
    for threads in [2, 3] {
        set_threads(threads);
        let many = case.run(DType::F32);
        assert!(one.y == many.y && one.dx == many.dx && one.d_parameters == many.d_parameters, "{threads} threads");
    }
    set_threads(0);
    for (i, pair) in case.offsets.windows(2).enumerate() {
        let (from, to) = (pair[0] as usize, pair[1] as usize);
        let mut alone = Case::new(16, &[to - from], None);
        alone.mask = case.mask.as_ref().map(|mask| mask[from..to].to_vec());
        alone.x = case.x[from * 16..to * 16].to_vec();
        alone.cotangent = case.cotangent[i * 16..][..16].to_vec();
        let alone = alone.run(DType::F32);
        assert_eq!(alone.y, one.y[i * 16..][..16], "sequence {i}");
        assert_eq!(alone.dx, one.dx[from * 16..to * 16], "sequence {i}");
    }
}

#[test]
fn a_result_that_is_not_a_number_is_told_with_its_sequence() {
    let mut case = Case::new(4, &[3, 2, 2], None);
    case.x[13] = f64::NAN;
    case.x[25] = f64::INFINITY;
    let x = tensor(DType::F32, &case.x, &[7, 4]);
    let vector = |data: &[f64]| tensor(DType::F32, data, &[4]);
    let [query, weight, bias] = &case.parameters;
    let parameters = PoolingParameters {
        query: tensor(DType::F32, query, &[1, 4]),
        norm_weight: vector(weight),
        norm_bias: vector(bias),
    };
    let error = attention_pooling(&x, &case.offsets, None, &parameters).unwrap_err();
    assert_eq!(error.code(), "TENSOR_VALUE");
    assert!(error.to_string().contains("2 pooled vectors") && error.to_string().contains("sequence 1"), "{error}");
}

#[test]
fn wrong_inputs_are_told() {
    let case = Case::new(4, &[3, 2], None);
    let x = tensor(DType::F32, &case.x, &[5, 4]);
    let vector = |len: usize| tensor(DType::F32, &vec![1.0; len], &[len]);
    let good = PoolingParameters {
        query: tensor(DType::F32, &[1.0; 4], &[1, 4]),
        norm_weight: vector(4),
        norm_bias: vector(4),
    };
    let code = |result: Result<Tensor>| result.unwrap_err().code();
    assert_eq!(code(attention_pooling(&x, &[0, 3], None, &good)), "TENSOR_VALUE");
    let wrong = PoolingParameters { query: vector(4), ..good.clone() };
    assert_eq!(code(attention_pooling(&x, &case.offsets, None, &wrong)), "TENSOR_SHAPE");
    let wrong = PoolingParameters { norm_bias: vector(3), ..good.clone() };
    assert_eq!(code(attention_pooling(&x, &case.offsets, None, &wrong)), "TENSOR_SHAPE");
    let wrong = PoolingParameters { norm_bias: tensor(DType::F64, &[1.0; 4], &[4]), ..good.clone() };
    assert_eq!(code(attention_pooling(&x, &case.offsets, None, &wrong)), "TENSOR_DTYPE");
    let mask = Tensor::new(vec![1u8; 4], &[4]).unwrap();
    assert_eq!(code(attention_pooling(&x, &case.offsets, Some(&mask), &good)), "TENSOR_SHAPE");
    assert_eq!(code(attention_pooling(&vector(4), &case.offsets, None, &good)), "TENSOR_SHAPE");
}
