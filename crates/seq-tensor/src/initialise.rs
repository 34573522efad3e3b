//! Initial values of parameters, drawn from the run's seed and the parameter's name alone, so that
//! neither the order of declaration nor other parameters matter.

use crate::error::{Result, TensorError};
use crate::philox::{INITIALISATION_SITE, Stream};
use crate::tensor::{DType, Tensor};

/// How a parameter starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initialisation {
    /// Evenly spread over `low..high`.
    Uniform {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// Normal.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation, at least 0.
        deviation: f64,
    },
    /// All elements equal.
    Constant(f64),
}

/// The initial values of the parameter `name` in a run with this seed.
///
/// # Errors
/// `TENSOR_VALUE` if a number is not finite, `low > high` or the deviation is negative; `TENSOR_DTYPE`
/// unless `dtype` is a float.
pub fn initialise(
    name: &str,
    shape: &[usize],
    dtype: DType,
    initialisation: Initialisation,
    seed: u64,
) -> Result<Tensor> {
    let is_valid = match initialisation {
        Initialisation::Uniform { low, high } => low.is_finite() && high.is_finite() && low <= high,
        Initialisation::Normal { mean, deviation } => mean.is_finite() && deviation.is_finite() && deviation >= 0.0,
        Initialisation::Constant(value) => value.is_finite(),
    };
    if !is_valid {
        let problem = format!("{name:?} cannot start as {initialisation:?}");
        return Err(TensorError::Value { op: "initialise", problem });
    }
    let hash = name_hash(name);
    let stream = Stream::new(seed, INITIALISATION_SITE, (hash >> 32) as u32);
    let count: usize = shape.iter().product();
    let draw = |position: usize| match initialisation {
        Initialisation::Uniform { low, high } => low + (high - low) * stream.uniform(hash as u32, position as u32),
        Initialisation::Normal { mean, deviation } => mean + deviation * stream.normal(hash as u32, position as u32),
        Initialisation::Constant(value) => value,
    };
    match dtype {
        DType::F32 => Tensor::new((0..count).map(|i| draw(i) as f32).collect(), shape),
        DType::F64 => Tensor::new((0..count).map(draw).collect(), shape),
        found => Err(TensorError::DType { op: "initialise", expected: "a float".into(), found }),
    }
}

/// 64-bit FNV-1a (Fowler, Noll & Vo), finished with a bijective mix so that similar names differ in all bits.
fn name_hash(name: &str) -> u64 {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let mixed = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIFORM: Initialisation = Initialisation::Uniform { low: -0.25, high: 0.5 };

    fn values(name: &str, initialisation: Initialisation, seed: u64) -> Vec<f64> {
        initialise(name, &[4, 500], DType::F64, initialisation, seed).unwrap().to_vec().unwrap()
    }

    #[test]
    fn values_depend_on_name_and_seed_only() {
        let a = values("encoder.weight", UNIFORM, 3);
        assert_eq!(a, values("encoder.weight", UNIFORM, 3));
        assert_ne!(a, values("encoder.weighu", UNIFORM, 3));
        assert_ne!(a, values("encoder.weight", UNIFORM, 4));
        let single = initialise("encoder.weight", &[2000], DType::F32, UNIFORM, 3).unwrap().to_vec::<f32>().unwrap();
        assert!(single.iter().zip(&a).all(|(single, double)| *single == *double as f32));
    }

    #[test]
    fn values_have_the_moments_of_their_distributions() {
        let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
        let uniform = values("w", UNIFORM, 1);
        assert!(uniform.iter().all(|x| (-0.25..0.5).contains(x)));
        assert!((mean(&uniform) - 0.125).abs() <= 0.02);
        let normal = values("w", Initialisation::Normal { mean: 2.0, deviation: 3.0 }, 1);
        let squares: Vec<f64> = normal.iter().map(|x| (x - 2.0).powi(2)).collect();
        assert!((mean(&normal) - 2.0).abs() <= 0.25);
        assert!((mean(&squares) - 9.0).abs() <= 1.0);
        assert!(values("w", Initialisation::Constant(0.75), 1).iter().all(|x| *x == 0.75));
    }

    #[test]
    fn impossible_distributions_are_refused() {
        for bad in [
            Initialisation::Uniform { low: 1.0, high: 0.0 },
            Initialisation::Normal { mean: 0.0, deviation: -1.0 },
            Initialisation::Constant(f64::NAN),
        ] {
            let error = initialise("w", &[1], DType::F32, bad, 0).unwrap_err();
            assert_eq!(error.code(), "TENSOR_VALUE");
            assert!(error.to_string().contains("\"w\""));
        }
        assert_eq!(initialise("w", &[1], DType::U8, UNIFORM, 0).unwrap_err().code(), "TENSOR_DTYPE");
    }
}
