//! Unweighted UniFrac and Faith's PD against the definitions, and what must not change them.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod oracle;

use oracle::{Community, assert_close, communities, condensed};
use proptest::prelude::*;
use seq_table::{NO_NODE, NegativeLengths, Phylogeny, SampleCounts, SampleFeatures, parse_newick, write_newick};
use seq_unifrac::{
    Job, LengthPrecision, Pairs, PhylogeneticSpace, PresenceMetric, SampleTips, SpaceOptions, faith_pd,
    presence_distances,
};

const UNWEIGHTED: PresenceMetric = PresenceMetric::Unweighted;

fn prepared(tree: &Phylogeny, tips: &[u32], community: &Community) -> (PhylogeneticSpace, SampleTips) {
    let space = PhylogeneticSpace::new(tree, tips, SpaceOptions::default()).unwrap();
    let (offsets, features, counts) = community.sparse();
    let table = SampleCounts::new(&offsets, &features, &counts, tips.len()).unwrap();
    let samples = SampleTips::of_counts(&space, &table);
    (space, samples)
}

fn distances(community: &Community, metric: PresenceMetric, pairs: Pairs, threads: usize) -> Vec<f64> {
    let (space, samples) = prepared(&community.tree(), &community.tips, community);
    presence_distances(&space, &samples, metric, pairs, threads, &Job::new()).unwrap()
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

proptest! {
    #[test]
    fn for_any_community_distances_and_diversity_equal_the_definitions(community in communities(true)) {
        let unweighted = distances(&community, UNWEIGHTED, Pairs::Within, 1);
        assert_close(&unweighted, &community.unweighted(), 1e-12, 0.0);
        let alone = community.pairwise_sums(|length, a, b| [if (a > 0.0) != (b > 0.0) { length } else { 0.0 }]);
        let unnormalized = distances(&community, PresenceMetric::UnweightedUnnormalized, Pairs::Within, 1);
        assert_close(&unnormalized, &alone.concat(), 1e-12, 1e-12);
        let (space, samples) = prepared(&community.tree(), &community.tips, &community);
        assert_close(&faith_pd(&space, &samples), &community.faith_pd(), 1e-12, 1e-12);
    }

    #[test]
    fn for_any_community_equal_samples_are_exactly_0_apart_and_the_triangle_inequality_holds(
        community in communities(true),
    ) {
        let n = community.counts.len();
        let all = distances(&community, UNWEIGHTED, Pairs::Within, 1);
        let present = |sample: usize| community.counts[sample].iter().map(|&count| count > 0.0).collect::<Vec<_>>();
        for i in 0..n {
            for j in i + 1..n {
                let d = all[condensed(n, i, j)];
                prop_assert!((0.0..=1.0).contains(&d));
                if present(i) == present(j) {
                    prop_assert_eq!(d.to_bits(), 0);
                }
                for k in 0..n {
                    if k != i && k != j {
                        prop_assert!(d <= all[condensed(n, i, k)] + all[condensed(n, k, j)] + 1e-15);
                    }
                }
            }
        }
    }

    #[test]
    fn for_any_community_threads_order_and_choice_of_samples_change_no_bit(
        community in communities(true),
        order in any::<prop::sample::Index>(),
    ) {
        let n = community.counts.len();
        let all = distances(&community, UNWEIGHTED, Pairs::Within, 1);
        prop_assert_eq!(bits(&distances(&community, UNWEIGHTED, Pairs::Within, 3)), bits(&all));
        // Rotate, drop the last third, reverse.
        let shift = order.index(n);
        let chosen: Vec<usize> = (0..n - n / 3).map(|i| (i + shift) % n).rev().collect();
        let mut fewer = community.clone();
        fewer.counts = chosen.iter().map(|&sample| community.counts[sample].clone()).collect();
        let some = distances(&fewer, UNWEIGHTED, Pairs::Within, 1);
        for (i, &a) in chosen.iter().enumerate() {
            for (j, &b) in chosen.iter().enumerate().skip(i + 1) {
                let got = some[condensed(chosen.len(), i, j)];
                prop_assert_eq!(got.to_bits(), all[condensed(n, a, b)].to_bits());
            }
        }
        let rows = chosen.len() / 2;
        let between = distances(&fewer, UNWEIGHTED, Pairs::Between { rows }, 2);
        for i in 0..rows {
            for j in rows..chosen.len() {
                let got = between[i * (chosen.len() - rows) + j - rows];
                prop_assert_eq!(got.to_bits(), some[condensed(chosen.len(), i, j)].to_bits());
            }
        }
    }

    #[test]
    fn for_any_community_child_order_unused_tips_and_unary_chains_change_nothing(community in communities(true)) {
        let all = distances(&community, UNWEIGHTED, Pairs::Within, 1);
        let (tree, tips) = redrawn(&community);
        let (space, samples) = prepared(&tree, &tips, &community);
        let again = presence_distances(&space, &samples, UNWEIGHTED, Pairs::Within, 1, &Job::new()).unwrap();
        assert_close(&again, &all, 1e-13, 0.0);
        let (space_before, samples_before) = prepared(&community.tree(), &community.tips, &community);
        let before = faith_pd(&space_before, &samples_before);
        assert_close(&faith_pd(&space, &samples), &before, 1e-12, 1e-12);
    }
}

/// The same tree with children in reverse, an unused tip at every node and every branch cut in two.
fn redrawn(community: &Community) -> (Phylogeny, Vec<u32>) {
    fn write(community: &Community, node: usize, out: &mut String) {
        let children: Vec<usize> = (node + 1..community.parents.len())
            .filter(|&child| community.parents[child] == node as u32)
            .rev()
            .collect();
        let half = community.lengths[node] / 2.0;
        out.push('(');
        if !children.is_empty() {
            out.push('(');
            for child in children {
                write(community, child, out);
                out.push(',');
            }
            out.push_str(&format!("unused{node}:3.5)"));
        }
        out.push_str(&format!("n{node}:{half:?}):{half:?}"));
    }
    let mut text = String::new();
    write(community, 0, &mut text);
    // The root's own length must not count, so the outer half of it goes.
    let cut = text.rfind(':').unwrap();
    let inner = text[..cut].rfind(':').unwrap();
    let text = format!("{}:0):9;", &text[..inner]);
    let tree = parse_newick(text.as_bytes(), NegativeLengths::Refuse).unwrap();
    let tips = community.tips.iter().map(|tip| tree.tip(&format!("n{tip}")).unwrap()).collect();
    (tree, tips)
}

fn of_text(text: &str, features: &[&str], lists: &[&[u32]]) -> (PhylogeneticSpace, SampleTips) {
    let tree = parse_newick(text.as_bytes(), NegativeLengths::Refuse).unwrap();
    let tips: Vec<u32> = features.iter().map(|name| tree.tip(name).unwrap_or(NO_NODE)).collect();
    let space = PhylogeneticSpace::new(&tree, &tips, SpaceOptions::default()).unwrap();
    let mut offsets = vec![0u32];
    for list in lists {
        offsets.push(offsets[offsets.len() - 1] + list.len() as u32);
    }
    let features = lists.concat();
    let table = SampleFeatures::new(&offsets, &features, tips.len()).unwrap();
    let samples = SampleTips::of_features(&space, &table);
    (space, samples)
}

fn unweighted(text: &str, features: &[&str], lists: &[&[u32]]) -> Vec<f64> {
    let (space, samples) = of_text(text, features, lists);
    presence_distances(&space, &samples, UNWEIGHTED, Pairs::Within, 1, &Job::new()).unwrap()
}

#[test]
fn empty_samples_are_0_from_each_other_and_1_from_any_other() {
    let tree = "((a:1,b:2):1,z:0);";
    assert_eq!(unweighted(tree, &["a", "b", "z"], &[&[], &[], &[0]]), [0.0, 1.0, 1.0]);
    // A sample whose branches are all 0 long covers no length either.
    assert_eq!(unweighted(tree, &["a", "b", "z"], &[&[2], &[2], &[]]), [0.0, 0.0, 0.0]);
    assert_eq!(unweighted(tree, &["a", "b", "z"], &[&[2], &[0]]), [1.0]);
}

#[test]
fn the_way_to_the_root_is_shared_and_the_root_itself_is_not() {
    // Both below a common chain of 8, apart by 1 + 1; the root's 100 never counts.
    assert_eq!(unweighted("(((a:1,b:1):3):5,c:7):100;", &["a", "b"], &[&[0], &[1]]), [2.0 / 10.0]);
    assert_eq!(unweighted("(a:1,b:1):100;", &["a", "b"], &[&[0], &[1]]), [1.0]);
}

#[test]
fn repeated_and_unknown_features_count_once_and_never() {
    assert_eq!(unweighted("(a:1,b:3);", &["a", "b", "?"], &[&[0, 0, 1, 2], &[1, 2]]), [0.25]);
    assert_eq!(unweighted("(a:1,b:3);", &["?"], &[&[0], &[]]), [0.0]);
    assert_eq!(unweighted("a:3;", &["a"], &[&[0], &[]]), [0.0]);
}

#[test]
fn no_sample_and_one_sample_have_no_distance() {
    assert_eq!(unweighted("(a:1,b:3);", &["a", "b"], &[]), []);
    assert_eq!(unweighted("(a:1,b:3);", &["a", "b"], &[&[0]]), []);
}

#[test]
fn lengths_of_very_different_size_keep_their_precision() {
    let text = "((a:1e-9,b:3e-9):1e-9,(c:1e12,d:1e9):2);";
    let features = ["a", "b", "c", "d"];
    let lists: [&[u32]; 6] = [&[0], &[1], &[0, 1], &[2], &[2, 3], &[]];
    let got = unweighted(text, &features, &lists);
    let apart = |i, j| got[condensed(lists.len(), i, j)];
    let near = |got: f64, want: f64| assert_close(&[got], &[want], 1e-15, 1e-12);
    near(apart(0, 1), 4.0 / 5.0);
    near(apart(0, 2), 3.0 / 5.0);
    near(apart(3, 4), 1e9 / (1e12 + 1e9 + 2.0));
    near(apart(0, 3), 1.0);
    near(apart(0, 5), 1.0);
    near(apart(3, 5), 1.0);
    let (space, samples) = of_text(text, &features, &lists);
    let sums = [2e-9, 4e-9, 5e-9, 1e12 + 2.0, 1e12 + 1e9 + 2.0, 0.0];
    assert_close(&faith_pd(&space, &samples), &sums, 0.0, 1e-15);
    let pairs = Pairs::Between { rows: 2 };
    let between = presence_distances(&space, &samples, UNWEIGHTED, pairs, 1, &Job::new()).unwrap();
    for (i, row) in between.chunks(4).enumerate() {
        for (j, &distance) in row.iter().enumerate() {
            assert_eq!(distance.to_bits(), apart(i, j + 2).to_bits());
        }
    }
}

#[test]
fn lengths_too_small_beside_the_others_do_not_vanish() {
    // In 64 bits the short branches would round to nothing.
    let got = unweighted("(a:1e-13,b:3e-13,c:1e9);", &["a", "b", "c"], &[&[0], &[0, 1], &[], &[2]]);
    assert_close(&got, &[3.0 / 4.0, 1.0, 1.0, 1.0, 1.0, 1.0], 1e-12, 0.0);
}

#[test]
fn lengths_can_be_taken_in_32_bits() {
    let tree = parse_newick(b"(a:0.1,b:0.7);", NegativeLengths::Refuse).unwrap();
    let options = SpaceOptions { length_precision: LengthPrecision::F32, ..SpaceOptions::default() };
    let space = PhylogeneticSpace::new(&tree, tree.tips(), options).unwrap();
    let table = SampleFeatures::new(&[0, 1, 3], &[0, 0, 1], 2).unwrap();
    let samples = SampleTips::of_features(&space, &table);
    let got = presence_distances(&space, &samples, UNWEIGHTED, Pairs::Within, 1, &Job::new()).unwrap();
    let (a, b) = (f64::from(0.1f32), f64::from(0.7f32));
    assert_close(&got, &[b / (a + b)], 0.0, 1e-15);
}

#[test]
fn a_cancelled_job_gives_an_error_and_no_matrix() {
    let (space, samples) = of_text("(a:1,b:3);", &["a", "b"], &[&[0], &[1], &[0, 1]]);
    let job = Job::new();
    job.cancel();
    for threads in [1, 2] {
        let error = presence_distances(&space, &samples, UNWEIGHTED, Pairs::Within, threads, &job).unwrap_err();
        assert_eq!(error.code(), "CANCELLED");
    }
}

#[test]
fn written_trees_give_the_same_distances_as_parsed_ones() {
    let text = "((a:0.1,b:0.2):0.3,(c:0.4,(d:0.5,e:0.6):0.7):0.8);";
    let tree = parse_newick(text.as_bytes(), NegativeLengths::Refuse).unwrap();
    let lists: [&[u32]; 3] = [&[0, 2], &[1, 3, 4], &[0, 1, 2, 3, 4]];
    let features = ["a", "b", "c", "d", "e"];
    assert_eq!(unweighted(text, &features, &lists), unweighted(&write_newick(&tree), &features, &lists));
}
