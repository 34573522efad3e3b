use super::*;
use crate::tape::backward;
use crate::tensor::Tensor;
use crate::testing::{Input, check_against, code, doubles, input, random, wanted};

/// For every element the position of the result that it goes into.
fn groups(shape: &[usize], axes: &[usize]) -> Vec<usize> {
    let reduced = marked("reference", shape, axes).unwrap();
    let small = kept_shape(shape, &reduced);
    let group = |flat: usize| {
        let (mut rest, mut offset, mut dense) = (flat, 0, 1);
        for axis in (0..shape.len()).rev() {
            let position = rest % shape[axis];
            rest /= shape[axis];
            offset += if reduced[axis] { 0 } else { position * dense };
            dense *= small[axis];
        }
        offset
    };
    (0..shape.iter().product()).map(group).collect()
}

/// Folds the elements that share their kept axes, in order.
fn reference(x: &Input, axes: &[usize], kept: ReducedAxes, start: f64, f: impl Fn(f64, f64) -> f64) -> Input {
    let reduced = marked("reference", &x.shape, axes).unwrap();
    let mut out = vec![start; kept_shape(&x.shape, &reduced).iter().product()];
    for (value, group) in x.data.iter().zip(groups(&x.shape, axes)) {
        out[group] = f(out[group], *value);
    }
    wanted(&result_shape(&x.shape, &reduced, kept), out)
}

const CASES: [(&[usize], &[usize]); 15] = [
    (&[], &[]),
    (&[7], &[0]),
    (&[3, 5], &[0]),
    (&[3, 5], &[1]),
    (&[3, 5], &[0, 1]),
    (&[3, 5], &[]),
    (&[2, 3, 4, 5], &[1, 3]),
    (&[2, 3, 4, 5], &[0, 2]),
    (&[2, 1, 4], &[1]),
    (&[1], &[0]),
    (&[70000], &[0]),
    (&[40000, 2], &[0]),
    (&[3, 33, 1100], &[1]),
    (&[5, 5000], &[0]),
    (&[300, 257], &[1]),
];

#[test]
fn sum_and_mean_equal_plain_loops_over_any_axes() {
    for (shape, axes) in CASES {
        for kept in [ReducedAxes::Keep, ReducedAxes::Drop] {
            let x = [random(31, shape)];
            check_against("sum", &x, |t| sum(&t[0], axes, kept), |t| reference(&t[0], axes, kept, 0.0, |a, b| a + b));
            let count: usize = axes.iter().map(|&axis| shape[axis]).product();
            let mean_of = |t: &[Input]| {
                let sums = reference(&t[0], axes, kept, 0.0, |a, b| a + b);
                wanted(&sums.shape, sums.data.iter().map(|sum| sum / count as f64).collect())
            };
            check_against("mean", &x, |t| mean(&t[0], axes, kept), mean_of);
        }
    }
}

#[test]
fn max_equals_plain_loops_over_any_axes() {
    for (shape, axes) in CASES {
        // The largest of each group stands out, so that small steps do not change which it is.
        let mut x = random(36, shape);
        let groups = groups(shape, axes);
        let mut largest = vec![None; groups.iter().max().map_or(0, |last| last + 1)];
        for (i, group) in groups.into_iter().enumerate() {
            if largest[group].is_none_or(|best: usize| x.data[best] < x.data[i]) {
                largest[group] = Some(i);
            }
        }
        largest.into_iter().flatten().for_each(|i| x.data[i] += 1.0);
        let x = [input(shape, x.data)];
        for kept in [ReducedAxes::Keep, ReducedAxes::Drop] {
            let want = |t: &[Input]| reference(&t[0], axes, kept, f64::NEG_INFINITY, f64::max);
            check_against("max", &x, |t| max(&t[0], axes, kept), want);
        }
    }
}

#[test]
fn sums_of_nothing_are_0_and_means_of_nothing_nan() {
    let x = Tensor::new(Vec::<f32>::new(), &[0, 3]).unwrap();
    assert_eq!(doubles(&sum(&x, &[0], ReducedAxes::Drop).unwrap()), [0.0; 3]);
    assert!(doubles(&mean(&x, &[0], ReducedAxes::Drop).unwrap()).iter().all(|x| x.is_nan()));
    assert_eq!(sum(&x, &[1], ReducedAxes::Drop).unwrap().shape(), [0]);
    assert_eq!(code(max(&x, &[0], ReducedAxes::Drop)), "TENSOR_SHAPE");
}

