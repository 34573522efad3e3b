use super::*;
use crate::parameters::ParameterStore;

/// y = a * x for scalars, the smallest operation that exercises the tape.
fn scale(x: &Tensor, a: f64) -> Tensor {
    let value = x.to_vec::<f64>().unwrap()[0] * a;
    let y = Tensor::new(vec![value], x.shape()).unwrap();
    record_one("scale", &[x], y, move |g| Ok(vec![Some(Tensor::new(vec![g.to_vec::<f64>()?[0] * a], g.shape())?)]))
}

fn sum2(x: &Tensor, y: &Tensor) -> Tensor {
    let value = x.to_vec::<f64>().unwrap()[0] + y.to_vec::<f64>().unwrap()[0];
    let z = Tensor::new(vec![value], x.shape()).unwrap();
    record_one("sum2", &[x, y], z, |g| Ok(vec![Some(g.clone()), Some(g)]))
}

#[test]
fn gradients_of_all_uses_of_a_variable_add_up() {
    let x = Tensor::scalar(2.0f64).variable();
    let y = sum2(&scale(&x, 3.0), &sum2(&x, &scale(&scale(&x, 2.0), 5.0)));
    let gradients = backward(&y).unwrap();
    assert_eq!(gradients.get(&x).unwrap().to_vec::<f64>().unwrap(), [14.0]);
}

#[test]
fn parameter_gradients_accumulate_until_they_are_cleared_and_frozen_ones_get_none() {
    let store = ParameterStore::new(DType::F64).unwrap();
    let a = store.declare("a", &Tensor::scalar(1.0f64)).unwrap();
    let b = store.declare("b", &Tensor::scalar(1.0f64)).unwrap();
    store.update(|contents| contents.entries[b.index()].trainable = false);
    for _ in 0..2 {
        backward(&sum2(&scale(&a.tensor(), 3.0), &scale(&b.tensor(), 7.0))).unwrap();
    }
    let read = || if let crate::tensor::Buffer::F64(g) = &store.read().gradients { g.clone() } else { vec![] };
    assert_eq!(read(), [6.0, 0.0]);
    assert!(!store.read().entries[1].has_gradient);
    store.clear_gradients();
    assert_eq!(read(), [0.0, 0.0]);
}

#[test]
fn a_record_is_used_once_and_only_while_its_parameters_stand() {
    let store = ParameterStore::new(DType::F64).unwrap();
    let a = store.declare("a", &Tensor::scalar(1.0f64)).unwrap();
    let y = scale(&a.tensor(), 3.0);
    backward(&y).unwrap();
    assert_eq!(backward(&y).err().map(|e| e.code()), Some("TAPE_CONSUMED"));
    let y = scale(&a.tensor(), 3.0);
    store.update(|_| ());
    assert_eq!(backward(&y).err().map(|e| e.code()), Some("PARAMETERS_CHANGED"));
}

#[test]
fn backward_through_an_operation_without_gradient_is_an_error() {
    let x = Tensor::scalar(2.0f64).variable();
    let y = record("step", &[&x], vec![Tensor::scalar(1.0f64)], || Gradient::NotDifferentiable("it is flat"));
    assert_eq!(backward(&y[0]).err().map(|e| e.code()), Some("NOT_DIFFERENTIABLE"));
}

#[test]
fn nothing_is_recorded_without_need() {
    let x = Tensor::scalar(2.0f64);
    assert!(!scale(&x, 3.0).needs_gradient());
    let x = x.variable();
    assert!(!no_grad(|| scale(&x, 3.0)).needs_gradient());
    assert!(scale(&x, 3.0).needs_gradient());
}

#[test]
fn a_chain_of_a_million_operations_goes_backward_and_is_freed() {
    let x = Tensor::scalar(1.0f64).variable();
    let mut y = x.clone();
    for _ in 0..1_000_000 {
        y = scale(&y, 1.0);
    }
    let abandoned = scale(&y, 1.0);
    drop(abandoned);
    assert_eq!(backward(&y).unwrap().get(&x).unwrap().to_vec::<f64>().unwrap(), [1.0]);
    let mut unused = x.clone();
    for _ in 0..1_000_000 {
        unused = scale(&unused, 1.0);
    }
    drop(unused);
}
