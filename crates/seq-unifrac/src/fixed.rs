//! Branch lengths as whole numbers, so that sums are exact and do not depend on their order.
//!
//! A length `L` becomes `round(L * 2^e)`, with the exponent `e` chosen from the tree alone so that the sum of all lengths
//! stays below `2^BITS`. Sums then never overflow, a sample compared with itself gives exactly 0, and any thread count,
//! tiling, order or selection of samples gives the same bits. The rounding of one branch is at most half a unit.

/// An unsigned whole number that lengths are held in.
pub(crate) trait Fixed: Copy + Default + Send + Sync + PartialEq + 'static {
    /// The sum of all lengths stays below two to this power; one bit is left to add two sums, and one for the sign.
    const BITS: i32;
    /// What distances are given in.
    type Distance: Copy + Default + Send + 'static;

    fn from_scaled(value: f64) -> Self;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    /// Itself if `keep`, else zero.
    fn only_if(self, keep: bool) -> Self;
    /// The nearest float; the number is below `2^(BITS + 1)`.
    fn to_f64(self) -> f64;
    /// Itself as a part of a number at least as large; 0 of 0.
    fn part_of(self, whole: Self) -> Self::Distance;
    /// Itself, scaled by `2^exponent`, in the unit of the tree.
    fn in_tree_unit(self, exponent: i32) -> Self::Distance;
}

/// Sums wrap around, so only those of a sample have to fit, and not that of the tree.
impl Fixed for u32 {
    const BITS: i32 = 31;
    type Distance = f32;

    #[inline(always)]
    fn from_scaled(value: f64) -> Self {
        value.round() as u64 as u32
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
        f64::from(self)
    }
    #[inline(always)]
    fn part_of(self, whole: Self) -> f32 {
        if whole == 0 { 0.0 } else { self as f32 / whole as f32 }
    }
    #[inline(always)]
    fn in_tree_unit(self, exponent: i32) -> f32 {
        times_power_of_two(f64::from(self), -exponent) as f32
    }
}

impl Fixed for u64 {
    const BITS: i32 = 62;
    type Distance = f64;

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
    #[inline(always)]
    fn part_of(self, whole: Self) -> f64 {
        if whole == 0 { 0.0 } else { self.to_f64() / whole.to_f64() }
    }
    #[inline(always)]
    fn in_tree_unit(self, exponent: i32) -> f64 {
        times_power_of_two(self.to_f64(), -exponent)
    }
}

impl Fixed for u128 {
    const BITS: i32 = 126;
    type Distance = f64;

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
    #[inline(always)]
    fn part_of(self, whole: Self) -> f64 {
        if whole == 0 { 0.0 } else { self.to_f64() / whole.to_f64() }
    }
    #[inline(always)]
    fn in_tree_unit(self, exponent: i32) -> f64 {
        times_power_of_two(self.to_f64(), -exponent)
    }
}

/// Lengths of a tree as fixed-point sums from the root, per node.
pub(crate) struct RootDistances<F> {
    /// Sum of the lengths from the root (whose own length does not count) down to each node.
    pub sums: Vec<F>,
    pub exponent: i32,
}

impl<F: Fixed> RootDistances<F> {
    /// Rounds the distances of another precision, not the lengths: so the error of a sum of branches grows with its tips,
    /// and not with its branches. Where a distance is too large for `F`, differences of it are still right if they fit.
    pub fn rounded<G: Fixed<Distance = f64>>(finer: &RootDistances<G>, exponent: i32) -> Self {
        let sums = finer.sums.iter();
        let round = |sum: &G| F::from_scaled(times_power_of_two(sum.to_f64(), exponent - finer.exponent));
        Self { sums: sums.map(round).collect(), exponent }
    }

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
}

/// Distances from the root in 64 bits, and in 128 for trees whose lengths differ so much that a sample could lose digits.
pub(crate) struct Distances {
    pub narrow: RootDistances<u64>,
    pub wide: Option<RootDistances<u128>>,
    /// Branches of positive length from the root down to each node.
    branches: Vec<u32>,
}

impl Distances {
    /// Takes a tree in preorder, with the nodes of its tips.
    pub fn new(parents: &[u32], lengths: &[f64], tips: &[u32]) -> Self {
        let narrow = RootDistances::new(parents, lengths);
        let mut branches = vec![0u32; parents.len()];
        for node in 1..parents.len() {
            branches[node] = branches[parents[node] as usize] + u32::from(lengths[node] > 0.0);
        }
        // No sample has less than the way to one of its tips.
        let loses = |&tip: &u32| {
            let branches = branches[tip as usize];
            branches > 0 && loses_digits(narrow.sums[tip as usize], u64::from(branches))
        };
        let wide = tips.iter().any(loses).then(|| RootDistances::new(parents, lengths));
        Self { narrow, wide, branches }
    }

    /// Branches of positive length from the root down to a node.
    pub fn branches(&self, node: u32) -> u32 {
        self.branches[node as usize]
    }
}

/// Whether the rounding of so many lengths, half a unit each, may be more than `2^-40` of their sum; true for no length.
pub(crate) fn loses_digits(sum: u64, branches: u64) -> bool {
    u128::from(sum) <= u128::from(branches) << 39
}

fn exponent_for<F: Fixed>(total: f64) -> i32 {
    if total > 0.0 { F::BITS - total.log2().ceil() as i32 - 1 } else { 0 }
}

/// `value * 2^exponent`, also where the power alone would leave the range of floats.
pub(crate) fn times_power_of_two(value: f64, exponent: i32) -> f64 {
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
                assert!((narrow.sums[node].in_tree_unit(narrow.exponent) - want).abs() <= 1e-15 * want, "{scale}");
                assert!((wide.sums[node].in_tree_unit(wide.exponent) - want).abs() <= 1e-15 * want, "{scale}");
            }
        }
    }

    #[test]
    fn a_tree_of_zero_lengths_has_zero_sums() {
        let distances = RootDistances::<u64>::new(&[u32::MAX, 0, 0], &[1.0, 0.0, 0.0]);
        assert_eq!(distances.sums, [0, 0, 0]);
        assert_eq!(0u64.in_tree_unit(distances.exponent), 0.0);
    }

    #[test]
    fn only_lengths_that_differ_very_much_need_more_than_64_bits() {
        let needs = |lengths: &[f64]| Distances::new(&[u32::MAX, 0, 0, 0], lengths, &[1, 2, 3]).wide.is_some();
        assert!(!needs(&[5.0, 1.0, 1e-6, 0.0]));
        assert!(needs(&[5.0, 1.0, 1e-9, 0.0]));
        assert!(Distances::new(&[u32::MAX], &[0.0], &[0]).wide.is_none());
    }
}
