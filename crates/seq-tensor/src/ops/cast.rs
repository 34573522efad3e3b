//! `cast`: the same numbers in another dtype.
//!
//! Shapes: any, kept. DTypes: any to any; floats are rounded to nearest, ties to even; to integers
//! fractions are cut and values outside the range go to its ends, NaN to 0. i64 is rounded once, too, or moves to the
//! end of the range of a smaller integer. The gradient of a cast between floats is cast back, where
//! gradients of 16-bit floats are f32; casts to or from integers have none (backward through them is an error).
//! Errors: none of its own.

use crate::dispatch_stored;
use crate::error::Result;
use crate::tape::{Gradient, record, record_one};
use crate::tensor::{DType, Stored, Tensor};

const OP: &str = "cast";

/// The elements as another dtype; the tensor itself if it has that dtype already.
///
/// # Errors
/// None of its own.
pub fn cast(x: &Tensor, dtype: DType) -> Result<Tensor> {
    if x.dtype() == dtype {
        return Ok(x.clone());
    }
    let y = converted(x, dtype)?;
    if !x.dtype().is_float() || !dtype.is_float() {
        let gradient = || Gradient::NotDifferentiable("integers do not change smoothly");
        return Ok(record(OP, &[x], vec![y], gradient).swap_remove(0));
    }
    let from = x.dtype().wide();
    Ok(record_one(OP, &[x], y, move |gradient| Ok(vec![Some(converted(&gradient, from)?)])))
}

/// The elements in the dtype that operations compute in, without their past.
pub(crate) fn widened(x: &Tensor) -> Result<Tensor> {
    converted(x, x.dtype().wide())
}

