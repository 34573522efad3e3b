//! When 32 bits are enough. Knows no metric: totals are whole numbers, made of so many rounded summands each.

/// What the largest length that a sample covers must be, in units of the 64-bit fixed point of the tree, so that these are
/// precise enough to be rounded further.
pub(crate) const COVERED: u64 = 1 << 40;

/// The largest exponent with which a total stays below `2^bits`, with room for roundings.
pub(crate) fn exponent_for(total: f64, bits: i32) -> i32 {
    if total > 0.0 { bits - 1 - (total * 1.001).log2().floor() as i32 } else { 0 }
}

/// Units that a total must have for every root of the number of its summands, to be good to a millionth: roundings of half a
/// unit at most come in all directions, so that their sum grows like that root.
const UNITS: f64 = 4e6;

/// The part of a total that roundings in one direction may make. Those of the sums of a pair are then as much, or the root of two
/// times as much where both samples have the same; distances, their ratios, change by less than that.
const UNCERTAIN: f64 = 7e-7;

/// What a total must be to be good to a millionth: one of so many summands, with so much that roundings in one direction make.
pub(crate) fn needed(summands: u32, uncertain: f64) -> f64 {
    (UNITS * f64::from(summands).sqrt()).max(uncertain / UNCERTAIN)
}

/// Samples of a total, and of what it must be, such that every pair with a sample that is not among them is fine by its larger
/// total; empty samples are among them if there are any.
pub(crate) fn too_little(sizes: &[(u32, f64)]) -> Vec<usize> {
    let is_below = |total: u32, needed: f64| f64::from(total) < needed;
    let own = sizes.iter().filter(|&&(total, needed)| is_below(total, needed));
    let most = own.map(|&(_, needed)| needed).fold(0.0, f64::max);
    (0..sizes.len()).filter(|&sample| is_below(sizes[sample].0, most)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_just_fit() {
        for total in [1e-300, 0.3, 1.0, 1023.0, 1024.0, 1e200] {
            let scaled = total
                * 2f64.powi(exponent_for(total, 31) / 2)
                * 2f64.powi(exponent_for(total, 31) - exponent_for(total, 31) / 2);
            assert!((2f64.powi(29)..2f64.powi(31) / 1.0005).contains(&scaled), "{total}: {scaled}");
        }
        assert_eq!(exponent_for(0.0, 31), 0);
    }

    #[test]
    fn samples_of_little_length_are_chosen_with_all_that_could_spoil_a_pair_with_them() {
        // The second is fine by itself, but not beside the many summands of the third.
        let little = |sizes: &[(u32, u32)]| {
            let sizes = sizes.iter().map(|&(total, summands)| (total, needed(summands, 0.0)));
            too_little(&sizes.collect::<Vec<_>>())
        };
        assert_eq!(little(&[(1 << 30, 1), (5_000_000, 1), (20_000_000, 100), (0, 0)]), [1, 2, 3]);
        assert_eq!(little(&[(1 << 30, 9000), (1 << 30, 1), (5_000_000, 1), (0, 0)]), [] as [usize; 0]);
        assert_eq!(little(&[(0, 3), (1 << 30, 3)]), [0]);
    }

    #[test]
    fn samples_are_chosen_for_roundings_in_one_direction_too() {
        let sizes = [(1 << 30, needed(9, 70.0)), (200_000_100, needed(9, 140.0)), (99_000_000, needed(9, 70.0))];
        assert_eq!(too_little(&sizes), [2]);
        assert_eq!(too_little(&[sizes[0], (199_000_000, sizes[1].1), (200_000_100, sizes[1].1)]), [1]);
    }
}
