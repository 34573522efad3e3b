//! Branch lengths as whole numbers, so that sums are exact and do not depend on their order.
//!
//! A length `L` becomes `round(L * 2^e)`, with the exponent `e` chosen from the tree alone so that the sum of all lengths
//! stays below `2^BITS`. Sums then never overflow, a sample compared with itself gives exactly 0, and any thread count,
//! tiling, order or selection of samples gives the same bits. The rounding of one branch is at most half a unit.

/// An unsigned whole number that lengths are held in.
pub(crate) trait Fixed: Copy + Default + Send + Sync + PartialEq + 'static {
    /// The sum of all lengths stays below two to this power; one bit is left to add two sums, and one for the sign.
    const BITS: i32;

    fn from_scaled(value: f64) -> Self;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    /// Itself if `keep`, else zero.
    fn only_if(self, keep: bool) -> Self;
    /// The nearest float; the number is below `2^(BITS + 1)`.
    fn to_f64(self) -> f64;
}

impl Fixed for u64 {
    const BITS: i32 = 62;

    #[inline(always)]
    fn from_scaled(value: f64) -> Self {
        value.round() as u64
    }
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }
    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }
    #[inline(always)]
    fn only_if(self, keep: bool) -> Self {
        self & Self::from(keep).wrapping_neg()
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        // Below 2^63, where the signed conversion is the same number and one instruction.
        self as i64 as f64
    }
}

impl Fixed for u128 {
    const BITS: i32 = 126;

    #[inline(always)]
    fn from_scaled(value: f64) -> Self {
        value.round() as u128
    }
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }
    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }
    #[inline(always)]
    fn only_if(self, keep: bool) -> Self {
        self & Self::from(keep).wrapping_neg()
    }
    #[inline(always)]
    fn to_f64(self) -> f64 {
        self as f64
    }
}

/// Lengths of a tree as fixed-point sums from the root, per node.
pub(crate) struct RootDistances<F> {
    /// Sum of the lengths from the root (whose own length does not count) down to each node.
    pub sums: Vec<F>,
    exponent: i32,
}

impl<F: Fixed> RootDistances<F> {
    /// Takes a tree in preorder; the length of node 0 is not counted.
    pub fn new(parents: &[u32], lengths: &[f64]) -> Self {
        let exponent = exponent_for::<F>(lengths[1..].iter().sum());
        let mut sums = vec![F::default(); parents.len()];
        for node in 1..parents.len() {
            let length = F::from_scaled(times_power_of_two(lengths[node], exponent));
            sums[node] = sums[parents[node] as usize].plus(length);
        }
        Self { sums, exponent }
    }

    /// A sum in the unit of the tree.
    pub fn in_tree_unit(&self, sum: F) -> f64 {
        times_power_of_two(sum.to_f64(), -self.exponent)
    }
}

/// Whether 64 bits hold a tree: the rounding of all branches above any tip stays below `2^-41` of their sum. What counts is
/// the shortest way from the root to a tip, as no sample of positive diversity has less.
pub(crate) fn fits_64_bits(parents: &[u32], lengths: &[f64], tips: &[u32]) -> bool {
    let exponent = exponent_for::<u64>(lengths[1..].iter().sum());
    let mut distances = vec![0.0f64; parents.len()];
    let mut branches = vec![0.0f64; parents.len()];
    for node in 1..parents.len() {
        let parent = parents[node] as usize;
        distances[node] = distances[parent] + lengths[node];
        branches[node] = branches[parent] + f64::from(u8::from(lengths[node] > 0.0));
    }
    tips.iter().all(|&tip| {
        let (distance, branches) = (distances[tip as usize], branches[tip as usize]);
        distance == 0.0 || times_power_of_two(distance, exponent) >= branches * f64::from(1u32 << 20).powi(2)
    })
}

fn exponent_for<F: Fixed>(total: f64) -> i32 {
    if total > 0.0 { F::BITS - total.log2().ceil() as i32 - 1 } else { 0 }
}

/// `value * 2^exponent`, also where the power alone would leave the range of floats.
fn times_power_of_two(value: f64, exponent: i32) -> f64 {
    let half = exponent / 2;
    value * 2f64.powi(half) * 2f64.powi(exponent - half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_come_back_in_the_unit_of_the_tree_whatever_its_scale() {
        for scale in [1e-300, 1e-9, 1.0, 3.7e5, 1e290] {
            let lengths = [99.0 * scale, 0.1 * scale, 0.2 * scale, 0.3 * scale];
            let narrow = RootDistances::<u64>::new(&[u32::MAX, 0, 1, 1], &lengths);
            let wide = RootDistances::<u128>::new(&[u32::MAX, 0, 1, 1], &lengths);
            for (node, want) in [(0, 0.0), (1, 0.1), (2, 0.3), (3, 0.4)] {
                let want: f64 = want * scale;
                assert!((narrow.in_tree_unit(narrow.sums[node]) - want).abs() <= 1e-15 * want, "{scale}");
                assert!((wide.in_tree_unit(wide.sums[node]) - want).abs() <= 1e-15 * want, "{scale}");
            }
        }
    }

    #[test]
    fn a_tree_of_zero_lengths_has_zero_sums() {
        let distances = RootDistances::<u64>::new(&[u32::MAX, 0, 0], &[1.0, 0.0, 0.0]);
        assert_eq!(distances.sums, [0, 0, 0]);
        assert_eq!(distances.in_tree_unit(0), 0.0);
    }

    #[test]
    fn lengths_that_differ_too_much_need_more_than_64_bits() {
        let parents = [u32::MAX, 0, 0, 0];
        assert!(fits_64_bits(&parents, &[5.0, 1.0, 1e-6, 0.0], &[1, 2, 3]));
        assert!(!fits_64_bits(&parents, &[5.0, 1.0, 1e-9, 0.0], &[1, 2, 3]));
        assert!(fits_64_bits(&[u32::MAX], &[0.0], &[0]));
    }
}
