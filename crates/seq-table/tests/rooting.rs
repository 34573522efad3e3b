//! Trees with another root, and parts of trees, against sums over paths in the tree as it was.

use std::collections::BTreeMap;

use proptest::prelude::*;
use seq_table::{
    NO_NODE, NegativeLengths, Phylogeny, Rooting, SingleChildren, parse_newick, rooted, shear, write_newick,
};

fn parse(text: &str) -> Phylogeny {
    parse_newick(text.as_bytes(), NegativeLengths::Refuse).expect("the text is Newick")
}

fn outgroup(names: &[&str]) -> Rooting {
    Rooting::Outgroup(names.iter().map(|&name| name.to_owned()).collect())
}

fn written(text: &str, rooting: &Rooting) -> String {
    write_newick(&rooted(&parse(text), rooting).expect("the tree can be rooted so"))
}

/// Nodes from one up to the root.
fn path(tree: &Phylogeny, mut node: u32) -> Vec<u32> {
    let mut path = Vec::new();
    while node != NO_NODE {
        path.push(node);
        node = tree.parents()[node as usize];
    }
    path
}

/// Way between every two tips, by their names.
fn tip_distances(tree: &Phylogeny) -> BTreeMap<(String, String), f64> {
    let mut distances = BTreeMap::new();
    for &a in tree.tips() {
        for &b in tree.tips().iter().filter(|&&b| tree.name(a) < tree.name(b)) {
            let (up, down) = (path(tree, a), path(tree, b));
            let apart =
                up.iter().filter(|node| !down.contains(node)).chain(down.iter().filter(|node| !up.contains(node)));
            let length = apart.map(|&node| tree.lengths()[node as usize]).sum();
            distances.insert((tree.name(a).to_owned(), tree.name(b).to_owned()), length);
        }
    }
    distances
}

fn height(tree: &Phylogeny, tip: u32) -> f64 {
    path(tree, tip).iter().filter(|&&node| node != 0).map(|&node| tree.lengths()[node as usize]).sum()
}

fn tips_below(tree: &Phylogeny, node: u32) -> Vec<String> {
    let below = tree.tips().iter().filter(|&&tip| path(tree, tip).contains(&node));
    let mut names: Vec<String> = below.map(|&tip| tree.name(tip).to_owned()).collect();
    names.sort();
    names
}

fn assert_same_ways(a: &Phylogeny, b: &Phylogeny) {
    let (a, b) = (tip_distances(a), tip_distances(b));
    assert_eq!(a.len(), b.len());
    for ((pair, x), (other, y)) in a.iter().zip(&b) {
        assert!(pair == other && (x - y).abs() <= 1e-12 * (1.0 + x.abs()), "{pair:?} {x} {other:?} {y}");
    }
}

#[test]
fn the_midpoint_is_halfway_of_the_longest_path() {
    // The values of scikit-bio 0.7.4, TreeNode.root_at_midpoint, up to the order of children.
    let known = [
        ("((a:1,b:1)c:2,(d:3,e:4)f:5,g:1)h;", "(((a:1.0,b:1.0)c:2.0,g:1.0)h:3.0,(d:3.0,e:4.0)f:2.0);"),
        ("((a:1,b:2):0.5,(c:3,d:4):0.25);", "(d:3.5,(c:3.0,(a:1.0,b:2.0):0.75):0.5);"),
        ("(a:1,b:1,c:1);", "(a:1.0,b:1.0,c:1.0);"),
        ("((a:1,b:2):1,c:3);", "((a:1.0,b:2.0):1.0,c:3.0);"),
    ];
    for (text, want) in known {
        let got = rooted(&parse(text), &Rooting::Midpoint).unwrap();
        let clades = |tree: &Phylogeny| {
            let mut clades: Vec<(Vec<String>, u64)> = (1..tree.node_count() as u32)
                .map(|node| (tips_below(tree, node), tree.lengths()[node as usize].to_bits()))
                .collect();
            clades.sort();
            clades
        };
        assert_eq!(clades(&got), clades(&parse(want)), "{text}: {}", write_newick(&got));
    }
}

