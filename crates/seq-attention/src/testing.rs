//! What the tests of several ops share: smooth test data, a scalar loss, finite differences.

use seq_tensor::Tensor;
use std::sync::Mutex;

use seq_tensor::tape::{backward, record_one};
use seq_tensor::tensor::DType;

/// The number of threads belongs to the process, so tests that set it take turns.
pub(crate) static THREADS: Mutex<()> = Mutex::new(());

/// Numbers in about [-1, 1] without pattern, the same for the same seed.
pub(crate) fn noise(seed: u64, len: usize) -> Vec<f64> {
    let stream = seq_tensor::philox::Stream::new(seed, 0, 0);
    (0..len).map(|i| 2.0 * stream.uniform(0, i as u32) - 1.0).collect()
}

/// A tensor of either float type.
pub(crate) fn tensor(dtype: DType, data: &[f64], shape: &[usize]) -> Tensor {
    match dtype {
        DType::F32 => Tensor::new(data.iter().map(|x| *x as f32).collect(), shape).unwrap(),
        _ => Tensor::new(data.to_vec(), shape).unwrap(),
    }
}

/// The elements of a tensor of either float type, widened.
pub(crate) fn values(tensor: &Tensor) -> Vec<f64> {
    match tensor.dtype() {
        DType::F32 => tensor.to_vec::<f32>().unwrap().into_iter().map(f64::from).collect(),
        _ => tensor.to_vec().unwrap(),
    }
}

/// The sum of `y` times `cotangent` as a recorded scalar.
fn weighted_sum(y: &Tensor, cotangent: &[f64]) -> Tensor {
    let loss: f64 = values(y).iter().zip(cotangent).map(|(y, c)| y * c).sum();
    let gradient = tensor(y.dtype(), cotangent, y.shape());
    record_one("weighted_sum", &[y], tensor(y.dtype(), &[loss], &[]), move |_| Ok(vec![Some(gradient)]))
}

/// Gradients of the weighted sum of `y` with respect to each of `variables`; none where none arrives.
pub(crate) fn gradients(y: &Tensor, cotangent: &[f64], variables: &[Tensor]) -> Vec<Option<Tensor>> {
    let found = backward(&weighted_sum(y, cotangent)).unwrap();
    variables.iter().map(|variable| found.get(variable).cloned()).collect()
}

/// Asserts that `found` is the slope of `loss` in each chosen element of `data`.
pub(crate) fn assert_slopes(
    what: &str,
    data: &[f64],
    found: &[f64],
    chosen: impl Iterator<Item = usize>,
    loss: impl Fn(&[f64]) -> f64,
) {
    assert_eq!(data.len(), found.len(), "{what} has a gradient per element");
    let step = 1e-5;
    for i in chosen {
        let mut moved = data.to_vec();
        moved[i] = data[i] + step;
        let up = loss(&moved);
        moved[i] = data[i] - step;
        let slope = (up - loss(&moved)) / (2.0 * step);
        let difference = (found[i] - slope).abs();
        assert!(difference <= 2e-8 + 2e-8 * slope.abs(), "{what}[{i}]: gradient {}, slope {slope}", found[i]);
    }
}

/// Asserts that two slices agree within `absolute + relative |expected|`.
pub(crate) fn assert_close(what: &str, found: &[f64], expected: &[f64], absolute: f64, relative: f64) {
    assert_eq!(found.len(), expected.len(), "{what}: lengths");
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        let allowed = absolute + relative * expected.abs();
        assert!((found - expected).abs() <= allowed, "{what}[{i}]: {found}, not {expected}");
    }
}

/// Asserts that single-precision gradients are those of double precision within 1e-4 of the largest.
pub(crate) fn assert_single(what: &str, single: &[f64], double: &[f64]) {
    let largest = double.iter().fold(1e-3f64, |largest, x| largest.max(x.abs()));
    assert_close(what, single, double, 1e-4 * largest, 0.0);
}
