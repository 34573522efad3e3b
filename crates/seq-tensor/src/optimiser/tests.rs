use seq_testing::{Random, assert_close, tolerance};

use super::*;
use crate::element::Element;
use crate::parameters::ParameterStore;
use crate::tensor::{Buffer, DType, Tensor};
use crate::testing::{code, doubles, with_threads};

const STEPS: usize = 7;

/// A store with a small, a large and an unused parameter, and gradients as if from one backward pass.
fn store(dtype: DType) -> ParameterStore {
    let store = ParameterStore::new(dtype).unwrap();
    for (name, shape) in [("small", &[2, 3][..]), ("large", &[300, 150]), ("unused", &[4])] {
        let count = shape.iter().product();
        let values = Random::new(161).uniforms(count, -1.0, 1.0);
        let values = Tensor::new(values, shape).unwrap();
        store.declare(name, &crate::ops::cast(&values, dtype).unwrap()).unwrap();
    }
    store
}

fn fill_gradients(store: &ParameterStore, step: usize) {
    let mut random = Random::new(170 + step as u64);
    store.update(|contents| {
        for entry in contents.entries.iter_mut().filter(|entry| entry.name != "unused") {
            entry.has_gradient = true;
            let range = entry.offset..entry.offset + entry.len();
            match &mut contents.gradients {
                Buffer::F64(data) => data[range].fill_with(|| random.uniform(-1.0, 1.0)),
                Buffer::F32(data) => data[range].fill_with(|| random.uniform(-1.0, 1.0) as f32),
                _ => unreachable!(),
            }
        }
    });
}

fn values(store: &ParameterStore, name: &str) -> Vec<f64> {
    doubles(&store.get(name).unwrap().tensor())
}

/// All parameters after some steps, with the plain loop's result for those that are updated.
fn check_against_loops(
    mut step: impl FnMut(&ParameterStore),
    mut rule: impl FnMut(&str, usize, &mut f64, f64, &mut [f64; 2]),
    store: &ParameterStore,
) {
    let names = ["small", "large"];
    let mut expected = names.map(|name| values(store, name));
    let mut memory = names.map(|name| vec![[0.0; 2]; values(store, name).len()]);
    let unused = values(store, "unused");
    for number in 1..=STEPS {
        fill_gradients(store, number);
        for (i, name) in names.into_iter().enumerate() {
            let gradient = doubles(&store.gradient(name).unwrap().unwrap());
            for ((value, gradient), memory) in expected[i].iter_mut().zip(gradient).zip(&mut memory[i]) {
                rule(name, number, value, gradient, memory);
            }
        }
        step(store);
    }
    for (name, want) in names.into_iter().zip(&expected) {
        assert_close(name, &values(store, name), want, &tolerance("float64/operation"));
    }
    assert_eq!(values(store, "unused"), unused);
}

fn half_for_small() -> Vec<Group> {
    vec![Group { parameters: vec![0], learning_rate_factor: 0.5 }]
}

#[test]
fn adam_in_both_forms_equals_a_plain_loop() {
    for decay in [WeightDecay::Decoupled, WeightDecay::Coupled] {
        let store = store(DType::F64);
        let options =
            AdamOptions { betas: (0.8, 0.95), epsilon: 1e-6, weight_decay: 0.1, decay, groups: half_for_small() };
        let mut adam = Adam::new(&store, options).unwrap();
        let rule = |name: &str, t: usize, value: &mut f64, mut g: f64, [m, v]: &mut [f64; 2]| {
            let rate = if name == "small" { 0.5 * 0.01 } else { 0.01 };
            match decay {
                WeightDecay::Decoupled => *value -= rate * 0.1 * *value,
                WeightDecay::Coupled => g += 0.1 * *value,
            }
            *m = 0.8 * *m + 0.2 * g;
            *v = 0.95 * *v + 0.05 * g * g;
            let (m_hat, v_hat) = (*m / (1.0 - 0.8f64.powi(t as i32)), *v / (1.0 - 0.95f64.powi(t as i32)));
            *value -= rate * m_hat / (v_hat.sqrt() + 1e-6);
        };
        check_against_loops(|_| adam.step(0.01).unwrap(), rule, &store);
    }
}

