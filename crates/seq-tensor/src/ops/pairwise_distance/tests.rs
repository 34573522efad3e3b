use seq_testing::{VectorCase, assert_close, numbers, tolerance};

use super::*;
use crate::ops::{ReducedAxes, mean, scale_shift, square, sub, tanh};
use crate::tape::backward;
use crate::testing::{Input, check_against, code, doubles, random, wanted};

fn reference(t: &[Input]) -> Input {
    let (count, width) = (t[0].shape[0], t[0].shape[1]);
    let mut out = Vec::new();
    for i in 0..count {
        for j in i + 1..count {
            let square = |k: usize| (t[0].data[i * width + k] - t[0].data[j * width + k]).powi(2);
            out.push((0..width).map(square).sum::<f64>().max(1e-8).sqrt());
        }
    }
    wanted(&[out.len()], out)
}

#[test]
fn distances_and_gradients_follow_their_definition() {
    let shapes: [&[usize]; 7] = [&[2, 1], &[5, 3], &[3, 8], &[1, 4], &[0, 4], &[4, 0], &[60, 40]];
    for shape in shapes {
        check_against("pairwise_distance", &[random(141, shape)], |t| pairwise_distance(&t[0]), reference);
    }
}

/// Elements above the diagonal of a square matrix.
fn upper(matrix: &[f64], count: usize) -> Vec<f64> {
    (0..count).flat_map(|i| (i + 1..count).map(move |j| matrix[i * count + j])).collect()
}

#[test]
fn distances_and_losses_equal_the_conformance_vectors() {
    let file = VectorCase::load("05_losses_metrics/losses");
    let cases = file.json["cases"].as_array().unwrap().iter().filter(|case| case["formula"] == "pairwise");
    let mut seen = 0;
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let (data, count) = (numbers(&case["embeddings"]), case["embeddings"].as_array().unwrap().len());
        let e = Tensor::new(data.clone(), &[count, data.len() / count]).unwrap().variable();
        let distances = pairwise_distance(&e).unwrap();
        let exact = tolerance("float64/elementwise");
        assert_close(name, &doubles(&distances), &upper(&numbers(&case["raw_distances"]), count), &exact);
        let mapped = tanh(&scale_shift(&distances, 0.1, 0.0).unwrap()).unwrap();
        assert_close(name, &doubles(&mapped), &upper(&numbers(&case["mapped"]), count), &exact);
        if count > 1 {
            let target = upper(&numbers(&case["target"]), count);
            let target = Tensor::new(target.clone(), &[target.len()]).unwrap();
            let loss = mean(&square(&sub(&mapped, &target).unwrap()).unwrap(), &[0], ReducedAxes::Drop).unwrap();
            assert_close(name, &doubles(&loss), &numbers(&case["loss"]), &exact);
            let gradient = doubles(backward(&loss).unwrap().get(&e).unwrap());
            assert_close(name, &gradient, &numbers(&case["grad_embeddings"]), &exact);
        }
        seen += 1;
    }
    assert!(seen >= 5);
}

#[test]
fn pairs_below_the_floor_get_its_root_and_send_nothing_back() {
    let e = Tensor::new(vec![1.0f32, 2.0, 1.0, 2.00001], &[2, 2]).unwrap().variable();
    let distances = pairwise_distance(&e).unwrap();
    assert_eq!(doubles(&distances), [f64::from(1e-4f32)]);
    assert_eq!(doubles(backward(&distances).unwrap().get(&e).unwrap()), [0.0; 4]);
}

#[test]
fn values_that_are_not_finite_are_named_and_other_shapes_refused() {
    for bad in [f32::NAN, f32::INFINITY] {
        let e = Tensor::new(vec![1.0, 2.0, 3.0, bad, 5.0, bad], &[3, 2]).unwrap();
        let error = pairwise_distance(&e).unwrap_err();
        assert_eq!(error.code(), "TENSOR_VALUE");
        assert!(error.to_string().contains("row 1 holds a NaN or an infinity (2 such rows of 3)"), "{error}");
    }
    assert_eq!(code(pairwise_distance(&random(142, &[4]).tensor())), "TENSOR_SHAPE");
    assert_eq!(code(pairwise_distance(&Tensor::new(vec![1i32], &[1, 1]).unwrap())), "TENSOR_DTYPE");
}
