//! Adam and AdamW.
//!
//! `m = β1 m + (1 - β1) g`, `v = β2 v + (1 - β2) g²`,
//! `p -= rate / (1 - β1^t) * m / (sqrt(v / (1 - β2^t)) + ε)`, with `t` counted per parameter.
//! Weight decay is added to the gradient (Adam) or shrinks the values first by `1 - rate * decay` (AdamW);
//! it applies to every parameter that is updated.
//! Sources: Kingma & Ba 2015, arXiv:1412.6980; Loshchilov & Hutter 2019, arXiv:1711.05101.

use super::rates::{Group, Rates};
use super::state::{Memory, ParameterState};
use super::{check, check_learning_rate};
use crate::dispatch_float;
use crate::element::Element;
use crate::error::Result;
use crate::parameters::ParameterStore;
use crate::pieces::PIECE;
use crate::threads;

const OP: &str = "adam";

/// How weight decay enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightDecay {
    /// Values shrink by themselves: AdamW.
    Decoupled,
    /// The decay is part of the gradient: Adam with an L2 penalty.
    Coupled,
}

/// Options of [`Adam`].
#[derive(Clone, Debug, PartialEq)]
pub struct AdamOptions {
    /// Decay rates of the two moments, each in [0, 1).
    pub betas: (f64, f64),
    /// Added to the root of the second moment, at least 0.
    pub epsilon: f64,
    /// Strength of the decay, at least 0.
    pub weight_decay: f64,
    /// How it enters.
    pub decay: WeightDecay,
    /// Parameters with a learning rate of their own.
    pub groups: Vec<Group>,
}

impl Default for AdamOptions {
    fn default() -> Self {
        Self {
            betas: (0.9, 0.999),
            epsilon: 1e-8,
            weight_decay: 0.01,
            decay: WeightDecay::Decoupled,
            groups: Vec::new(),
        }
    }
}

/// Adam, or AdamW by [`WeightDecay::Decoupled`].
pub struct Adam {
    store: ParameterStore,
    options: AdamOptions,
    rates: Rates,
    memory: Memory<2>,
}

/// The factors of one step on one parameter.
#[derive(Clone, Copy)]
struct Factors<T> {
    shrink: T,
    penalty: T,
    beta1: T,
    beta2: T,
    one_minus_beta1: T,
    one_minus_beta2: T,
    step_size: T,
    root_correction: T,
    epsilon: T,
}

impl Adam {
    /// An optimiser without memory for the parameters of `store`.
    ///
    /// # Errors
    /// `TENSOR_VALUE` if an option is outside its range or a parameter is in two groups.
    pub fn new(store: &ParameterStore, options: AdamOptions) -> Result<Self> {
        for (name, beta) in [("the first beta", options.betas.0), ("the second beta", options.betas.1)] {
            check(OP, name, beta, (0.0..1.0).contains(&beta), "at least 0 and below 1")?;
        }
        let non_negative = |value: f64| value >= 0.0 && value.is_finite();
        check(OP, "epsilon", options.epsilon, non_negative(options.epsilon), "finite and at least 0")?;
        check(OP, "weight decay", options.weight_decay, non_negative(options.weight_decay), "finite and at least 0")?;
        let rates = Rates::new(OP, &options.groups)?;
        let memory = Memory::new(["first_moment", "second_moment"], store.dtype());
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
                memory.update::<T>(OP, contents, |index, step, values, gradients, [first, second]| {
                    let factors = factors::<T>(options, learning_rate * rates.factor(index), step);
                    threads::for_each_piece_of([values, first, second], PIECE, |piece, [values, first, second]| {
                        update_piece(factors, values, &gradients[piece * PIECE..], first, second);
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

fn factors<T: Element>(options: &AdamOptions, rate: f64, step: u64) -> Factors<T> {
    let (beta1, beta2) = options.betas;
    let correction = |beta: f64| 1.0 - beta.powf(step as f64);
    let (shrink, penalty) = match options.decay {
        WeightDecay::Decoupled => (1.0 - rate * options.weight_decay, 0.0),
        WeightDecay::Coupled => (1.0, options.weight_decay),
    };
    Factors {
        shrink: T::from_f64(shrink),
        penalty: T::from_f64(penalty),
        beta1: T::from_f64(beta1),
        beta2: T::from_f64(beta2),
        one_minus_beta1: T::from_f64(1.0 - beta1),
        one_minus_beta2: T::from_f64(1.0 - beta2),
        step_size: T::from_f64(rate / correction(beta1)),
        root_correction: T::from_f64(correction(beta2).sqrt()),
        epsilon: T::from_f64(options.epsilon),
    }
}

fn update_piece<T: Element>(f: Factors<T>, values: &mut [T], gradients: &[T], first: &mut [T], second: &mut [T]) {
    let elements = values.iter_mut().zip(gradients).zip(first).zip(second);
    for (((value, gradient), first), second) in elements {
        let shrunk = *value * f.shrink;
        let gradient = *gradient + f.penalty * shrunk;
        *first = f.beta1 * *first + f.one_minus_beta1 * gradient;
        *second = f.beta2 * *second + f.one_minus_beta2 * (gradient * gradient);
        *value = shrunk - f.step_size * (*first / (second.sqrt() / f.root_correction + f.epsilon));
    }
}
