//! PERMANOVA: whether groups of samples differ, by distances within and between them.
//!
//! Anderson 2001, doi:10.1111/j.1442-9993.2001.01070.pp.x. With `SS_T = sum d^2 / N` over all pairs and `SS_W` the sum over pairs
//! within a group of `d^2 / n_group`: pseudo-F = ((SS_T - SS_W) / (groups - 1)) / (SS_W / (N - groups)).

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::UnifracError;
use crate::condensed::Condensed;
use crate::job::Job;
use crate::random_words::{Draws, RandomWords};
use crate::wide::{Loop, run_wide};
use crate::workers::with_threads;

/// What the test says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Permanova {
    /// Variation between groups over variation within, each by its degrees of freedom. Infinite if groups have no variation
    /// within; NaN if there is none at all.
    pub pseudo_f: f64,
    /// Part of all variation that lies between groups; NaN if there is none.
    pub r_squared: f64,
    /// `(b + 1) / (permutations + 1)`, with `b` the permutations whose pseudo-F is not below that of the groups; NaN without
    /// permutations.
    pub p_value: f64,
    /// That `b`.
    pub as_extreme: u32,
}

/// Permutations that are summed side by side.
const LANES: usize = 16;
/// Sums that differ by less, as a part of all variation, are equal: the order of a sum must not decide whether a permutation
/// counts.
const EQUAL: f64 = 1e-12;

/// Tests whether groups differ, by `permutations` random assignments of the samples to the same groups.
///
/// All sums are in 64 bits. Permutation `p` is drawn from sequence `p` of the words alone, and every pseudo-F is summed by one
/// thread in the order of the samples, so the result is the same, bit for bit, for any number of threads.
///
/// # Errors
/// `GROUPS_INVALID` unless there are at least two groups, fewer than samples, numbered from 0 without a gap; `CANCELLED`,
/// `THREADS_UNAVAILABLE`.
pub fn permanova(
    distances: Condensed<'_>,
    groups: &[u32],
    permutations: u32,
    words: RandomWords<'_>,
    threads: usize,
    job: &Job,
) -> Result<Permanova, UnifracError> {
    let samples = distances.samples();
    let sizes = group_sizes(groups, samples)?;
    let weights: Vec<f64> = sizes.iter().map(|&size| 1.0 / f64::from(size)).collect();
    let total = distances.sum_of_squares() / samples as f64;
    let pairs = (samples * (samples - 1) / 2) as u64;
    let batches = permutations.div_ceil(LANES as u32);
    job.begin(pairs * u64::from(permutations));
    let observed = within(distances, &weights, &[groups])[0];
    let batch = |batch: u32| -> Result<u32, UnifracError> {
        job.check()?;
        let numbers = batch * LANES as u32..permutations.min((batch + 1) * LANES as u32);
        let shuffled: Vec<Vec<u32>> = numbers.map(|number| shuffled(groups, words, number)).collect();
        let lanes: Vec<&[u32]> = shuffled.iter().map(Vec::as_slice).collect();
        let sums = within(distances, &weights, &lanes);
        job.advance(pairs * lanes.len() as u64);
        // A larger pseudo-F means less variation within.
        Ok(sums[..lanes.len()].iter().filter(|&&sum| sum <= observed + EQUAL * total).count() as u32)
    };
    let as_extreme: u32 = if permutations == 0 {
        0
    } else {
        with_threads(threads, || (0..batches).into_par_iter().map(batch).sum::<Result<u32, _>>())??
    };
    let between = total - observed;
    let (groups, samples) = (sizes.len() as f64, samples as f64);
    let p_value = match permutations {
        0 => f64::NAN,
        _ => f64::from(as_extreme + 1) / f64::from(permutations + 1),
    };
    let pseudo_f = (between / (groups - 1.0)) / (observed / (samples - groups));
    Ok(Permanova { pseudo_f, r_squared: between / total, p_value, as_extreme })
}

fn group_sizes(groups: &[u32], samples: usize) -> Result<Vec<u32>, UnifracError> {
    let invalid = |found: String| Err(UnifracError::GroupsInvalid { found });
    if groups.len() != samples {
        return invalid(format!("{} samples are given {} groups", samples, groups.len()));
    }
    let mut sizes = vec![0u32; groups.iter().max().map_or(0, |&last| last as usize + 1)];
    groups.iter().for_each(|&group| sizes[group as usize] += 1);
    match sizes.len() {
        0 | 1 => {
            invalid(format!("there are {samples} samples in {} group(s); at least two groups are needed", sizes.len()))
        }
        count if count >= samples => invalid(format!("every one of {samples} samples has a group of its own")),
        _ => match sizes.iter().position(|&size| size == 0) {
            Some(group) => invalid(format!("group {group} has no samples")),
            None => Ok(sizes),
        },
    }
}

