//! Gains against plain sums over branches, and chosen pairs against whole matrices.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod oracle;

use oracle::{Community, communities};
use proptest::prelude::*;
use seq_table::SampleCounts;
use seq_unifrac::{
    Job, Pairs, PhylogeneticSpace, SpaceOptions, TreeMetric, Variance, chosen_pairs, gains, tree_distances,
};

fn gains_of(community: &Community, threads: usize) -> Vec<f64> {
    let space = PhylogeneticSpace::new(&community.tree(), &community.tips, SpaceOptions::default()).unwrap();
    let (offsets, features, counts) = community.sparse();
    let table = SampleCounts::new(&offsets, &features, &counts, community.tips.len()).unwrap();
    gains(&space, &table, threads, &Job::new()).unwrap()
}

proptest! {
    #[test]
    fn any_gain_is_the_branch_length_that_the_row_has_alone(community in communities(true)) {
        let below = community.counts_below();
        let found = gains_of(&community, 1);
        let samples = below.len();
        for (i, own) in below.iter().enumerate() {
            for (j, other) in below.iter().enumerate() {
                let alone = (1..own.len()).filter(|&node| own[node] > 0.0 && other[node] == 0.0);
                let wanted: f64 = alone.clone().map(|node| community.lengths[node]).sum();
                let gain = found[i * samples + j];
                prop_assert!((gain - wanted).abs() <= 1e-12, "{i} {j}: {gain} {wanted}");
                if alone.map(|node| community.lengths[node]).all(|length| length == 0.0) {
                    prop_assert_eq!(gain, 0.0);
                }
            }
        }
        prop_assert_eq!(gains_of(&community, 2), found);
    }

    #[test]
    fn any_chosen_pairs_have_the_bits_of_the_whole_matrix(
        community in communities(false),
        picks in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..40),
    ) {
        let space = PhylogeneticSpace::new(&community.tree(), &community.tips, SpaceOptions::default()).unwrap();
        let (offsets, features, counts) = community.sparse();
        let table = SampleCounts::new(&offsets, &features, &counts, community.tips.len()).unwrap();
        let samples = table.sample_count();
        let pairs: Vec<u32> = picks.iter().flat_map(|(a, b)| [a.index(samples) as u32, b.index(samples) as u32]).collect();
        for metric in [TreeMetric::Unweighted, TreeMetric::WeightedUnnormalized, TreeMetric::Generalized { alpha: 0.5 }] {
            let of = |table: &SampleCounts<'_>, pairs| {
                tree_distances(&space, table, metric, Variance::Ignored, pairs, 1, &Job::new())
            };
            let whole = of(&table, Pairs::Within).unwrap();
            let found = chosen_pairs(&table, space.feature_count(), &pairs, 2, &Job::new(), of).unwrap();
            for (pair, distance) in pairs.chunks(2).zip(found) {
                let (i, j) = (pair[0].min(pair[1]) as usize, pair[0].max(pair[1]) as usize);
                let wanted = if i == j { 0.0 } else { whole[oracle::condensed(samples, i, j)] };
                prop_assert_eq!(distance.to_bits(), wanted.to_bits(), "{:?}: {} {}", metric, distance, wanted);
            }
        }
    }
}
