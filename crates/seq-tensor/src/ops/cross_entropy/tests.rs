use seq_testing::{Json, VectorCase, assert_close, numbers, tolerance};

use super::*;
use crate::tape::backward;
use crate::testing::{check_against, code, doubles, random, wanted};

const TARGETS: [i32; 6] = [1, 0, 3, 3, 2, 0];
const WEIGHTS: [f64; 6] = [0.5, 0.0, 2.0, 1.0, 0.25, 0.0];

fn targets() -> Tensor {
    Tensor::new(TARGETS.to_vec(), &[6]).unwrap()
}

fn weights_like(x: &Tensor) -> Tensor {
    crate::ops::cast(&Tensor::new(WEIGHTS.to_vec(), &[6]).unwrap(), x.dtype()).unwrap()
}

/// The weighted mean of `f(row, class)`.
fn mean_of(x: &[f64], weights: &[f64], f: impl Fn(&[f64], usize) -> f64) -> f64 {
    let losses = x.chunks_exact(4).zip(TARGETS).zip(weights).map(|((row, class), w)| w * f(row, class as usize));
    losses.sum::<f64>() / weights.iter().sum::<f64>()
}

#[test]
fn losses_and_gradients_follow_their_definition() {
    let cross = |row: &[f64], class: usize| row.iter().map(|x| x.exp()).sum::<f64>().ln() - row[class];
    let minus = |row: &[f64], class: usize| -row[class];
    let x = [random(131, &[6, 4])];
    let t = targets();
    check_against(
        "cross_entropy",
        &x,
        |x| cross_entropy(&x[0], &t, None),
        |x| wanted(&[], vec![mean_of(&x[0].data, &[1.0; 6], cross)]),
    );
    check_against(
        "weighted cross_entropy",
        &x,
        |x| cross_entropy(&x[0], &t, Some(&weights_like(&x[0]))),
        |x| wanted(&[], vec![mean_of(&x[0].data, &WEIGHTS, cross)]),
    );
    check_against("nll", &x, |x| nll(&x[0], &t, None), |x| wanted(&[], vec![mean_of(&x[0].data, &[1.0; 6], minus)]));
    check_against(
        "weighted nll",
        &x,
        |x| nll(&x[0], &t, Some(&weights_like(&x[0]))),
        |x| wanted(&[], vec![mean_of(&x[0].data, &WEIGHTS, minus)]),
    );
}

#[test]
fn many_rows_are_cut_into_pieces() {
    let (x, classes) = (random(132, &[9000, 7]), 7);
    let t = Tensor::new((0..9000).map(|i| i % 7).collect::<Vec<i32>>(), &[9000]).unwrap();
    let want = |x: &[crate::testing::Input]| {
        let rows = x[0].data.chunks_exact(classes).enumerate();
        let losses = rows.map(|(i, row)| row.iter().map(|x| x.exp()).sum::<f64>().ln() - row[i % 7]);
        wanted(&[], vec![losses.sum::<f64>() / 9000.0])
    };
    check_against("cross_entropy of 9000 rows", &[x], |x| cross_entropy(&x[0], &t, None), want);
}

#[test]
fn rows_of_weight_0_are_not_looked_at() {
    let x = Tensor::new(vec![1.0f64, 2.0, f64::NAN, f64::NAN, 3.0, 0.0], &[3, 2]).unwrap().variable();
    let t = Tensor::new(vec![0i32, -7, 1], &[3]).unwrap();
    let w = Tensor::new(vec![1.0f64, 0.0, 1.0], &[3]).unwrap();
    let loss = cross_entropy(&x, &t, Some(&w)).unwrap();
    assert!(doubles(&loss)[0].is_finite());
    let gradient = doubles(backward(&loss).unwrap().get(&x).unwrap());
    assert_eq!(gradient[2..4], [0.0, 0.0]);
    assert!(gradient.iter().all(|g| g.is_finite()));
    let none = Tensor::new(vec![0.0f64; 3], &[3]).unwrap();
    for op in [cross_entropy, nll] as [fn(&Tensor, &Tensor, Option<&Tensor>) -> Result<Tensor>; 2] {
        let loss = op(&x, &t, Some(&none)).unwrap();
        assert_eq!(doubles(&loss), [0.0]);
        assert_eq!(doubles(backward(&loss).unwrap().get(&x).unwrap()), [0.0; 6]);
    }
    let empty = Tensor::new(Vec::<f32>::new(), &[0, 3]).unwrap();
    let no_targets = Tensor::new(Vec::<i32>::new(), &[0]).unwrap();
    assert_eq!(doubles(&cross_entropy(&empty, &no_targets, None).unwrap()), [0.0]);
}

fn cases(formula: &str) -> Vec<Json> {
    let file = VectorCase::load("05_losses_metrics/losses");
    let cases = file.json["cases"].as_array().unwrap();
    let found: Vec<Json> = cases.iter().filter(|case| case["formula"] == formula).cloned().collect();
    assert!(!found.is_empty());
    found
}

