//! Measures of abundance of counts as they are, against plain sums.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod oracle;

use oracle::{Community, assert_close, communities};
use proptest::prelude::*;
use seq_table::SampleCounts;
use seq_unifrac::{
    Job, Pairs, PhylogeneticSpace, Precision, PrepareOptions, PreparedDistances, SpaceOptions, TreeMetric, Variance,
};

fn distances(community: &Community, metric: TreeMetric, precision: Precision, threads: usize) -> Vec<f64> {
    let options = SpaceOptions { absolute_counts: true, ..SpaceOptions::default() };
    let space = PhylogeneticSpace::new(&community.tree(), &community.tips, options).unwrap();
    let (offsets, features, counts) = community.sparse();
    let table = SampleCounts::new(&offsets, &features, &counts, community.tips.len()).unwrap();
    let options = PrepareOptions { variance: Variance::Ignored, precision, pairs: Pairs::Within, threads };
    let prepared = PreparedDistances::new(&space, &table, metric, options).unwrap();
    prepared.rows(0..prepared.row_count(), &Job::new()).unwrap()
}

/// Sums of `L |a - b|` and `L (a + b)` to the power of alpha, with `a` and `b` the counts below a branch.
fn definition(community: &Community, metric: TreeMetric) -> Vec<f64> {
    let alpha = match metric {
        TreeMetric::Generalized { alpha } => alpha,
        _ => 1.0,
    };
    let sums = community.pairwise_sums(|length, a, b| {
        if a + b == 0.0 {
            [0.0; 2]
        } else {
            [length * (a + b).powf(alpha) * ((a - b).abs() / (a + b)), length * (a + b).powf(alpha)]
        }
    });
    let one = |[difference, whole]: [f64; 2]| match metric {
        TreeMetric::WeightedUnnormalized => difference,
        _ if whole == 0.0 => 0.0,
        _ => difference / whole,
    };
    sums.into_iter().map(one).collect()
}

proptest! {
    #[test]
    fn for_any_community_counts_as_they_are_give_the_sums_of_the_definition(community in communities(true)) {
        for metric in [
            TreeMetric::WeightedNormalized,
            TreeMetric::WeightedUnnormalized,
            TreeMetric::Generalized { alpha: 0.5 },
            TreeMetric::Generalized { alpha: 0.3 },
        ] {
            let wanted = definition(&community, metric);
            let exact = distances(&community, metric, Precision::Exact, 1);
            assert_close(&exact, &wanted, 1e-12, 1e-11);
            let fast = distances(&community, metric, Precision::Fast, 2);
            let largest = wanted.iter().copied().fold(0.0, f64::max);
            let range = if metric == TreeMetric::WeightedUnnormalized { largest } else { 1.0 };
            assert_close(&fast, &wanted, 2e-6 * range, 0.0);
        }
    }
}

#[test]
fn variance_adjustment_of_counts_as_they_are_is_refused() {
    let options = SpaceOptions { absolute_counts: true, ..SpaceOptions::default() };
    let tree = seq_table::parse_newick(b"(a:1,b:1);", seq_table::NegativeLengths::Refuse).unwrap();
    let space = PhylogeneticSpace::new(&tree, tree.tips(), options).unwrap();
    let table = SampleCounts::new(&[0, 1], &[0], &[1.0], 2).unwrap();
    let options =
        PrepareOptions { variance: Variance::Adjusted, precision: Precision::Fast, pairs: Pairs::Within, threads: 1 };
    let error = PreparedDistances::new(&space, &table, TreeMetric::WeightedNormalized, options).err().unwrap();
    assert_eq!(error.code(), "OPTION_INVALID");
}
