use super::*;
use crate::tape::backward;
use crate::testing::{Input, check_against, code, doubles, random, wanted};
use seq_testing::Random;

fn indices(seed: u64, count: usize, limit: usize) -> Vec<u32> {
    let mut random = Random::new(seed);
    (0..count).map(|_| random.below(limit) as u32).collect()
}

/// Shape of x, and how many indices: few, many per row (crowded), none.
const CASES: [(&[usize], usize); 8] = [
    (&[4, 3], 7),
    (&[5], 3),
    (&[3, 2, 2], 4),
    (&[1, 3], 200),
    (&[3, 17], 4000),
    (&[4, 3], 0),
    (&[4, 0], 5),
    (&[500, 40], 2000),
];

#[test]
fn gathering_copies_rows_and_sends_their_gradients_back() {
    for (shape, count) in CASES {
        let indices = indices(71, count, shape[0]);
        let width: usize = shape[1..].iter().product();
        let want = |t: &[Input]| {
            let rows = indices.iter().flat_map(|&row| t[0].data[row as usize * width..][..width].to_vec());
            wanted(&[&[count], &shape[1..]].concat(), rows.collect())
        };
        check_against("gather_rows", &[random(72, shape)], |t| gather_rows(&t[0], &indices), want);
    }
}

#[test]
fn scattering_adds_rows_and_gathers_their_gradients() {
    for (shape, count) in CASES {
        let indices = indices(73, count, shape[0]);
        let width: usize = shape[1..].iter().product();
        let want = |t: &[Input]| {
            let mut out = vec![0.0; shape[0] * width];
            for (i, &row) in indices.iter().enumerate() {
                (0..width).for_each(|d| out[row as usize * width + d] += t[0].data[i * width + d]);
            }
            wanted(shape, out)
        };
        let x = random(74, &[&[count], &shape[1..]].concat());
        check_against("scatter_add_rows", &[x], |t| scatter_add_rows(&t[0], &indices, shape[0]), want);
    }
}

#[test]
fn rows_without_use_get_a_gradient_of_0() {
    let x = random(75, &[3, 2]).tensor().variable();
    let y = gather_rows(&x, &[1, 1]).unwrap();
    let total = crate::ops::sum(&y, &[0, 1], crate::ops::ReducedAxes::Drop).unwrap();
    assert_eq!(doubles(backward(&total).unwrap().get(&x).unwrap()), [0.0, 0.0, 2.0, 2.0, 0.0, 0.0]);
}

#[test]
fn integers_and_bytes_can_be_gathered() {
    let x = Tensor::new(vec![1i32, 2, 3, 4], &[2, 2]).unwrap();
    assert_eq!(gather_rows(&x, &[1, 0, 1]).unwrap().to_vec::<i32>().unwrap(), [3, 4, 1, 2, 3, 4]);
    let x = Tensor::new(vec![1u8, 2], &[2]).unwrap();
    assert_eq!(gather_rows(&x, &[1]).unwrap().to_vec::<u8>().unwrap(), [2]);
}

#[test]
fn the_first_index_outside_is_named_with_the_number_of_them() {
    let x = random(76, &[3, 2]).tensor();
    let error = gather_rows(&x, &[0, 7, 1, 3]).unwrap_err();
    assert_eq!(error.to_string(), "gather_rows: index 7 at position 1 is outside 0..3 (2 such indices)");
    assert_eq!(code(scatter_add_rows(&x, &[0, 1, 5], 5)), "TENSOR_INDEX");
    assert_eq!(code(scatter_add_rows(&x, &[0, 1], 5)), "TENSOR_SHAPE");
    assert_eq!(code(gather_rows(&Tensor::scalar(1f32), &[])), "TENSOR_SHAPE");
}