fn loss_and_gradient<T: Element>(
    x: &[f64],
    targets: &[f64],
    weights: Option<&[f64]>,
    op: fn(&Tensor, &Tensor, Option<&Tensor>) -> Result<Tensor>,
) -> (Vec<f64>, Vec<f64>) {
    let typed = |data: &[f64]| data.iter().map(|x| T::from_f64(*x)).collect::<Vec<T>>();
    let rows = targets.len();
    let x = Tensor::new(typed(x), &[rows, x.len() / rows]).unwrap().variable();
    let targets = Tensor::new(targets.iter().map(|t| *t as i32).collect(), &[rows]).unwrap();
    let weights = weights.map(|weights| Tensor::new(typed(weights), &[rows]).unwrap());
    let loss = op(&x, &targets, weights.as_ref()).unwrap();
    let gradient = doubles(backward(&loss).unwrap().get(&x).unwrap());
    (doubles(&loss), gradient)
}

#[test]
fn nucleotide_losses_equal_the_conformance_vectors() {
    for case in cases("cross_entropy") {
        let name = case["name"].as_str().unwrap();
        let (logits, tokens) = (numbers(&case["logits"]), numbers(&case["tokens"]));
        let mut weights = numbers(&case["visible"]);
        if !case["mask_indices"].is_null() {
            weights.iter_mut().zip(numbers(&case["mask_indices"])).for_each(|(w, masked)| *w *= masked);
        }
        let want_gradient =
            if case["grad_logits"].is_null() { vec![0.0; logits.len()] } else { numbers(&case["grad_logits"]) };
        let (loss, gradient) = loss_and_gradient::<f64>(&logits, &tokens, Some(&weights), cross_entropy);
        assert_close(name, &loss, &numbers(&case["loss"]), &tolerance("float64/elementwise"));
        assert_close(name, &gradient, &want_gradient, &tolerance("float64/elementwise"));
        let (loss, gradient) = loss_and_gradient::<f32>(&logits, &tokens, Some(&weights), cross_entropy);
        assert_close(name, &loss, &numbers(&case["loss"]), &tolerance("float32/loss"));
        assert_close(name, &gradient, &want_gradient, &tolerance("float32/elementwise"));
    }
}

/// Sample weights divide by the number of rows there, so those cases are left to the model's losses.
#[test]
fn class_losses_equal_the_conformance_vectors() {
    for case in cases("nll").iter().filter(|case| case["sample_weights"].is_null()) {
        let name = case["name"].as_str().unwrap();
        let (logits, labels) = (numbers(&case["logits"]), numbers(&case["labels"]));
        let weights = (!case["class_weights"].is_null()).then(|| {
            let by_class = numbers(&case["class_weights"]);
            labels.iter().map(|label| by_class[*label as usize]).collect::<Vec<f64>>()
        });
        let composed = |x: &Tensor, t: &Tensor, w: Option<&Tensor>| nll(&crate::ops::log_softmax(x)?, t, w);
        for op in [cross_entropy, composed] as [fn(&Tensor, &Tensor, Option<&Tensor>) -> Result<Tensor>; 2] {
            let (loss, gradient) = loss_and_gradient::<f64>(&logits, &labels, weights.as_deref(), op);
            assert_close(name, &loss, &numbers(&case["loss"]), &tolerance("float64/elementwise"));
            assert_close(name, &gradient, &numbers(&case["grad_logits"]), &tolerance("float64/elementwise"));
        }
    }
}

#[test]
fn targets_weights_and_shapes_that_do_not_fit_are_refused() {
    let x = random(133, &[6, 4]).tensor();
    let bad = Tensor::new(vec![0i32, 4, 1, -1, 0, 0], &[6]).unwrap();
    let error = cross_entropy(&x, &bad, None).unwrap_err().to_string();
    assert_eq!(error, "cross_entropy: index 4 at position 1 is outside 0..4 (2 such indices)");
    for bad in [-1.0f64, f64::NAN, f64::INFINITY] {
        let w = Tensor::new(vec![1.0, 1.0, bad, 1.0, 1.0, 1.0], &[6]).unwrap();
        assert_eq!(code(cross_entropy(&x, &targets(), Some(&w))), "TENSOR_VALUE");
    }
    let w = weights_like(&x).variable();
    assert_eq!(code(nll(&x, &targets(), Some(&w))), "TENSOR_VALUE");
    assert_eq!(code(nll(&x, &Tensor::new(vec![0i32; 5], &[5]).unwrap(), None)), "TENSOR_SHAPE");
    assert_eq!(code(nll(&random(134, &[24]).tensor(), &targets(), None)), "TENSOR_SHAPE");
    assert_eq!(code(nll(&x, &weights_like(&x), None)), "TENSOR_DTYPE");
}