#[test]
fn sgd_equals_a_plain_loop() {
    let store = store(DType::F64);
    let options = SgdOptions { momentum: 0.9, weight_decay: 0.05, groups: half_for_small() };
    let mut sgd = Sgd::new(&store, options).unwrap();
    let rule = |name: &str, t: usize, value: &mut f64, g: f64, [b, _]: &mut [f64; 2]| {
        let g = g + 0.05 * *value;
        *b = if t == 1 { g } else { 0.9 * *b + g };
        *value -= if name == "small" { 0.5 * 0.1 } else { 0.1 } * *b;
    };
    check_against_loops(|_| sgd.step(0.1).unwrap(), rule, &store);
}

#[test]
fn steps_are_counted_per_parameter_and_frozen_ones_stay() {
    let store = store(DType::F64);
    let mut adam = Adam::new(&store, AdamOptions::default()).unwrap();
    store.set_trainable(["small"], false).unwrap();
    let frozen = values(&store, "small");
    fill_gradients(&store, 1);
    adam.step(0.01).unwrap();
    assert_eq!(values(&store, "small"), frozen);
    store.set_trainable(["small"], true).unwrap();
    adam.step(0.01).unwrap();
    assert_ne!(values(&store, "small"), frozen);
    let state = adam.state().unwrap();
    let steps: Vec<(&str, u64)> = state.iter().map(|state| (state.name.as_str(), state.steps)).collect();
    assert_eq!(steps, [("small", 1), ("large", 2)]);
    store.clear_gradients();
    let before = values(&store, "large");
    adam.step(0.01).unwrap();
    assert_eq!(values(&store, "large"), before);
}

#[test]
fn a_run_continued_from_its_state_equals_one_that_never_stopped() {
    fn run(dtype: DType, is_adam: bool, stops: bool) -> Vec<Vec<f64>> {
        let store = store(dtype);
        let new_adam = || Adam::new(&store, AdamOptions::default()).unwrap();
        let new_sgd = || Sgd::new(&store, SgdOptions::default()).unwrap();
        let (mut adam, mut sgd) = (new_adam(), new_sgd());
        for step in 0..6 {
            if stops && step == 3 {
                let (adam_state, sgd_state) = (adam.state().unwrap(), sgd.state().unwrap());
                (adam, sgd) = (new_adam(), new_sgd());
                adam.load(&adam_state).unwrap();
                sgd.load(&sgd_state).unwrap();
            }
            fill_gradients(&store, step);
            if is_adam { adam.step(0.01).unwrap() } else { sgd.step(0.01).unwrap() }
        }
        ["small", "large", "unused"].map(|name| values(&store, name)).to_vec()
    }
    for dtype in [DType::F32, DType::F64] {
        for is_adam in [true, false] {
            assert_eq!(run(dtype, is_adam, true), run(dtype, is_adam, false));
        }
    }
}

#[test]
fn states_that_do_not_fit_are_refused_and_change_nothing() {
    let store = store(DType::F64);
    let mut adam = Adam::new(&store, AdamOptions::default()).unwrap();
    fill_gradients(&store, 1);
    adam.step(0.01).unwrap();
    let good = adam.state().unwrap();
    let with = |change: fn(&mut ParameterState)| {
        let mut states = good.clone();
        change(&mut states[0]);
        states
    };
    assert_eq!(code(adam.load(&with(|state| state.name = "other".into()))), "PARAMETER_NAME");
    assert_eq!(code(adam.load(&with(|state| drop(state.moments.pop())))), "TENSOR_VALUE");
    assert_eq!(code(adam.load(&with(|state| state.moments[0].1 = Tensor::scalar(1f64)))), "TENSOR_SHAPE");
    let single = |state: &mut ParameterState| state.moments[0].1 = Tensor::new(vec![0f32; 6], &[2, 3]).unwrap();
    assert_eq!(code(adam.load(&with(single))), "TENSOR_DTYPE");
    let moments = |states: &[ParameterState]| -> Vec<Vec<f64>> {
        states.iter().flat_map(|state| state.moments.iter().map(|(_, moment)| doubles(moment))).collect()
    };
    assert_eq!(moments(&adam.state().unwrap()), moments(&good));
}

#[test]
fn steps_do_not_depend_on_the_number_of_threads() {
    let run = || {
        let store = store(DType::F32);
        let mut adam = Adam::new(&store, AdamOptions::default()).unwrap();
        let mut norms = Vec::new();
        for step in 0..3 {
            fill_gradients(&store, step);
            norms.push(clip_global_norm(&store, 1.0).unwrap());
            adam.step(0.01).unwrap();
        }
        (values(&store, "large"), norms)
    };
    let [one, two, five] = with_threads(run);
    assert_eq!(one, two);
    assert_eq!(one, five);
}

