//! To what the factors of matrix products are rounded, and the rounding. Sums are never rounded to it.
//!
//! A bf16 is an `f32` with 8 instead of 24 bits of precision. Rounding goes to the nearest, ties to even; subnormal
//! numbers become zeros of their sign, as for the conversions and products of AVX512-BF16. The product of two bf16 is
//! exact in `f32`, so a sum of products depends on the order of additions alone.

/// Factors of the matrix products of an encoder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// As they are.
    #[default]
    Full,
    /// Rounded to bf16 and summed in the type of the rows.
    Bf16,
}

/// True if this processor has an instruction for products of bf16 that the encoder uses, since it is faster than products
/// of `f32`. Elsewhere rounded numbers are multiplied as `f32`: results are the same, and no faster than in full precision.
pub fn multiplies_bf16() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        crate::arithmetic::pairs_are_fast()
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        false
    }
}

/// The bits of the nearest bf16 as `f32`: its own in the upper half, zeros in the lower.
#[inline(always)]
pub(crate) fn bf16_bits(x: f32) -> u32 {
    let bits = x.to_bits();
    let rounded = bits.wrapping_add(0x7fff + ((bits >> 16) & 1));
    let magnitude = bits & 0x7fff_ffff;
    // Not a number stays one.
    let normal = if magnitude > 0x7f80_0000 { bits | 0x0040_0000 } else { rounded };
    let upper = if magnitude < 0x0080_0000 { bits & 0x8000_0000 } else { normal };
    upper & 0xffff_0000
}

#[cfg(test)]
mod tests {
    use seq_tensor::buffer::bf16;

    use crate::real::Real;

    #[test]
    fn rounding_is_that_of_the_storage_type_for_all_normal_numbers() {
        // Every upper half with the lower halves around its ties.
        for upper in 0..=u16::MAX {
            for lower in [0u32, 1, 0x7fff, 0x8000, 0x8001, 0xffff] {
                let x = f32::from_bits((u32::from(upper) << 16) | lower);
                let (found, expected) = (x.to_bf16(), bf16::from_f32(x).to_f32());
                if x.is_nan() {
                    assert!(found.is_nan());
                } else if x.is_subnormal() {
                    assert_eq!(found.to_bits(), 0f32.copysign(x).to_bits());
                } else {
                    assert_eq!(found.to_bits(), expected.to_bits(), "{x}");
                }
            }
        }
    }

    #[test]
    fn ties_go_to_even_and_the_largest_numbers_to_infinity() {
        let halfway = |steps: f32| 1.0 + steps / 256.0;
        assert_eq!([halfway(1.0), halfway(3.0)].map(Real::to_bf16), [1.0, 1.015_625]);
        assert_eq!([f32::MAX, f32::MIN].map(Real::to_bf16), [f32::INFINITY, f32::NEG_INFINITY]);
        assert_eq!(1.003_906_25f64.to_bf16(), 1.0);
    }
}
