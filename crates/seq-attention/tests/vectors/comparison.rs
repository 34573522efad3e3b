//! The tolerances of `conformance/tolerances.json`, and tensors of the precision under test.

use seq_tensor::Tensor;
use seq_tensor::ops::{ReducedAxes, mul, sum};
use seq_tensor::tape::backward;
use seq_tensor::tensor::DType;
use seq_testing::{VectorCase, assert_close, tolerance};

/// How a result is compared.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Output,
    Gradient,
    Loss,
}

/// Asserts that a result is within the tolerance of its precision and kind.
#[track_caller]
pub fn assert_within(what: &str, dtype: DType, kind: Kind, found: &[f64], expected: &[f64]) {
    let id = match (dtype, kind) {
        (DType::F64, Kind::Loss) => "float64/scalar",
        (DType::F64, _) => "float64/stored-float32",
        (_, Kind::Output) => "float32/output",
        (_, Kind::Gradient) => "float32/gradient",
        (_, Kind::Loss) => "float32/loss",
    };
    assert_close(&format!("{what} in {dtype:?}"), found, expected, &tolerance(id));
}

/// Asserts that `sum(y * cotangent)` is the case's loss.
pub fn assert_loss(case: &VectorCase, dtype: DType, y: &[f64], cotangent: &[f64]) {
    let loss = y.iter().zip(cotangent).map(|(y, c)| y * c).sum();
    let expected = case.json["loss_float64"].as_f64().unwrap();
    assert_within(&format!("{}: loss", case.name), dtype, Kind::Loss, &[loss], &[expected]);
}

/// A size in the configuration of a case.
pub fn size(case: &VectorCase, key: &str) -> usize {
    case.json["config"][key].as_u64().unwrap() as usize
}

/// A tensor of either float type.
pub fn tensor(dtype: DType, data: &[f64], shape: &[usize]) -> Tensor {
    match dtype {
        DType::F32 => Tensor::new(data.iter().map(|x| *x as f32).collect(), shape).unwrap(),
        _ => Tensor::new(data.to_vec(), shape).unwrap(),
    }
}

/// A mask of bytes with one axis.
pub fn mask(data: &[f64]) -> Tensor {
    Tensor::new(data.iter().map(|m| *m as u8).collect(), &[data.len()]).unwrap()
}

/// The elements of a tensor of either float type.
pub fn values(tensor: &Tensor) -> Vec<f64> {
    match tensor.dtype() {
        DType::F32 => tensor.to_vec::<f32>().unwrap().into_iter().map(f64::from).collect(),
        _ => tensor.to_vec().unwrap(),
    }
}

/// Gradients of `sum(y * cotangent)` with respect to each variable.
pub fn gradients(y: &Tensor, cotangent: &[f64], variables: &[&Tensor]) -> Vec<Vec<f64>> {
    let weighted = mul(y, &tensor(y.dtype(), cotangent, y.shape())).unwrap();
    let axes: Vec<usize> = (0..y.shape().len()).collect();
    let found = backward(&sum(&weighted, &axes, ReducedAxes::Drop).unwrap()).unwrap();
    variables.iter().map(|variable| values(found.get(variable).expect("the loss depends on it"))).collect()
}

/// Offsets of `count` sequences of `len` rows.
pub fn equal_offsets(count: usize, len: usize) -> Vec<u32> {
    (0..=count).map(|i| (i * len) as u32).collect()
}