fn shuffled(groups: &[u32], words: RandomWords<'_>, number: u32) -> Vec<u32> {
    let mut groups = groups.to_vec();
    Draws::new(words, number).shuffle(&mut groups);
    groups
}

/// Variation within groups, for some assignments of samples to groups. Each is summed alike, whichever others stand beside it.
fn within(distances: Condensed<'_>, weights: &[f64], assignments: &[&[u32]]) -> [f64; LANES] {
    // Groups as floats, so that comparing them gives masks as wide as the sums.
    let lane = |row: usize, lane: usize| assignments.get(lane).map_or(-1.0, |groups| f64::from(groups[row]));
    let groups: Vec<[f64; LANES]> =
        (0..distances.samples()).map(|row| std::array::from_fn(|at| lane(row, at))).collect();
    let mut sums = [0.0; LANES];
    run_wide(Within { distances, weights, groups: &groups, sums: &mut sums });
    sums
}

struct Within<'a> {
    distances: Condensed<'a>,
    weights: &'a [f64],
    groups: &'a [[f64; LANES]],
    sums: &'a mut [f64; LANES],
}

impl Loop for Within<'_> {
    #[inline(always)]
    fn run(self) {
        let Self { distances, weights, groups, sums } = self;
        for (row, own) in groups.iter().enumerate() {
            let mut same = [0.0f64; LANES];
            for (distance, other) in distances.after(row).iter().zip(&groups[row + 1..]) {
                let square = distance * distance;
                for lane in 0..LANES {
                    same[lane] += if own[lane] == other[lane] { square } else { 0.0 };
                }
            }
            for lane in 0..LANES {
                // Lanes without an assignment have no group and no weight.
                sums[lane] += same[lane] * weights.get(own[lane] as usize).map_or(0.0, |&weight| weight);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random_words::testing::words;
    use seq_testing::random::Random;

    fn tested(all: &[f64], groups: &[u32], permutations: u32, threads: usize) -> Result<Permanova, UnifracError> {
        let words = words(4);
        permanova(Condensed::new(all, groups.len())?, groups, permutations, &words, threads, &Job::new())
    }

    /// Straight from the definition.
    fn pseudo_f(all: &[f64], groups: &[u32]) -> f64 {
        let count = groups.iter().max().unwrap() + 1;
        let size = |group: u32| groups.iter().filter(|&&other| other == group).count() as f64;
        let (mut total, mut within, mut next) = (0.0, 0.0, all.iter());
        for i in 0..groups.len() {
            for j in i + 1..groups.len() {
                let square = next.next().unwrap().powi(2);
                total += square / groups.len() as f64;
                within += if groups[i] == groups[j] { square / size(groups[i]) } else { 0.0 };
            }
        }
        let (samples, count) = (groups.len() as f64, f64::from(count));
        ((total - within) / (count - 1.0)) / (within / (samples - count))
    }

    fn orders(groups: &mut Vec<u32>, from: usize, visit: &mut impl FnMut(&[u32])) {
        if from == groups.len() {
            return visit(groups);
        }
        for at in from..groups.len() {
            groups.swap(from, at);
            orders(groups, from + 1, visit);
            groups.swap(from, at);
        }
    }

    #[test]
    fn pseudo_f_is_that_of_the_definition_and_p_that_of_all_orders() {
        let mut random = Random::new(2);
        for groups in [vec![0, 0, 1, 1], vec![0, 1, 2, 0, 1, 2, 0], vec![2, 2, 2, 0, 1, 1, 0, 1]] {
            let all = random.uniforms(groups.len() * (groups.len() - 1) / 2, 0.1, 1.0);
            let found = tested(&all, &groups, 20_000, 2).unwrap();
            let wanted = pseudo_f(&all, &groups);
            assert!((found.pseudo_f - wanted).abs() <= 1e-12 * wanted.abs(), "{found:?} {wanted}");
            let (mut extreme, mut count) = (0, 0);
            orders(&mut groups.clone(), 0, &mut |order| {
                count += 1;
                extreme += i32::from(pseudo_f(&all, order) >= wanted * (1.0 - 1e-9));
            });
            let exact = f64::from(extreme) / f64::from(count);
            assert!((found.p_value - exact).abs() <= 0.015, "{found:?} {exact}");
        }
    }

    #[test]
    fn pseudo_f_is_that_of_scikit_bio() {
        // Computed with scikit-bio 0.7.4; two samples per group with and without ties, and groups of 3, 2 and 1.
        let ties = [1.0, 1.0, 4.0, 3.0, 2.0, 3.0];
        let no_ties = [1.0, 5.0, 4.0, 3.0, 2.0, 3.0];
        let unequal = [1.0, 0.1, 0.5678, 1.0, 1.0, 0.002, 0.42, 0.998, 0.0, 1.0, 0.123, 1.0, 0.123, 0.43, 0.5];
        for (all, groups, wanted, p) in [
            (&ties[..], &[0, 0, 1, 1][..], 2.0, 2.0 / 3.0),
            (&no_ties[..], &[0, 0, 1, 1][..], 4.4, 1.0 / 3.0),
            (&unequal[..], &[0, 1, 2, 1, 0, 0][..], 0.578_848, 0.645),
        ] {
            let found = tested(all, groups, 9999, 1).unwrap();
            assert!((found.pseudo_f - wanted).abs() <= 5e-7, "{found:?}");
            assert!((found.p_value - p).abs() <= 0.02, "{found:?}");
        }
        assert!(tested(&no_ties, &[0, 0, 1, 1], 0, 1).unwrap().p_value.is_nan());
    }

    #[test]
    fn r_squared_belongs_to_pseudo_f() {
        let all = Random::new(3).uniforms(45, 0.1, 1.0);
        let found = tested(&all, &[0, 1, 2, 0, 1, 2, 0, 1, 2, 2], 9, 1).unwrap();
        let wanted = 1.0 / (1.0 + 7.0 / (2.0 * found.pseudo_f));
        assert!((found.r_squared - wanted).abs() <= 1e-12);
        assert!(found.p_value >= 0.1 && found.as_extreme <= 9);
    }

    #[test]
    fn threads_change_no_bit_and_permutations_do_not_depend_on_their_number() {
        let groups: Vec<u32> = (0..61).map(|i| i * i % 5).collect();
        let all = Random::new(5).uniforms(61 * 30, 0.1, 1.0);
        let groups: Vec<u32> = groups.iter().map(|&g| [0, 1, 0, 0, 2][g as usize]).collect();
        let one = tested(&all, &groups, 333, 1).unwrap();
        for threads in [2, 5, 0] {
            assert_eq!(tested(&all, &groups, 333, threads).unwrap(), one);
        }
        let counts: Vec<u32> = (1..40).map(|n| tested(&all, &groups, n, 1).unwrap().as_extreme).collect();
        assert!(counts.windows(2).all(|pair| pair[1] - pair[0] <= 1));
    }

    #[test]
    fn groups_that_are_clearly_apart_give_the_smallest_p_value() {
        let groups: Vec<u32> = (0..24).map(|i| i % 2).collect();
        let mut random = Random::new(6);
        let mut all = Vec::new();
        for i in 0..24 {
            for j in i + 1..24 {
                all.push(random.uniform(0.1, 0.2) + if (i + j) % 2 == 0 { 0.0 } else { 1.0 });
            }
        }
        assert_eq!(tested(&all, &groups, 999, 1).unwrap().p_value, 0.001);
    }

    #[test]
    fn equal_distances_make_every_permutation_as_extreme() {
        let found = tested(&[0.3; 28], &[0, 1, 1, 0, 0, 1, 0, 1], 99, 1).unwrap();
        assert_eq!((found.p_value, found.as_extreme), (1.0, 99));
        assert!(tested(&[0.0; 6], &[0, 0, 1, 1], 9, 1).unwrap().pseudo_f.is_nan());
    }

    #[test]
    fn refuses_groups_that_cannot_be_compared() {
        let message = |groups: &[u32]| {
            let all = vec![1.0; groups.len() * groups.len().saturating_sub(1) / 2];
            let error = tested(&all, groups, 9, 1).unwrap_err();
            assert_eq!(error.code(), "GROUPS_INVALID");
            error.to_string()
        };
        assert!(message(&[0, 0, 0]).contains("at least two groups"));
        assert!(message(&[0, 1, 2]).contains("every one of 3 samples has a group of its own"));
        assert!(message(&[0, 2, 2, 0]).contains("group 1 has no samples"));
        assert!(message(&[]).contains("at least two groups"));
    }
}
