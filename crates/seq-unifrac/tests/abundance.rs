//! Measures of abundance against the definitions, and what must not change them.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod oracle;

use oracle::{Community, METRICS, assert_close, communities, condensed, definition};
use proptest::prelude::*;
use seq_table::SampleCounts;
use seq_unifrac::{
    CommunityMetric, Job, Pairs, PhylogeneticSpace, SpaceOptions, TreeMetric, Variance, community_distances,
    tree_distances,
};

const COMMUNITY_METRICS: [CommunityMetric; 6] = [
    CommunityMetric::BrayCurtis,
    CommunityMetric::Jaccard,
    CommunityMetric::JaccardAbundance,
    CommunityMetric::Aitchison { pseudocount: 1.0 },
    CommunityMetric::Hellinger,
    CommunityMetric::EuclideanRelative,
];

fn on_tree(community: &Community, metric: TreeMetric, variance: Variance, pairs: Pairs, threads: usize) -> Vec<f64> {
    let space = PhylogeneticSpace::new(&community.tree(), &community.tips, SpaceOptions::default()).unwrap();
    let (offsets, features, counts) = community.sparse();
    let table = SampleCounts::new(&offsets, &features, &counts, community.tips.len()).unwrap();
    tree_distances(&space, &table, metric, variance, pairs, threads, &Job::new()).unwrap()
}

