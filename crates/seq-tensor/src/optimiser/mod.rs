//! Optimisers over the parameters of one store.
//!
//! A step changes the trainable parameters that got a gradient since the last clearing and no others: the
//! rest keeps its values, moments and step count and sees no weight decay. Moments lie flat, laid out as
//! the store's values. Arithmetic is in the store's dtype, with scalar factors computed in f64.

mod adam;
mod clip;
mod rates;
mod sgd;
mod state;

#[cfg(test)]
mod tests;

pub use adam::{Adam, AdamOptions, WeightDecay};
pub use clip::clip_global_norm;
pub use rates::Group;
pub use sgd::{Sgd, SgdOptions};
pub use state::ParameterState;

use crate::error::{Result, TensorError};

/// Refuses an option unless it is in range.
fn check(op: &'static str, name: &str, value: f64, is_valid: bool, range: &str) -> Result<()> {
    if is_valid {
        return Ok(());
    }
    Err(TensorError::Value { op, problem: format!("{name} must be {range}, got {value}") })
}

fn check_learning_rate(op: &'static str, learning_rate: f64) -> Result<()> {
    let is_valid = learning_rate >= 0.0 && learning_rate.is_finite();
    check(op, "the learning rate", learning_rate, is_valid, "finite and at least 0")
}
