use super::*;
use crate::tape::backward;
use crate::testing::{Input, check_against, code, doubles, random, random_between, wanted};

type Op = fn(&Tensor, &Tensor) -> Result<Tensor>;
type Reference = fn(f64, f64) -> f64;

/// `f` over the common shape, by index arithmetic.
pub(crate) fn reference(inputs: &[Input], f: impl Fn(f64, f64) -> f64) -> Input {
    let shape = broadcast_shape("reference", &[&inputs[0].shape, &inputs[1].shape]).unwrap();
    let count: usize = shape.iter().product();
    let element = |input: &Input, flat: usize| {
        let (mut rest, mut offset, mut dense) = (flat, 0, 1);
        for axis in (0..shape.len()).rev() {
            let position = rest % shape[axis];
            rest /= shape[axis];
            if let Some(own) = (axis + input.shape.len()).checked_sub(shape.len()) {
                offset += if input.shape[own] == 1 { 0 } else { position * dense };
                dense *= input.shape[own];
            }
        }
        input.data[offset]
    };
    wanted(&shape, (0..count).map(|i| f(element(&inputs[0], i), element(&inputs[1], i))).collect())
}

#[test]
fn values_and_slopes_follow_their_definitions_for_all_kinds_of_broadcasting() {
    let functions: [(&str, Op, Reference); 6] = [
        ("add", add, |a, b| a + b),
        ("sub", sub, |a, b| a - b),
        ("mul", mul, |a, b| a * b),
        ("div", div, |a, b| a / b),
        ("maximum", maximum, f64::max),
        ("minimum", minimum, f64::min),
    ];
    let shapes: [(&[usize], &[usize]); 10] = [
        (&[7], &[7]),
        (&[], &[]),
        (&[3, 5], &[]),
        (&[1], &[4, 3]),
        (&[3, 5], &[5]),
        (&[3, 5], &[3, 1]),
        (&[4, 1, 3], &[2, 1]),
        (&[0, 3], &[1, 3]),
        (&[2, 1, 2, 1, 2], &[1, 3, 1, 2, 1]),
        (&[129, 300], &[300]),
    ];
    for (name, op, f) in functions {
        for (a, b) in shapes {
            // Different ranges keep quotients smooth; ties of maximum and minimum have their own test.
            let is_extreme = name.ends_with("imum");
            let b = if is_extreme { random(22, b) } else { random_between(22, b, 0.5, 2.0) };
            let inputs = [random(21, a), b];
            let gap = reference(&inputs, |a, b| (a - b).abs()).data.into_iter().fold(f64::INFINITY, f64::min);
            if is_extreme && gap < 0.005 {
                continue;
            }
            check_against(name, &inputs, |t| op(&t[0], &t[1]), |t| reference(t, f));
        }
    }
}

#[test]
fn ties_share_the_gradient_and_nan_wins() {
    for op in [maximum, minimum] as [Op; 2] {
        let a = Tensor::new(vec![2.0f64], &[1]).unwrap().variable();
        let b = Tensor::new(vec![2.0f64], &[1]).unwrap().variable();
        let gradients = backward(&op(&a, &b).unwrap()).unwrap();
        assert_eq!(doubles(gradients.get(&a).unwrap()), [0.5]);
        assert_eq!(doubles(gradients.get(&b).unwrap()), [0.5]);
        let nan = Tensor::new(vec![f64::NAN], &[1]).unwrap();
        assert!(doubles(&op(&a, &nan).unwrap())[0].is_nan());
        assert!(doubles(&op(&nan, &a).unwrap())[0].is_nan());
    }
}

#[test]
fn one_tensor_on_both_sides_gets_both_gradients() {
    let x = Tensor::new(vec![3.0f64], &[1]).unwrap().variable();
    let gradients = backward(&mul(&x, &x).unwrap()).unwrap();
    assert_eq!(doubles(gradients.get(&x).unwrap()), [6.0]);
}

#[test]
fn only_the_side_that_needs_it_gets_a_gradient() {
    let x = Tensor::new(vec![3.0f64], &[1]).unwrap().variable();
    let constant = Tensor::new(vec![5.0f64], &[1]).unwrap();
    let gradients = backward(&mul(&x, &constant).unwrap()).unwrap();
    assert_eq!(doubles(gradients.get(&x).unwrap()), [5.0]);
    assert!(gradients.get(&constant).is_none());
}

#[test]
fn shapes_and_dtypes_that_do_not_fit_are_refused() {
    let a = Tensor::new(vec![0f32; 6], &[2, 3]).unwrap();
    assert_eq!(code(add(&a, &Tensor::new(vec![0f32; 2], &[2]).unwrap())), "TENSOR_SHAPE");
    assert_eq!(code(add(&a, &Tensor::new(vec![0f64; 3], &[3]).unwrap())), "TENSOR_DTYPE");
    let i = Tensor::new(vec![0i32; 3], &[3]).unwrap();
    assert_eq!(code(add(&i, &i)), "TENSOR_DTYPE");
    let error = add(&a, &Tensor::new(vec![0f32; 2], &[2]).unwrap()).unwrap_err().to_string();
    assert_eq!(error, "add: sizes must be equal or 1, aligned at the last axis, got [2, 3], [2]");
}