#[test]
fn an_outgroup_is_parted_from_the_others_in_the_middle_of_its_branch() {
    let text = "((a:1,b:1)c:2,(d:3,e:4)f:5,g:1)h;";
    assert_eq!(written(text, &outgroup(&["a", "b"])), "((a:1.0,b:1.0)c:1.0,((d:3.0,e:4.0)f:5.0,g:1.0)h:1.0);");
    assert_eq!(written(text, &outgroup(&["g"])), "(g:0.5,((a:1.0,b:1.0)c:2.0,(d:3.0,e:4.0)f:5.0)h:0.5);");
    // The outgroup goes round the old root: its complement is a clade.
    assert_eq!(written(text, &outgroup(&["g", "a", "b"])), "((d:3.0,e:4.0)f:2.5,((a:1.0,b:1.0)c:2.0,g:1.0)h:2.5);");
    // A root of two children stands on a branch, here 4 long, and is taken out.
    let two = "((a:1,b:2)x:3,(c:1,d:1)y:1)r;";
    assert_eq!(written(two, &outgroup(&["a", "b"])), "((a:1.0,b:2.0)x:2.0,(c:1.0,d:1.0)y:2.0);");
    assert_eq!(written(two, &outgroup(&["a"])), "(a:0.5,(b:2.0,(c:1.0,d:1.0)y:4.0)x:0.5);");
}

#[test]
fn names_stay_with_nodes_and_support_values_with_branches() {
    let text = "(((a:1,b:1)0.9:1,c:1)80/95:1,(d:1,e:1)clade:1,f:1);";
    let tree = rooted(&parse(text), &outgroup(&["a"])).unwrap();
    // 0.9 parted {a, b} from the others, 80/95 {a, b, c}: they do so still.
    assert_eq!(write_newick(&tree), "(a:0.5,(b:1.0,(c:1.0,((d:1.0,e:1.0)clade:1.0,f:1.0)80/95:1.0)0.9:1.0):0.5);");
}

#[test]
fn refuses_outgroups_that_no_branch_parts_from_the_others() {
    let tree = parse("((a:1,b:1):2,(d:3,e:4):5,g:1);");
    let message = |names: &[&str]| {
        let error = rooted(&tree, &outgroup(names)).err().unwrap();
        assert_eq!(error.code(), "OUTGROUP_INVALID");
        error.to_string()
    };
    assert!(message(&["a", "d"]).contains("there are 3 more (first: \"b\")"), "{}", message(&["a", "d"]));
    assert!(message(&["a", "z", "y"]).contains("2 of 3 names are no tips (first: \"z\")"));
    assert!(message(&[]).contains("0 of 5 tips"));
    assert!(message(&["a", "b", "d", "e", "g"]).contains("5 of 5 tips"));
    assert!(rooted(&parse("(a,b,c,d);"), &outgroup(&["a", "b"])).is_err());
}

#[test]
fn a_tree_of_one_tip_has_nothing_to_root() {
    for text in ["a;", "((a:1):2);", "();"] {
        assert_eq!(rooted(&parse(text), &Rooting::Midpoint).unwrap().tips().len(), 1, "{text}");
    }
}

#[test]
fn roots_and_shears_a_caterpillar_of_300_000_tips() {
    let deep = 300_000;
    let mut text = "(".repeat(deep) + "x:1";
    for tip in 0..deep {
        text.push_str(&format!(",t{tip}:1):1"));
    }
    let tree = parse(&text);
    let turned = rooted(&tree, &Rooting::Midpoint).unwrap();
    assert_eq!(turned.tips().len(), deep + 1);
    let ends = rooted(&turned, &outgroup(&["x"])).unwrap();
    assert_eq!(ends.tips().len(), deep + 1);
    let few = [tree.tip("x").unwrap(), tree.tip("t299999").unwrap()];
    assert_eq!(shear(&tree, &few, SingleChildren::Collapse).unwrap().node_count(), 3);
}

#[test]
fn sheared_trees_keep_the_root_and_merge_single_children() {
    let tree = parse("(((a:1,b:2)x:3,c:4)y:5,d:6)r:7;");
    let tips = |names: &[&str]| names.iter().map(|name| tree.tip(name).unwrap()).collect::<Vec<_>>();
    let collapsed = |names| write_newick(&shear(&tree, &tips(names), SingleChildren::Collapse).unwrap());
    assert_eq!(collapsed(&["a", "c"]), "((a:4.0,c:4.0)y:5.0)r:7.0;");
    assert_eq!(collapsed(&["a"]), "(a:9.0)r:7.0;");
    let kept = shear(&tree, &tips(&["a", "d"]), SingleChildren::Keep).unwrap();
    assert_eq!(write_newick(&kept), "(((a:1.0)x:3.0)y:5.0,d:6.0)r:7.0;");
    assert!(shear(&tree, &[], SingleChildren::Collapse).is_err());
    assert!(shear(&tree, &[0], SingleChildren::Collapse).is_err());
}

