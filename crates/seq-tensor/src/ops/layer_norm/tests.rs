use seq_testing::{VectorCase, assert_close, numbers, tolerance};

use super::*;
use crate::testing::{Input, check_against, code, doubles, random, wanted};

fn reference(inputs: &[Input], epsilon: f64) -> Input {
    let (x, weight, bias) = (&inputs[0], &inputs[1].data, &inputs[2].data);
    let width = weight.len();
    let mut out = Vec::new();
    for row in x.data.chunks_exact(width.max(1)) {
        let mean = row.iter().sum::<f64>() / width as f64;
        let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / width as f64;
        out.extend((0..width).map(|i| (row[i] - mean) / (variance + epsilon).sqrt() * weight[i] + bias[i]));
    }
    wanted(&x.shape, out)
}

#[test]
fn rows_and_gradients_follow_their_definition() {
    let cases: [&[usize]; 8] = [&[1], &[7], &[3, 4], &[2, 3, 9], &[0, 4], &[3, 0], &[1, 128], &[600, 65]];
    for shape in cases {
        let width = *shape.last().unwrap();
        let inputs = [random(61, shape), random(62, &[width]), random(63, &[width])];
        for epsilon in [1e-5, 0.1] {
            let want = |t: &[Input]| reference(t, epsilon);
            check_against("layer_norm", &inputs, |t| layer_norm(&t[0], &t[1], &t[2], epsilon), want);
        }
    }
}

fn normalised<T: Element>(case: &seq_testing::Json, epsilon: f64) -> Vec<f64> {
    let tensor = |name: &str, shape: &[usize]| {
        // The file shortens values that are float32.
        let values = numbers(&case[name]).into_iter().map(|x| T::from_f64(f64::from(x as f32)));
        Tensor::new(values.collect(), shape).unwrap()
    };
    doubles(&layer_norm(&tensor("x", &[2, 4]), &tensor("weight", &[4]), &tensor("bias", &[4]), epsilon).unwrap())
}

#[test]
fn rows_equal_the_conformance_vectors() {
    let file = VectorCase::load("01_primitives/elementwise");
    for name in ["ordinary", "constant_row", "tiny_variance"] {
        let case = &file.json["layer_norm"][name];
        for (key, epsilon) in [("eps_1e-5", 1e-5), ("eps_1e-6", 1e-6)] {
            let want = numbers(&case[key]);
            let got = normalised::<f64>(case, epsilon);
            assert_close(name, &got, &want, &tolerance("float64/elementwise"));
            let single = if name == "tiny_variance" { "float32/near-constant-row" } else { "float32/elementwise" };
            assert_close(name, &normalised::<f32>(case, epsilon), &want, &tolerance(single));
        }
    }
}

#[test]
fn shapes_and_epsilons_that_do_not_fit_are_refused() {
    let f = |shape: &[usize]| Tensor::new(vec![0f32; shape.iter().product()], shape).unwrap();
    assert_eq!(code(layer_norm(&f(&[2, 3]), &f(&[2]), &f(&[3]), 1e-5)), "TENSOR_SHAPE");
    assert_eq!(code(layer_norm(&f(&[2, 3]), &f(&[3]), &f(&[1, 3]), 1e-5)), "TENSOR_SHAPE");
    assert_eq!(code(layer_norm(&f(&[]), &f(&[1]), &f(&[1]), 1e-5)), "TENSOR_SHAPE");
    for epsilon in [0.0, -1.0, f64::NAN] {
        assert_eq!(code(layer_norm(&f(&[2, 3]), &f(&[3]), &f(&[3]), epsilon)), "TENSOR_VALUE");
    }
}
