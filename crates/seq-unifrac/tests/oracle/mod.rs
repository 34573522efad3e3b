//! Random communities on random trees, and their measures straight from the definitions: plain sums over all branches.
#![allow(dead_code, reason = "each test file uses a part")]

use proptest::prelude::*;
use seq_table::{NO_NODE, Phylogeny};
use seq_unifrac::{TreeMetric, Variance};

/// A tree, features as its tips, and the counts of every feature in every sample.
#[derive(Debug, Clone)]
pub struct Community {
    pub parents: Vec<u32>,
    pub lengths: Vec<f64>,
    /// Node of every feature.
    pub tips: Vec<u32>,
    /// Per sample, per feature.
    pub counts: Vec<Vec<f64>>,
}

impl Community {
    pub fn tree(&self) -> Phylogeny {
        let names: Vec<String> = (0..self.parents.len()).map(|node| format!("n{node}")).collect();
        Phylogeny::from_arrays(self.parents.clone(), self.lengths.clone(), &names).unwrap()
    }

    /// Offsets, features and counts of the entries above 0.
    pub fn sparse(&self) -> (Vec<u32>, Vec<u32>, Vec<f64>) {
        let (mut offsets, mut features, mut counts) = (vec![0], Vec::new(), Vec::new());
        for sample in &self.counts {
            for (feature, &count) in sample.iter().enumerate().filter(|&(_, &count)| count > 0.0) {
                features.push(feature as u32);
                counts.push(count);
            }
            offsets.push(features.len() as u32);
        }
        (offsets, features, counts)
    }

    /// Per sample, the sum of counts at and below every node.
    pub fn counts_below(&self) -> Vec<Vec<f64>> {
        let below = |sample: &Vec<f64>| {
            let mut sums = vec![0.0; self.parents.len()];
            for (&tip, &count) in self.tips.iter().zip(sample) {
                let mut node = tip;
                while node != NO_NODE {
                    sums[node as usize] += count;
                    node = self.parents[node as usize];
                }
            }
            sums
        };
        self.counts.iter().map(below).collect()
    }

    /// `f(length, count below in i, count below in j)` summed over all branches, for every pair in condensed order.
    pub fn pairwise_sums<const N: usize>(&self, f: impl Fn(f64, f64, f64) -> [f64; N]) -> Vec<[f64; N]> {
        let below = self.counts_below();
        let mut all = Vec::new();
        for i in 0..below.len() {
            for j in i + 1..below.len() {
                let mut sums = [0.0; N];
                for ((&length, &a), &b) in self.lengths.iter().zip(&below[i]).zip(&below[j]).skip(1) {
                    let terms = f(length, a, b);
                    for (sum, term) in sums.iter_mut().zip(terms) {
                        *sum += term;
                    }
                }
                all.push(sums);
            }
        }
        all
    }

    pub fn unweighted(&self) -> Vec<f64> {
        let sums = self.pairwise_sums(|length, a, b| {
            let (a, b) = (a > 0.0, b > 0.0);
            [if a != b { length } else { 0.0 }, if a || b { length } else { 0.0 }]
        });
        sums.into_iter().map(|[alone, either]| if either == 0.0 { 0.0 } else { alone / either }).collect()
    }

    pub fn faith_pd(&self) -> Vec<f64> {
        let present = |sample: &Vec<f64>| {
            let branches = (1..self.parents.len()).filter(|&node| sample[node] > 0.0);
            branches.map(|node| self.lengths[node]).sum()
        };
        self.counts_below().iter().map(present).collect()
    }
}

/// Communities with polytomies, single-child chains, zero lengths, unused tips, empty and equal samples.
pub fn communities(whole_counts: bool) -> impl Strategy<Value = Community> {
    let lengths = prop_oneof![4 => Just(0.0), 12 => 0.0..2.0f64, 2 => 1e-6..1e-3f64, 1 => 1e-12..1e-10f64];
    let nodes = prop::collection::vec((any::<prop::sample::Index>(), lengths), 1..80);
    let sample = prop::collection::vec(prop_oneof![3 => Just(0u16), 1 => 1..50u16], 80);
    let samples = prop::collection::vec(prop_oneof![8 => sample, 1 => Just(vec![0u16; 80])], 1..40);
    (nodes, samples, any::<bool>()).prop_map(move |(nodes, samples, repeat)| {
        let mut parents = vec![NO_NODE];
        for (up, _) in &nodes[1..] {
            let mut path = vec![parents.len() as u32 - 1];
            while let Some(&top) = path.last().filter(|&&node| node != 0) {
                path.push(parents[top as usize]);
            }
            parents.push(path[up.index(path.len())]);
        }
        let is_tip = |node: usize| parents.get(node + 1) != Some(&(node as u32));
        // Every fifth tip has no feature; features come in an order that is not the tree's.
        let mut tips: Vec<u32> = (0..parents.len()).filter(|&node| is_tip(node)).map(|node| node as u32).collect();
        tips.retain(|tip| tip % 5 != 4);
        tips.sort_by_key(|tip| tip.wrapping_mul(2_654_435_761));
        let count = |count: u16| if whole_counts { f64::from(count) } else { f64::from(count) / 7.0 };
        let mut counts: Vec<Vec<f64>> =
            samples.iter().map(|sample| sample[..tips.len()].iter().map(|&value| count(value)).collect()).collect();
        if repeat {
            counts.push(counts[0].clone());
        }
        Community { parents, lengths: nodes.iter().map(|(_, length)| *length).collect(), tips, counts }
    })
}