fn converted(x: &Tensor, dtype: DType) -> Result<Tensor> {
    if x.dtype() == dtype {
        return Ok(x.detach());
    }
    if let (DType::I64, DType::F64) = (x.dtype(), dtype) {
        return Tensor::new(x.elements::<i64>(OP)?.iter().map(|&value| value as f64).collect(), x.shape());
    }
    dispatch_stored!(x.dtype(), From => {
        let elements = x.elements::<From>(OP)?;
        dispatch_stored!(dtype, To => Tensor::new(elements.iter().map(|value| To::narrow(value.widen())).collect(), x.shape()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops;
    use crate::tape::backward;
    use crate::testing::code;

    #[test]
    fn numbers_keep_their_value_where_the_dtype_has_it() {
        let x = Tensor::new(vec![-1.7f64, 0.0, 2.9, 300.0, f64::NAN], &[5]).unwrap();
        assert_eq!(cast(&x, DType::I32).unwrap().to_vec::<i32>().unwrap(), [-1, 0, 2, 300, 0]);
        assert_eq!(cast(&x, DType::U8).unwrap().to_vec::<u8>().unwrap(), [0, 0, 2, 255, 0]);
        let mask = Tensor::new(vec![0u8, 1, 7], &[3]).unwrap();
        assert_eq!(cast(&mask, DType::F32).unwrap().to_vec::<f32>().unwrap(), [0.0, 1.0, 7.0]);
        let large = Tensor::new(vec![i32::MAX], &[1]).unwrap();
        assert_eq!(cast(&large, DType::F64).unwrap().to_vec::<f64>().unwrap(), [2_147_483_647.0]);
        assert_eq!(cast(&mask, DType::U8).unwrap().to_vec::<u8>().unwrap(), [0, 1, 7]);
    }

    #[test]
    fn long_integers_are_rounded_once_and_kept_in_range() {
        let most = i64::MAX;
        // Beside a tie of f32 (24 bits) and of bf16 (8 bits): rounding to f64 first would lose the last 1.
        let single_tie = (1i64 << 60) + (1 << 36) + 1;
        let brief_tie = (1i64 << 60) + (1 << 52) + 1;
        let data = vec![0, -1, most, i64::MIN, single_tie, -single_tie, single_tie - 1, brief_tie, -brief_tie];
        let x = Tensor::new(data.clone(), &[data.len()]).unwrap();
        let single = cast(&x, DType::F32).unwrap().to_vec::<f32>().unwrap();
        assert_eq!(single, data.iter().map(|&value| value as f32).collect::<Vec<_>>());
        assert_eq!([single[4], single[6]].map(|y| y as i64 - (1 << 60)), [1 << 37, 0]);
        let double = cast(&x, DType::F64).unwrap().to_vec::<f64>().unwrap();
        assert_eq!(double, data.iter().map(|&value| value as f64).collect::<Vec<_>>());
        let brief = cast(&cast(&x, DType::BF16).unwrap(), DType::F64).unwrap().to_vec::<f64>().unwrap();
        assert_eq!(brief[7] as i64 - (1 << 60), 1 << 53);
        assert_eq!(brief[8], -brief[7]);
        assert_eq!(cast(&x, DType::I32).unwrap().to_vec::<i32>().unwrap()[..4], [0, -1, i32::MAX, i32::MIN]);
        assert_eq!(cast(&x, DType::U8).unwrap().to_vec::<u8>().unwrap()[..4], [0, 0, 255, 0]);
        let floats = Tensor::new(vec![1.9f64, -1.9, 1e19, -1e19, f64::NAN, 9.0e15], &[6]).unwrap();
        let whole = cast(&floats, DType::I64).unwrap().to_vec::<i64>().unwrap();
        assert_eq!(whole, [1, -1, most, i64::MIN, 0, 9_000_000_000_000_000]);
        let tokens = Tensor::new(vec![i32::MIN, 7], &[2]).unwrap();
        assert_eq!(cast(&tokens, DType::I64).unwrap().to_vec::<i64>().unwrap(), [-2_147_483_648, 7]);
    }

    #[test]
    fn halves_round_to_nearest_even_and_widen_exactly() {
        use half::{bf16, f16};
        // Ties of each type go to the even neighbour; what is too large becomes infinite.
        let x =
            Tensor::new(vec![1.0 + 1.0 / 256.0, 1.0 + 3.0 / 256.0, 1.0 + 1.0 / 2048.0, 1e5, f32::NAN], &[5]).unwrap();
        let short = cast(&x, DType::BF16).unwrap();
        assert_eq!(short.to_vec::<bf16>().unwrap()[..2], [1.0, 1.015_625].map(bf16::from_f32));
        let wide = cast(&short, DType::F32).unwrap().to_vec::<f32>().unwrap();
        assert_eq!(wide[..4], [1.0, 1.015_625, 1.0, 99_840.0]);
        assert!(wide[4].is_nan());
        let short = cast(&x, DType::F16).unwrap();
        assert_eq!(short.to_vec::<f16>().unwrap()[2..4], [f16::ONE, f16::INFINITY]);
        assert_eq!(cast(&short, DType::BF16).unwrap().to_vec::<bf16>().unwrap()[0], bf16::ONE);
        assert_eq!(cast(&short, DType::U8).unwrap().to_vec::<u8>().unwrap(), [1, 1, 1, 255, 0]);
    }

    #[test]
    fn doubles_become_halves_by_rounding_once() {
        use half::{bf16, f16};
        // One step beyond a tie, by less than a single can tell, and one step short of it; the same for what is too large
        // or too small for a single.
        let beyond = 2f64.powi(-40);
        let ties = [1.0 + 2f64.powi(-8), 1.0 + 2f64.powi(-11)];
        let data: Vec<f64> = ties.iter().flat_map(|tie| [tie - beyond, *tie, tie + beyond, -tie - beyond]).collect();
        let x = Tensor::new([data, vec![1e300, -1e-300]].concat(), &[10]).unwrap();
        let brief = cast(&x, DType::BF16).unwrap().to_vec::<bf16>().unwrap();
        let step = 1.0 + 2f32.powi(-7);
        assert_eq!(brief[..4], [1.0, 1.0, step, -step].map(bf16::from_f32));
        assert_eq!(brief[8..], [bf16::INFINITY, bf16::NEG_ZERO]);
        let short = cast(&x, DType::F16).unwrap().to_vec::<f16>().unwrap();
        let step = 1.0 + 2f32.powi(-10);
        assert_eq!(short[4..8], [1.0, 1.0, step, -step].map(f16::from_f32));
        assert_eq!(short[8..], [f16::INFINITY, f16::NEG_ZERO]);
    }

    #[test]
    fn gradients_of_halves_are_single_and_pass_unchanged() {
        for dtype in [DType::F16, DType::BF16] {
            let x = Tensor::new(vec![1.25f64], &[1]).unwrap().variable();
            let half = cast(&x, dtype).unwrap();
            let gradients =
                backward(&ops::scale_shift(&cast(&half, DType::F32).unwrap(), 1.0 / 3.0, 0.0).unwrap()).unwrap();
            let third = f64::from(1.0f32 / 3.0);
            assert_eq!(gradients.get(&x).unwrap().to_vec::<f64>().unwrap(), [third]);
            let half = half.detach().variable();
            let gradients =
                backward(&ops::scale_shift(&cast(&half, DType::F32).unwrap(), 1.0 / 3.0, 0.0).unwrap()).unwrap();
            assert_eq!(gradients.get(&half).unwrap().to_vec::<f32>().unwrap(), [1.0f32 / 3.0]);
        }
    }

    #[test]
    fn gradients_flow_between_floats_and_not_through_integers() {
        let x = Tensor::new(vec![1.5f32], &[1]).unwrap().variable();
        let gradients = backward(&cast(&x, DType::F64).unwrap()).unwrap();
        assert_eq!(gradients.get(&x).unwrap().to_vec::<f32>().unwrap(), [1.0]);
        let through = cast(&cast(&x, DType::I32).unwrap(), DType::F32).unwrap();
        assert_eq!(code(backward(&through).map(|_| ())), "NOT_DIFFERENTIABLE");
    }
}
