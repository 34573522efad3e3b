use super::*;
use crate::testing::{code, doubles};

fn store() -> ParameterStore {
    let store = ParameterStore::new(DType::F64).unwrap();
    store.declare("a", &Tensor::new(vec![1.0f64, 2.0], &[2]).unwrap()).unwrap();
    store.declare("b.c", &Tensor::scalar(3.0f64)).unwrap();
    store
}

#[test]
fn values_are_read_and_replaced_by_name() {
    let store = store();
    let shown = store.get("a").unwrap().tensor();
    store.write("a", &Tensor::new(vec![5.0f64, 6.0], &[2]).unwrap()).unwrap();
    assert_eq!(doubles(&shown), [5.0, 6.0]);
    assert_eq!(doubles(&store.get("b.c").unwrap().tensor()), [3.0]);
}

#[test]
fn names_shapes_and_dtypes_are_checked() {
    let store = store();
    let scalar = Tensor::scalar(0f64);
    assert_eq!(code(store.declare("a", &scalar)), "PARAMETER_NAME");
    assert_eq!(code(store.declare("d", &Tensor::scalar(0f32))), "TENSOR_DTYPE");
    assert_eq!(code(store.get("d")), "PARAMETER_NAME");
    assert_eq!(code(store.write("d", &scalar)), "PARAMETER_NAME");
    assert_eq!(code(store.write("a", &scalar)), "TENSOR_SHAPE");
    assert_eq!(code(store.write("b.c", &Tensor::scalar(0f32))), "TENSOR_DTYPE");
    assert_eq!(code(store.gradient("d")), "PARAMETER_NAME");
    assert_eq!(code(ParameterStore::new(DType::I32)), "TENSOR_DTYPE");
}

#[test]
fn freezing_is_all_or_nothing() {
    let store = store();
    assert_eq!(code(store.set_trainable(["a", "d"], false)), "PARAMETER_NAME");
    assert!(store.read().entries[0].trainable);
    store.set_trainable(["a"], false).unwrap();
    assert!(!store.get("a").unwrap().tensor().needs_gradient());
}

#[test]
fn gradients_exist_only_where_one_arrived() {
    let store = store();
    let y = crate::ops::square(&store.get("b.c").unwrap().tensor()).unwrap();
    crate::tape::backward(&y).unwrap();
    assert_eq!(doubles(&store.gradient("b.c").unwrap().unwrap()), [6.0]);
    assert!(store.gradient("a").unwrap().is_none());
    store.clear_gradients();
    assert!(store.gradient("b.c").unwrap().is_none());
}

#[test]
fn records_that_saw_old_values_through_a_detached_view_go_no_further() {
    let store = store();
    let detached = crate::ops::reshape(&store.get("a").unwrap().tensor().detach(), &[2, 1]).unwrap();
    let x = Tensor::scalar(2.0f64).variable();
    let product = crate::ops::mul(&x, &detached).unwrap();
    let y = crate::ops::sum(&product, &[0, 1], crate::ops::ReducedAxes::Drop).unwrap();
    store.write("a", &Tensor::new(vec![5.0f64, 6.0], &[2]).unwrap()).unwrap();
    assert_eq!(code(crate::tape::backward(&y).map(|_| ())), "PARAMETERS_CHANGED");
}