/// Fails unless every number lies within `absolute + relative * |want|` of the wanted one; NaN never does.
pub fn assert_close(got: &[f64], want: &[f64], absolute: f64, relative: f64) {
    assert_eq!(got.len(), want.len());
    for (at, (&got, &want)) in got.iter().zip(want).enumerate() {
        assert!((got - want).abs() <= absolute + relative * want.abs(), "at {at}: got {got:e}, want {want:e}");
    }
}

/// Position of a pair in condensed form.
pub fn condensed(samples: usize, i: usize, j: usize) -> usize {
    let (i, j) = (i.min(j), i.max(j));
    i * samples - i * (i + 1) / 2 + (j - i - 1)
}

/// Every kind of UniFrac.
pub const METRICS: [TreeMetric; 8] = [
    TreeMetric::Unweighted,
    TreeMetric::UnweightedUnnormalized,
    TreeMetric::WeightedNormalized,
    TreeMetric::WeightedUnnormalized,
    TreeMetric::Generalized { alpha: 0.0 },
    TreeMetric::Generalized { alpha: 0.5 },
    TreeMetric::Generalized { alpha: 0.3 },
    TreeMetric::Generalized { alpha: 1.0 },
];

/// One term of numerator and denominator, from relative abundances and the root of the variance.
fn term(metric: TreeMetric, p: f64, q: f64, v: f64) -> [f64; 2] {
    let present = |share: f64| f64::from(u8::from(share > 0.0));
    match metric {
        TreeMetric::Unweighted | TreeMetric::UnweightedUnnormalized => {
            [(present(p) - present(q)).abs() / v, present(p).max(present(q)) / v]
        }
        TreeMetric::WeightedNormalized | TreeMetric::WeightedUnnormalized => [(p - q).abs() / v, (p + q) / v],
        TreeMetric::Generalized { alpha } => {
            let whole = ((p + q) / v).powf(alpha);
            [whole * (p - q).abs() / (p + q), whole]
        }
    }
}

/// Distances of every pair in condensed order, by the definition of the metric.
pub fn definition(community: &Community, metric: TreeMetric, variance: Variance) -> Vec<f64> {
    let below = community.counts_below();
    let n = below.len();
    // Tips below each node decide whether a branch has a variance at all.
    let mut marks = community.clone();
    marks.counts.iter_mut().flatten().for_each(|count| *count = f64::from(u8::from(*count > 0.0)));
    let tips_below = marks.counts_below();
    let mut all = Vec::new();
    for i in 0..n {
        for j in i + 1..n {
            let [mut difference, mut whole] = [0.0; 2];
            for node in 1..community.parents.len() {
                let (a, b) = (below[i][node], below[j][node]);
                if a + b == 0.0 {
                    continue;
                }
                let total = below[i][0] + below[j][0];
                let has_all = tips_below[i][node] == tips_below[i][0] && tips_below[j][node] == tips_below[j][0];
                let v = match variance {
                    Variance::Ignored => 1.0,
                    Variance::Adjusted if has_all => continue,
                    Variance::Adjusted => ((a + b) * (total - a - b)).sqrt(),
                };
                let share = |count: f64, total: f64| if total > 0.0 { count / total } else { 0.0 };
                let [d, w] = term(metric, share(a, below[i][0]), share(b, below[j][0]), v);
                difference += community.lengths[node] * d;
                whole += community.lengths[node] * w;
            }
            all.push(match metric {
                TreeMetric::UnweightedUnnormalized | TreeMetric::WeightedUnnormalized => difference,
                _ if whole == 0.0 => 0.0,
                _ => difference / whole,
            });
        }
    }
    all
}
