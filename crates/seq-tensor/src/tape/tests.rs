use super::*;
use crate::DType;
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

/// Work as these tests put it on the tape.
type Layers = fn(&[Tensor]) -> Vec<Tensor>;

fn under_checkpoint(work: Layers, inputs: &[&Tensor]) -> Vec<Tensor> {
    let owned: Vec<Tensor> = inputs.iter().map(|&input| input.clone()).collect();
    if !is_recording() {
        return work(&owned);
    }
    begin_recording(Recording::Watched);
    let outputs = record_checkpoint(Box::new(work), inputs, work(&owned)).unwrap();
    end_recording();
    outputs
}

/// Backward, with all work done again, and how often that was.
fn backward_again(loss: &Tensor) -> Result<(Gradients, usize)> {
    let (mut pass, mut pauses) = (Pass::new(loss)?, 0);
    loop {
        match pass.advance()? {
            Progress::Done(gradients) => return Ok((gradients, pauses)),
            Progress::Paused(paused) => {
                let work = paused.work().downcast_ref::<Layers>().unwrap();
                let outputs = work(paused.inputs());
                pass = paused.resume(&outputs)?;
                pauses += 1;
            }
        }
    }
}

fn gradient_of(x: &Tensor, gradients: &Gradients) -> f64 {
    gradients.get(x).unwrap().to_vec::<f64>().unwrap()[0]
}

fn tripled(t: &[Tensor]) -> Vec<Tensor> {
    vec![scale(&t[0], 3.0), sum2(&t[0], &t[1])]
}

fn nested(t: &[Tensor]) -> Vec<Tensor> {
    let parts = under_checkpoint(tripled, &[&t[0], &t[1]]);
    vec![sum2(&parts[0], &parts[1])]
}

#[test]
fn work_is_done_again_where_a_gradient_arrives_and_nowhere_else() {
    let (x, constant) = (Tensor::scalar(2.0f64).variable(), Tensor::scalar(5.0f64));
    let y = under_checkpoint(nested, &[&x, &constant]);
    let unused = under_checkpoint(nested, &[&x, &constant]);
    let loss = sum2(&y[0], &scale(&x, 10.0));
    let (gradients, pauses) = backward_again(&loss).unwrap();
    assert_eq!((gradient_of(&x, &gradients), pauses), (14.0, 2));
    assert!(unused[0].needs_gradient());
    assert!(!under_checkpoint(nested, &[&constant, &constant])[0].needs_gradient());
    assert_eq!(backward_again(&loss).err().map(|e| e.code()), Some("TAPE_CONSUMED"));
}

#[test]
fn work_that_nobody_does_again_is_an_error_and_so_is_another_result() {
    let x = Tensor::scalar(2.0f64).variable();
    let loss = || under_checkpoint(|t| vec![scale(&t[0], 3.0)], &[&x]).swap_remove(0);
    assert_eq!(backward(&loss()).err().map(|e| e.code()), Some("NOT_DIFFERENTIABLE"));
    for outputs in [vec![], vec![scale(&x, 3.0); 2], vec![scale(&x, 3.0 + 1e-15)], vec![Tensor::scalar(6.0f32)]] {
        let Progress::Paused(paused) = Pass::new(&loss()).unwrap().advance().unwrap() else { unreachable!() };
        assert_eq!(paused.resume(&outputs).err().map(|e| e.code()), Some("CHECKPOINT_CHANGED"));
    }
}

#[test]
fn work_that_gives_no_number_gives_the_same_no_number_again() {
    let x = Tensor::scalar(f64::NAN).variable();
    let loss = under_checkpoint(|t| vec![scale(&t[0], 3.0)], &[&x]);
    assert_eq!(gradient_of(&x, &backward_again(&loss[0]).unwrap().0), 3.0);
}

#[test]
fn watching_ends_with_its_block_and_does_not_reach_into_one_that_records_nothing() {
    let x = Tensor::scalar(2.0f64).variable();
    begin_recording(Recording::Watched);
    no_grad(|| scale(&x, 3.0));
    assert!(!recording::take_seen().needs_gradient);
    assert!(!scale(&x, 3.0).needs_gradient());
    assert!(recording::take_seen().needs_gradient);
    end_recording();
    assert!(is_recording() && scale(&x, 3.0).needs_gradient());
}

#[test]
fn a_long_chain_of_checkpoints_goes_backward_and_is_freed() {
    let x = Tensor::scalar(1.0f64).variable();
    let chain =
        || (0..200_000).fold(x.clone(), |y, _| under_checkpoint(|t| vec![scale(&t[0], 1.0)], &[&y]).swap_remove(0));
    assert_eq!(gradient_of(&x, &backward_again(&chain()).unwrap().0), 1.0);
    drop(chain());
}

#[test]
fn a_long_integer_that_no_double_can_tell_apart_is_another_result() {
    let x = Tensor::scalar(2.0f64).variable();
    let keys = |last: i64| vec![scale(&x, 3.0), Tensor::scalar((1i64 << 60) + last)];
    let loss = under_checkpoint(|t| vec![scale(&t[0], 3.0), Tensor::scalar((1i64 << 60) + 1)], &[&x]);
    let Progress::Paused(paused) = Pass::new(&loss[0]).unwrap().advance().unwrap() else { unreachable!() };
    assert_eq!(paused.resume(&keys(2)).err().map(|e| e.code()), Some("CHECKPOINT_CHANGED"));
}
