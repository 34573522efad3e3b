//! Learning-rate factors of groups of parameters.

use std::collections::HashMap;

use crate::error::{Result, TensorError};

/// Parameters that learn at a multiple of the rate given to each step.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Positions in the store's table of names.
    pub parameters: Vec<usize>,
    /// The multiple, at least 0.
    pub learning_rate_factor: f64,
}

/// The factor of every parameter; 1 for those in no group.
#[derive(Clone, Debug, Default)]
pub(super) struct Rates {
    factors: HashMap<usize, f64>,
}

impl Rates {
    pub(super) fn new(op: &'static str, groups: &[Group]) -> Result<Self> {
        let mut factors = HashMap::new();
        for group in groups {
            let factor = group.learning_rate_factor;
            super::check(op, "a learning rate factor", factor, factor >= 0.0 && factor.is_finite(), "at least 0")?;
            for &parameter in &group.parameters {
                if factors.insert(parameter, factor).is_some() {
                    let problem = format!("parameter {parameter} is in more than one group");
                    return Err(TensorError::Value { op, problem });
                }
            }
        }
        Ok(Self { factors })
    }

    pub(super) fn factor(&self, parameter: usize) -> f64 {
        self.factors.get(&parameter).copied().unwrap_or(1.0)
    }
}
