//! `concat`: tensors end to end along one axis, copied.
//!
//! Shapes: equal but for that axis. DTypes: any, all the same. The gradient of each input is its part of
//! `dy`; gradients overwrite. Errors: `TENSOR_SHAPE`, `TENSOR_DTYPE`.

use crate::dispatch_stored;
use crate::error::{Result, TensorError};
use crate::ops::slice::slice;
use crate::tape::record_one;
use crate::tensor::{Stored, Tensor};

const OP: &str = "concat";

/// The inputs end to end along `axis`.
///
/// # Errors
/// `TENSOR_SHAPE` without inputs or if they differ in another axis; `TENSOR_DTYPE`.
pub fn concat(inputs: &[&Tensor], axis: usize) -> Result<Tensor> {
    let shapes: Vec<&[usize]> = inputs.iter().map(|input| input.shape()).collect();
    let fits = |shape: &[usize]| {
        shape.len() == shapes[0].len()
            && (0..shape.len()).all(|other| other == axis || shape[other] == shapes[0][other])
    };
    if shapes.is_empty() || axis >= shapes[0].len() || !shapes.iter().all(|shape| fits(shape)) {
        let problem = format!("one or more inputs that differ at most in axis {axis} are needed");
        return Err(TensorError::shape(OP, problem, &shapes));
    }
    let mut shape = shapes[0].to_vec();
    let sizes: Vec<usize> = shapes.iter().map(|shape| shape[axis]).collect();
    shape[axis] = sizes.iter().sum();
    let y = dispatch_stored!(inputs[0].dtype(), T => joined::<T>(inputs, axis, &shape))?;
    let needs: Vec<bool> = inputs.iter().map(|input| input.needs_gradient()).collect();
    Ok(record_one(OP, inputs, y, move |gradient| {
        let mut start = 0;
        let parts = sizes.iter().zip(&needs).map(|(size, needed)| {
            start += size;
            needed.then(|| slice(&gradient, axis, start - size, start)).transpose()
        });
        parts.collect()
    }))
}

fn joined<T: Stored>(inputs: &[&Tensor], axis: usize, shape: &[usize]) -> Result<Tensor> {
    let elements = inputs.iter().map(|input| input.elements::<T>(OP)).collect::<Result<Vec<_>>>()?;
    let outer: usize = shape[..axis].iter().product();
    let mut out = Vec::with_capacity(shape.iter().product());
    for block in 0..outer {
        for part in &elements {
            let width = part.len() / outer;
            out.extend_from_slice(&part[block * width..][..width]);
        }
    }
    Tensor::new(out, shape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Input, check_op, code, random};

    /// Concatenation is right if slicing gives the inputs back; `slice` has its own tests.
    #[test]
    fn the_parts_are_the_inputs_in_order() {
        let cases: [(&[&[usize]], usize); 6] = [
            (&[&[3]], 0),
            (&[&[3], &[0], &[2]], 0),
            (&[&[2, 3], &[2, 1]], 1),
            (&[&[1, 3], &[4, 3]], 0),
            (&[&[2, 1, 2], &[2, 3, 2], &[2, 2, 2]], 1),
            (&[&[0, 2], &[0, 3]], 1),
        ];
        for (shapes, axis) in cases {
            let inputs: Vec<Input> = shapes.iter().zip(96..).map(|(shape, seed)| random(seed, shape)).collect();
            let op = |t: &[Tensor]| concat(&t.iter().collect::<Vec<_>>(), axis);
            let (data, shape) = check_op("concat", &inputs, op);
            let whole = Tensor::new(data, &shape).unwrap();
            let mut start = 0;
            for input in &inputs {
                let end = start + input.shape[axis];
                assert_eq!(slice(&whole, axis, start, end).unwrap().to_vec::<f64>().unwrap(), input.data);
                start = end;
            }
            assert_eq!(start, shape[axis]);
        }
    }

    #[test]
    fn only_inputs_that_need_it_get_a_gradient() {
        let (a, b) = (random(97, &[2]).tensor(), random(98, &[3]).tensor().variable());
        let y = concat(&[&a, &b], 0).unwrap();
        let total = crate::ops::sum(&y, &[0], crate::ops::ReducedAxes::Drop).unwrap();
        let gradients = crate::tape::backward(&total).unwrap();
        assert_eq!(gradients.get(&b).unwrap().to_vec::<f64>().unwrap(), [1.0; 3]);
    }

    #[test]
    fn inputs_that_do_not_fit_are_refused() {
        let (a, b) = (random(97, &[2, 3]).tensor(), random(98, &[3, 3]).tensor());
        assert_eq!(code(concat(&[], 0)), "TENSOR_SHAPE");
        assert_eq!(code(concat(&[&a, &b], 1)), "TENSOR_SHAPE");
        assert_eq!(code(concat(&[&a, &b], 2)), "TENSOR_SHAPE");
        assert_eq!(code(concat(&[&a, &Tensor::new(vec![0i32; 3], &[1, 3]).unwrap()], 0)), "TENSOR_DTYPE");
    }
}