fn by_features(community: &Community, metric: CommunityMetric, threads: usize) -> Vec<f64> {
    let (offsets, features, counts) = community.sparse();
    let table = SampleCounts::new(&offsets, &features, &counts, community.tips.len()).unwrap();
    community_distances(&table, community.tips.len(), metric, Pairs::Within, threads, &Job::new()).unwrap()
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn for_any_community_every_tree_metric_equals_its_definition(community in communities(true)) {
        for metric in METRICS {
            for variance in [Variance::Ignored, Variance::Adjusted] {
                let got = on_tree(&community, metric, variance, Pairs::Within, 1);
                assert_close(&got, &definition(&community, metric, variance), 1e-12, 1e-12);
            }
        }
    }

    #[test]
    fn for_any_fractional_counts_every_tree_metric_equals_its_definition(community in communities(false)) {
        for metric in METRICS {
            for variance in [Variance::Ignored, Variance::Adjusted] {
                let got = on_tree(&community, metric, variance, Pairs::Within, 1);
                assert_close(&got, &definition(&community, metric, variance), 1e-11, 1e-11);
            }
        }
    }

    #[test]
    fn for_any_community_alpha_1_is_weighted_normalized(community in communities(true)) {
        let weighted = on_tree(&community, TreeMetric::WeightedNormalized, Variance::Ignored, Pairs::Within, 1);
        let alpha_1 = TreeMetric::Generalized { alpha: 1.0 };
        assert_close(&on_tree(&community, alpha_1, Variance::Ignored, Pairs::Within, 1), &weighted, 1e-13, 0.0);
    }

    #[test]
    fn for_any_community_equal_samples_are_exactly_0_apart(community in communities(false)) {
        let n = community.counts.len();
        let tree = |variance| METRICS.map(|metric| on_tree(&community, metric, variance, Pairs::Within, 1));
        let features = COMMUNITY_METRICS.map(|metric| by_features(&community, metric, 1));
        for i in 0..n {
            for j in (i + 1..n).filter(|&j| community.counts[i] == community.counts[j]) {
                for matrix in tree(Variance::Ignored).iter().chain(&tree(Variance::Adjusted)).chain(&features) {
                    prop_assert_eq!(matrix[condensed(n, i, j)].to_bits(), 0);
                }
            }
        }
    }

    #[test]
    fn for_any_community_weighted_keeps_the_triangle_inequality(community in communities(true)) {
        let n = community.counts.len();
        let all = on_tree(&community, TreeMetric::WeightedUnnormalized, Variance::Ignored, Pairs::Within, 1);
        let d = |i: usize, j: usize| if i == j { 0.0 } else { all[condensed(n, i, j)] };
        for i in 0..n {
            for j in 0..n {
                for k in 0..n {
                    prop_assert!(d(i, j) <= d(i, k) + d(k, j) + 1e-12);
                }
            }
        }
    }

    #[test]
    fn for_any_community_threads_and_order_of_samples_change_no_bit(community in communities(false)) {
        let n = community.counts.len();
        let mut turned = community.clone();
        turned.counts.reverse();
        let check = |all: Vec<f64>, threaded: Vec<f64>, reversed: Vec<f64>| {
            assert_eq!(bits(&all), bits(&threaded));
            for i in 0..n {
                for j in i + 1..n {
                    let again = reversed[condensed(n, n - 1 - i, n - 1 - j)];
                    assert_eq!(again.to_bits(), all[condensed(n, i, j)].to_bits());
                }
            }
        };
        for metric in METRICS {
            for variance in [Variance::Ignored, Variance::Adjusted] {
                let run = |community, threads| on_tree(community, metric, variance, Pairs::Within, threads);
                check(run(&community, 1), run(&community, 3), run(&turned, 1));
            }
        }
        for metric in COMMUNITY_METRICS {
            check(by_features(&community, metric, 1), by_features(&community, metric, 3), by_features(&turned, metric, 1));
        }
    }

    #[test]
    fn for_any_community_rows_against_references_are_part_of_the_whole(community in communities(true)) {
        let n = community.counts.len();
        let rows = n / 3;
        for metric in METRICS {
            let all = on_tree(&community, metric, Variance::Ignored, Pairs::Within, 1);
            let between = on_tree(&community, metric, Variance::Ignored, Pairs::Between { rows }, 1);
            for i in 0..rows {
                for j in rows..n {
                    let got = between[i * (n - rows) + j - rows];
                    prop_assert_eq!(got.to_bits(), all[condensed(n, i, j)].to_bits());
                }
            }
        }
    }

    #[test]
    fn for_any_community_measures_without_a_tree_equal_their_definitions(community in communities(true)) {
        let features = community.tips.len();
        let mut expected = [const { Vec::new() }; 6];
        for (i, a) in community.counts.iter().enumerate() {
            for b in &community.counts[i + 1..] {
                let sum = |f: &dyn Fn(f64, f64) -> f64| a.iter().zip(b).map(|(&a, &b)| f(a, b)).sum::<f64>();
                let part = |part: f64, whole: f64| if whole == 0.0 { 0.0 } else { part / whole };
                let bray_curtis = part(sum(&|a, b| (a - b).abs()), sum(&|a, b| a + b));
                let either = sum(&|a, b| f64::from(u8::from(a > 0.0 || b > 0.0)));
                let alone = sum(&|a, b| f64::from(u8::from((a > 0.0) != (b > 0.0))));
                let ruzicka = part(sum(&|a, b| a.max(b) - a.min(b)), sum(&f64::max));
                let centred = |counts: &[f64]| {
                    let logs: Vec<f64> = counts.iter().map(|count| (count + 1.0).ln()).collect();
                    let mean = logs.iter().sum::<f64>() / features as f64;
                    logs.into_iter().map(move |log| log - mean).collect::<Vec<_>>()
                };
                let aitchison = centred(a).iter().zip(centred(b)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                let totals = [a, b].map(|counts| counts.iter().sum::<f64>());
                let parts = |a: f64, b: f64| (part(a, totals[0]), part(b, totals[1]));
                let squares = |f: &dyn Fn(f64) -> f64| {
                    let square = |a, b| (f(parts(a, b).0) - f(parts(a, b).1)).powi(2);
                    sum(&square).sqrt()
                };
                let (hellinger, euclidean) = (squares(&f64::sqrt), squares(&|part| part));
                let values = [bray_curtis, part(alone, either), ruzicka, aitchison, hellinger, euclidean];
                for (list, value) in expected.iter_mut().zip(values) {
                    list.push(value);
                }
            }
        }
        for (metric, want) in COMMUNITY_METRICS.into_iter().zip(expected) {
            assert_close(&by_features(&community, metric, 1), &want, 1e-12, 1e-12);
        }
    }
}

#[test]
fn refuses_parameters_out_of_range() {
    let community = Community {
        parents: vec![seq_table::NO_NODE, 0, 0],
        lengths: vec![0.0, 1.0, 1.0],
        tips: vec![1, 2],
        counts: vec![vec![1.0, 2.0], vec![0.0, 2.0]],
    };
    let space = PhylogeneticSpace::new(&community.tree(), &community.tips, SpaceOptions::default()).unwrap();
    let (offsets, features, counts) = community.sparse();
    let table = SampleCounts::new(&offsets, &features, &counts, 2).unwrap();
    for alpha in [-0.1, 1.1, f64::NAN] {
        let metric = TreeMetric::Generalized { alpha };
        let error =
            tree_distances(&space, &table, metric, Variance::Ignored, Pairs::Within, 1, &Job::new()).unwrap_err();
        assert_eq!(error.code(), "PARAMETER_OUT_OF_RANGE");
    }
    for pseudocount in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let metric = CommunityMetric::Aitchison { pseudocount };
        let error = community_distances(&table, 2, metric, Pairs::Within, 1, &Job::new()).unwrap_err();
        assert_eq!(error.code(), "PARAMETER_OUT_OF_RANGE");
    }
}

#[test]
fn repeated_features_add_up() {
    let table = SampleCounts::new(&[0, 2, 3], &[0, 0, 0], &[1.0, 2.0, 3.0], 1).unwrap();
    let got = community_distances(&table, 1, CommunityMetric::BrayCurtis, Pairs::Within, 1, &Job::new()).unwrap();
    assert_eq!(got, [0.0]);
}