#[test]
fn f32_steps_stay_close_to_f64_steps() {
    fn run<T: Element>() -> Vec<f64> {
        let store = store(T::DTYPE);
        let mut adam = Adam::new(&store, AdamOptions::default()).unwrap();
        for step in 0..5 {
            fill_gradients(&store, step);
            adam.step(0.01).unwrap();
        }
        values(&store, "large")
    }
    assert_close("adam in f32", &run::<f32>(), &run::<f64>(), &tolerance("float32/operation"));
}

#[test]
fn clipping_scales_all_gradients_to_the_largest_norm_and_returns_the_old_one() {
    let store = store(DType::F64);
    fill_gradients(&store, 1);
    let gradients = || ["small", "large"].map(|name| doubles(&store.gradient(name).unwrap().unwrap()));
    let before = gradients();
    let norm = before.iter().flatten().map(|g| g * g).sum::<f64>().sqrt();
    assert!((clip_global_norm(&store, f64::INFINITY).unwrap() - norm).abs() <= 1e-12 * norm);
    clip_global_norm(&store, 2.0 * norm).unwrap();
    assert_eq!(gradients(), before);
    let returned = clip_global_norm(&store, norm / 4.0).unwrap();
    assert!((returned - norm).abs() <= 1e-12 * norm);
    let factor = norm / 4.0 / (norm + 1e-6);
    for (after, before) in gradients().iter().zip(&before) {
        let want: Vec<f64> = before.iter().map(|g| g * factor).collect();
        assert_close("clipped", after, &want, &tolerance("float64/operation"));
    }
}

#[test]
fn clipping_leaves_out_frozen_parameters_and_gradients_that_are_not_finite() {
    let store = store(DType::F64);
    fill_gradients(&store, 1);
    store.set_trainable(["large"], false).unwrap();
    let small = doubles(&store.gradient("small").unwrap().unwrap());
    let norm = small.iter().map(|g| g * g).sum::<f64>().sqrt();
    assert!((clip_global_norm(&store, 1e9).unwrap() - norm).abs() <= 1e-12);
    store.update_gradients(|_, gradients| {
        if let Buffer::F64(data) = gradients {
            data[0] = f64::NAN;
        }
    });
    assert!(clip_global_norm(&store, 1e-3).unwrap().is_nan());
    assert_eq!(doubles(&store.gradient("small").unwrap().unwrap())[1..], small[1..]);
    for bad in [0.0, -1.0, f64::NAN] {
        assert_eq!(code(clip_global_norm(&store, bad)), "TENSOR_VALUE");
    }
}

#[test]
fn clipping_keeps_records_usable() {
    let store = ParameterStore::new(DType::F64).unwrap();
    let a = store.declare("a", &Tensor::scalar(3.0f64)).unwrap();
    let y = crate::ops::square(&a.tensor()).unwrap();
    clip_global_norm(&store, 1.0).unwrap();
    crate::tape::backward(&y).unwrap();
    assert_eq!(doubles(&store.gradient("a").unwrap().unwrap()), [6.0]);
}

#[test]
fn options_outside_their_range_are_refused() {
    let store = store(DType::F32);
    let adam = |change: fn(&mut AdamOptions)| {
        let mut options = AdamOptions::default();
        change(&mut options);
        code(Adam::new(&store, options))
    };
    assert_eq!(adam(|options| options.betas.0 = 1.0), "TENSOR_VALUE");
    assert_eq!(adam(|options| options.betas.1 = -0.1), "TENSOR_VALUE");
    assert_eq!(adam(|options| options.epsilon = f64::NAN), "TENSOR_VALUE");
    assert_eq!(adam(|options| options.weight_decay = -1.0), "TENSOR_VALUE");
    let group = || Group { parameters: vec![1], learning_rate_factor: 2.0 };
    let twice = AdamOptions { groups: vec![group(), group()], ..AdamOptions::default() };
    assert_eq!(code(Adam::new(&store, twice)), "TENSOR_VALUE");
    let sgd = SgdOptions { momentum: 1.0, ..SgdOptions::default() };
    assert_eq!(code(Sgd::new(&store, sgd)), "TENSOR_VALUE");
    let mut adam = Adam::new(&store, AdamOptions::default()).unwrap();
    for rate in [-1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(code(adam.step(rate)), "TENSOR_VALUE");
    }
}
