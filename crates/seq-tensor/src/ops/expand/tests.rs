use super::*;
use crate::testing::{Input, check_against, code, random, wanted};

#[test]
fn elements_are_repeated_along_axes_of_size_1_and_new_leading_axes() {
    let cases: [(&[usize], &[usize]); 6] = [
        (&[], &[2, 3]),
        (&[3], &[2, 3]),
        (&[2, 1], &[2, 3]),
        (&[2, 3], &[2, 3]),
        (&[1], &[0]),
        (&[1, 300], &[200, 300]),
    ];
    for (from, to) in cases {
        let ones = |shape: &[usize]| wanted(shape, vec![1.0; shape.iter().product()]);
        check_against(
            "expand",
            &[random(41, from)],
            |t| expand(&t[0], to),
            |t: &[Input]| crate::ops::binary::tests::reference(&[t[0].clone(), ones(to)], |a, b| a * b),
        );
    }
}

#[test]
fn shapes_that_repeating_cannot_reach_are_refused() {
    let x = random(42, &[2, 3]).tensor();
    for shape in [&[3][..], &[2, 4], &[1, 3], &[2, 3, 1]] {
        assert_eq!(code(expand(&x, shape)), "TENSOR_SHAPE");
    }
}
