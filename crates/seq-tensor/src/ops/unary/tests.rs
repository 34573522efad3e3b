use seq_testing::{VectorCase, assert_close, numbers, tolerance};

use super::*;
use crate::tape::backward;
use crate::testing::{check_against, code, doubles, random_between, wanted};

type Op = fn(&Tensor) -> Result<Tensor>;
type Reference = fn(f64) -> f64;

#[test]
fn values_and_slopes_follow_their_definitions() {
    let functions: [(&str, Op, Reference, f64, f64); 16] = [
        ("neg", neg, |x| -x, -3.0, 3.0),
        ("square", square, |x| x * x, -3.0, 3.0),
        ("sqrt", sqrt, f64::sqrt, 0.3, 4.0),
        ("abs below 0", abs, f64::abs, -3.0, -0.1),
        ("abs above 0", abs, f64::abs, 0.1, 3.0),
        ("exp", exp, f64::exp, -3.0, 3.0),
        ("ln", ln, f64::ln, 0.3, 4.0),
        ("ln_1p", ln_1p, f64::ln_1p, -0.5, 4.0),
        ("tanh", tanh, f64::tanh, -3.0, 3.0),
        ("sigmoid", sigmoid, |x| 1.0 / (1.0 + (-x).exp()), -4.0, 4.0),
        ("relu", relu, |x| x.max(0.0), 0.1, 3.0),
        ("gelu", gelu, |x| 0.5 * x * (1.0 + libm::erf(x / 2f64.sqrt())), -4.0, 4.0),
        ("softplus", softplus, |x| x.exp().ln_1p(), -4.0, 4.0),
        ("softplus above 20", softplus, |x| x, 20.1, 22.0),
        ("scale_shift", |x| scale_shift(x, 2.5, -0.75), |x| 2.5 * x - 0.75, -3.0, 3.0),
        ("huber", |x| huber(x, 0.5), |x| if x.abs() <= 0.5 { x * x / 2.0 } else { 0.5 * (x.abs() - 0.25) }, 0.51, 3.0),
    ];
    for (name, op, reference, low, high) in functions {
        for shape in [&[][..], &[0], &[1], &[3, 5], &[257, 300]] {
            let x = random_between(11, shape, low, high);
            check_against(
                name,
                &[x],
                |t| op(&t[0]),
                |t| wanted(&t[0].shape, t[0].data.iter().map(|x| reference(*x)).collect()),
            );
        }
    }
    let inside = random_between(12, &[40], -0.49, 0.49);
    check_against(
        "huber inside",
        &[inside],
        |t| huber(&t[0], 0.5),
        |t| wanted(&[40], t[0].data.iter().map(|x| x * x / 2.0).collect()),
    );
}

fn slopes<T: Element>(op: Op, x: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let x = Tensor::new(x.iter().map(|x| T::from_f64(*x)).collect(), &[x.len()]).unwrap().variable();
    let y = op(&x).unwrap();
    let axes = &[0];
    let total = crate::ops::sum(&y, axes, crate::ops::ReducedAxes::Drop).unwrap();
    (doubles(&y), doubles(backward(&total).unwrap().get(&x).unwrap()))
}

#[test]
fn functions_equal_the_conformance_vectors() {
    let case = VectorCase::load("01_primitives/elementwise");
    let x = numbers(&case.json["x"]);
    let functions: [(&str, Op); 6] = [
        ("gelu_exact", gelu),
        ("relu", relu),
        ("softplus", softplus),
        ("sigmoid", sigmoid),
        ("tanh", tanh),
        ("exp", exp),
    ];
    for (name, op) in functions {
        let vectors = &case.json["functions"][name];
        let want = [numbers(&vectors["y"]), numbers(&vectors["dy_dx"])];
        let (y, slope) = slopes::<f64>(op, &x);
        assert_close(name, &y, &want[0], &tolerance("float64/elementwise"));
        assert_close(name, &slope, &want[1], &tolerance("float64/elementwise"));
        let (y, slope) = slopes::<f32>(op, &x);
        assert_close(name, &y, &want[0], &tolerance("float32/elementwise"));
        assert_close(name, &slope, &want[1], &tolerance("float32/elementwise"));
    }
}

#[test]
fn kinks_take_the_flatter_side_and_nan_stays() {
    assert_eq!(slopes::<f64>(abs, &[-2.0, 0.0, 2.0]).1, [-1.0, 0.0, 1.0]);
    assert_eq!(slopes::<f64>(relu, &[-2.0, 0.0, 2.0]).1, [0.0, 0.0, 1.0]);
    assert_eq!(slopes::<f64>(|x| huber(x, 1.0), &[-3.0, -1.0, 0.5, 1.0, 3.0]).1, [-1.0, -1.0, 0.5, 1.0, 1.0]);
    let functions: [Op; 8] = [neg, square, exp, tanh, sigmoid, relu, gelu, softplus];
    for op in functions {
        assert!(slopes::<f64>(op, &[f64::NAN]).0[0].is_nan());
        assert!(slopes::<f32>(op, &[f64::NAN]).0[0].is_nan());
    }
}

#[test]
fn extremes_do_not_overflow_on_the_way() {
    let large = [-1000.0, 1000.0];
    assert_eq!(slopes::<f32>(sigmoid, &large), (vec![0.0, 1.0], vec![0.0, 0.0]));
    assert_eq!(slopes::<f32>(softplus, &large), (vec![0.0, 1000.0], vec![0.0, 1.0]));
    assert_eq!(slopes::<f32>(gelu, &large), (vec![0.0, 1000.0], vec![0.0, 1.0]));
    assert_eq!(slopes::<f32>(tanh, &large), (vec![-1.0, 1.0], vec![0.0, 0.0]));
}

#[test]
fn integers_and_impossible_options_are_refused() {
    let x = Tensor::new(vec![1i32, 2], &[2]).unwrap();
    assert_eq!(code(gelu(&x)), "TENSOR_DTYPE");
    let x = Tensor::new(vec![1f32, 2.0], &[2]).unwrap();
    for delta in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(code(huber(&x, delta)), "TENSOR_VALUE");
    }
}