#[test]
fn a_rows_sum_does_not_depend_on_the_rows_beside_it() {
    for width in [5, 1000, 70000] {
        let one = random(32, &[1, width]).tensor();
        let two = crate::ops::concat(&[&random(33, &[1, width]).tensor(), &one], 0).unwrap();
        let sums = |x: &Tensor| doubles(&sum(x, &[1], ReducedAxes::Drop).unwrap());
        assert_eq!(sums(&one)[0].to_bits(), sums(&two)[1].to_bits());
    }
}

#[test]
fn f32_sums_of_many_elements_keep_their_precision() {
    let x = Tensor::new(vec![0.1f32; 1_000_000], &[1_000_000]).unwrap();
    let total = doubles(&sum(&x, &[0], ReducedAxes::Drop).unwrap())[0];
    assert!((total - 1e6 * f64::from(0.1f32)).abs() <= 0.01, "{total}");
}

#[test]
fn ties_for_the_largest_share_the_gradient_and_nan_is_the_largest() {
    let x = Tensor::new(vec![1.0f64, 3.0, 3.0, 2.0], &[4]).unwrap().variable();
    let gradients = backward(&max(&x, &[0], ReducedAxes::Drop).unwrap()).unwrap();
    assert_eq!(doubles(gradients.get(&x).unwrap()), [0.0, 0.5, 0.5, 0.0]);
    let x = Tensor::new(vec![1.0f64, f64::NAN, 3.0], &[3]).unwrap();
    assert!(doubles(&max(&x, &[0], ReducedAxes::Drop).unwrap())[0].is_nan());
}

#[test]
fn argmax_finds_the_first_largest_along_any_axis() {
    let x = Tensor::new(vec![1.0f64, 5.0, 5.0, 9.0, -1.0, f64::NAN], &[2, 3]).unwrap();
    assert_eq!(argmax(&x, 1).unwrap().to_vec::<i32>().unwrap(), [1, 2]);
    assert_eq!(argmax(&x, 0).unwrap().to_vec::<i32>().unwrap(), [1, 0, 1]);
    let x = random(34, &[3, 4, 5]);
    let got = argmax(&x.tensor(), 1).unwrap();
    assert_eq!(got.shape(), [3, 5]);
    for (i, position) in got.to_vec::<i32>().unwrap().into_iter().enumerate() {
        let element = |row: usize| x.data[(i / 5 * 4 + row) * 5 + i % 5];
        assert!((0..4).all(|row| element(row) <= element(position as usize)));
    }
    assert_eq!(code(argmax(&Tensor::new(Vec::<f32>::new(), &[0, 2]).unwrap(), 0)), "TENSOR_SHAPE");
    assert_eq!(argmax(&Tensor::new(Vec::<f32>::new(), &[0, 2]).unwrap(), 1).unwrap().shape(), [0]);
}

#[test]
fn backward_through_argmax_is_an_error() {
    let x = Tensor::new(vec![1.0f64, 2.0], &[2]).unwrap().variable();
    let y = crate::ops::cast(&argmax(&x, 0).unwrap(), crate::tensor::DType::F64).unwrap();
    assert_eq!(code(backward(&y).map(|_| ())), "NOT_DIFFERENTIABLE");
}

#[test]
fn axes_that_do_not_exist_or_repeat_are_refused() {
    let x = random(35, &[2, 3]).tensor();
    for axes in [&[2][..], &[0, 0]] {
        assert_eq!(code(sum(&x, axes, ReducedAxes::Drop)), "TENSOR_SHAPE");
        assert_eq!(code(mean(&x, axes, ReducedAxes::Keep)), "TENSOR_SHAPE");
        assert_eq!(code(max(&x, axes, ReducedAxes::Drop)), "TENSOR_SHAPE");
    }
    assert_eq!(code(sum(&Tensor::new(vec![1i32], &[1]).unwrap(), &[0], ReducedAxes::Drop)), "TENSOR_DTYPE");
}