fn trees() -> impl Strategy<Value = Phylogeny> {
    let node = (any::<prop::sample::Index>(), prop_oneof![1 => Just(0.0), 6 => 0.0..4.0f64]);
    prop::collection::vec(node, 1..40).prop_map(|nodes| {
        let mut parents = vec![NO_NODE];
        for (up, _) in &nodes[1..] {
            let path = {
                let mut path = vec![parents.len() as u32 - 1];
                while let Some(&top) = path.last().filter(|&&node| node != 0) {
                    path.push(parents[top as usize]);
                }
                path
            };
            parents.push(path[up.index(path.len())]);
        }
        let names: Vec<String> = (0..parents.len()).map(|node| format!("n{node:02}")).collect();
        Phylogeny::from_arrays(parents, nodes.iter().map(|&(_, length)| length).collect(), &names)
            .expect("the arrays are in preorder")
    })
}

proptest! {
    #[test]
    fn any_tree_has_its_midpoint_equally_far_from_both_ends(tree in trees()) {
        let turned = rooted(&tree, &Rooting::Midpoint).unwrap();
        assert_same_ways(&tree, &turned);
        let longest = tip_distances(&tree).into_values().fold(0.0, f64::max);
        let mut heights: Vec<f64> = turned.tips().iter().map(|&tip| height(&turned, tip)).collect();
        heights.sort_by(f64::total_cmp);
        if heights.len() > 1 {
            prop_assert!((heights[heights.len() - 1] - longest / 2.0).abs() <= 1e-12 * (1.0 + longest));
            // The two deepest tips lie in different clades of the root.
            let deepest = |node: u32| {
                let below = turned.tips().iter().filter(|&&tip| path(&turned, tip).contains(&node));
                below.map(|&tip| height(&turned, tip)).fold(0.0, f64::max)
            };
            let children = (1..turned.node_count() as u32).filter(|&node| turned.parents()[node as usize] == 0);
            let far = children.filter(|&child| (deepest(child) - longest / 2.0).abs() <= 1e-9).count();
            prop_assert!(far >= 2 || longest <= 1e-9, "{} {turned:?}", far);
        }
        let again = rooted(&turned, &Rooting::Midpoint).unwrap();
        assert_same_ways(&turned, &again);
    }

    #[test]
    fn any_clade_can_be_the_outgroup_and_so_can_all_others(tree in trees(), pick in any::<prop::sample::Index>()) {
        let node = pick.index(tree.node_count()) as u32;
        let clade = tips_below(&tree, node);
        let all = tips_below(&tree, 0);
        prop_assume!(clade.len() < all.len());
        let rest: Vec<String> = all.iter().filter(|name| !clade.contains(name)).cloned().collect();
        for group in [clade.clone(), rest.clone()] {
            let turned = rooted(&tree, &Rooting::Outgroup(group)).unwrap();
            assert_same_ways(&tree, &turned);
            let children: Vec<u32> = (1..turned.node_count() as u32).filter(|&n| turned.parents()[n as usize] == 0).collect();
            prop_assert_eq!(children.len(), 2);
            let mut sides: Vec<Vec<String>> = children.iter().map(|&child| tips_below(&turned, child)).collect();
            sides.sort();
            let mut wanted = vec![clade.clone(), rest.clone()];
            wanted.sort();
            prop_assert_eq!(sides, wanted);
            let (a, b) = (turned.lengths()[children[0] as usize], turned.lengths()[children[1] as usize]);
            prop_assert!((a - b).abs() <= 1e-12 * (1.0 + a + b) || turned.node_count() < tree.node_count());
        }
    }

    #[test]
    fn any_sheared_tree_keeps_ways_between_tips_and_to_the_root(tree in trees(), picks in prop::collection::vec(any::<bool>(), 40)) {
        let tips: Vec<u32> = tree.tips().iter().zip(picks).filter(|(_, pick)| *pick).map(|(&tip, _)| tip).collect();
        prop_assume!(!tips.is_empty());
        for single in [SingleChildren::Collapse, SingleChildren::Keep] {
            let part = shear(&tree, &tips, single).unwrap();
            let kept: Vec<&str> = part.tips().iter().map(|&tip| part.name(tip)).collect();
            prop_assert_eq!(kept, tips.iter().map(|&tip| tree.name(tip)).collect::<Vec<_>>());
            for &tip in &tips {
                let here = height(&part, part.tip(tree.name(tip)).unwrap());
                prop_assert!((here - height(&tree, tip)).abs() <= 1e-12);
            }
            for (pair, length) in tip_distances(&part) {
                prop_assert!((length - tip_distances(&tree)[&pair]).abs() <= 1e-12);
            }
            if single == SingleChildren::Collapse {
                let single = (1..part.node_count()).filter(|&n| part.parents().iter().filter(|&&p| p == n as u32).count() == 1);
                prop_assert_eq!(single.count(), 0);
            }
        }
    }
}
