//! Stochastic gradient descent with momentum: `b = μ b + g` (the first time `b = g`), `p -= rate * b`,
//! with weight decay added to the gradient.
//!
//! Source: Sutskever, Martens, Dahl & Hinton 2013, "On the importance of initialization and momentum in
//! deep learning", in the form without dampening.

use super::rates::{Group, Rates};
use super::state::{Memory, ParameterState};
use super::{check, check_learning_rate};
use crate::dispatch_float;
use crate::element::Element;
use crate::error::Result;
use crate::parameters::ParameterStore;
use crate::pieces::PIECE;
use crate::threads;

const OP: &str = "sgd";

/// Options of [`Sgd`].
#[derive(Clone, Debug, PartialEq)]
pub struct SgdOptions {
    /// How much of the last direction is kept, in [0, 1).
    pub momentum: f64,
    /// Strength of the L2 penalty, at least 0.
    pub weight_decay: f64,
    /// Parameters with a learning rate of their own.
    pub groups: Vec<Group>,
}

impl Default for SgdOptions {
    fn default() -> Self {
        Self { momentum: 0.9, weight_decay: 0.0, groups: Vec::new() }
    }
}

/// Gradient descent with momentum.
pub struct Sgd {
    store: ParameterStore,
    options: SgdOptions,
    rates: Rates,
    memory: Memory<1>,
}

impl Sgd {
    /// An optimiser without memory for the parameters of `store`.
    ///
    /// # Errors
    /// `TENSOR_VALUE` if an option is outside its range or a parameter is in two groups.
    pub fn new(store: &ParameterStore, options: SgdOptions) -> Result<Self> {
        let SgdOptions { momentum, weight_decay, .. } = options;
        check(OP, "momentum", momentum, (0.0..1.0).contains(&momentum), "at least 0 and below 1")?;
        let is_valid = weight_decay >= 0.0 && weight_decay.is_finite();
        check(OP, "weight decay", weight_decay, is_valid, "finite and at least 0")?;
        let rates = Rates::new(OP, &options.groups)?;
        let memory = Memory::new(["momentum"], store.dtype());
        Ok(Self { store: store.clone(), options, rates, memory })
    }

    /// Updates every trainable parameter that has a gradient.
    ///
    /// # Errors
    /// `TENSOR_VALUE` unless the learning rate is finite and at least 0.
    pub fn step(&mut self, learning_rate: f64) -> Result<()> {
        check_learning_rate(OP, learning_rate)?;
        let Self { store, options, rates, memory } = self;
        let dtype = store.dtype();
        store.update(|contents| {
            dispatch_float!(OP, dtype, T => {
                memory.update::<T>(OP, contents, |index, _, values, gradients, [momentum]| {
                    let rate = learning_rate * rates.factor(index);
                    threads::for_each_piece_of([values, momentum], PIECE, |piece, [values, momentum]| {
                        update_piece(options, rate, values, &gradients[piece * PIECE..], momentum);
                    });
                })
            })
        })
    }

    /// What is remembered of every parameter that was updated so far.
    ///
    /// # Errors
    /// None in practice: shapes are the store's.
    pub fn state(&self) -> Result<Vec<ParameterState>> {
        self.memory.read(&self.store)
    }

    /// Replaces all memory; parameters not named start anew.
    ///
    /// # Errors
    /// `PARAMETER_NAME`, `TENSOR_SHAPE`, `TENSOR_DTYPE`, `TENSOR_VALUE`; then nothing has changed.
    pub fn load(&mut self, states: &[ParameterState]) -> Result<()> {
        self.memory.write(OP, &self.store, states)
    }
}

/// The momentum starts at 0, so the first step's direction is the gradient itself.
fn update_piece<T: Element>(options: &SgdOptions, rate: f64, values: &mut [T], gradients: &[T], momentum: &mut [T]) {
    let (penalty, keep, rate) = (T::from_f64(options.weight_decay), T::from_f64(options.momentum), T::from_f64(rate));
    for ((value, gradient), momentum) in values.iter_mut().zip(gradients).zip(momentum) {
        *momentum = keep * *momentum + (*gradient + penalty * *value);
        *value -= rate * *momentum;
    }
}
