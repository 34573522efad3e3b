//! Time to read trees of a million tips. Run: `cargo bench -p seq-table --bench newick`.

use std::time::Instant;

use seq_table::{NO_NODE, NegativeLengths, Phylogeny, parse_newick, write_newick};

fn main() {
    for (name, parents) in [("random", random_parents(1_000_000)), ("caterpillar", caterpillar_parents(1_000_000))] {
        let count = parents.len();
        let lengths = (0..count).map(|i| ((i * 2_654_435_761) % 100_003) as f64 / 1e6).collect();
        let names: Vec<String> = (0..count).map(|i| format!("{:032x}", i as u128 * 0x9E37_79B9_7F4A_7C15)).collect();
        let tree = Phylogeny::from_arrays(parents, lengths, &names).expect("arrays in preorder");
        let text = write_newick(&tree);
        let mut best = f64::INFINITY;
        for _ in 0..5 {
            let started = Instant::now();
            let read = parse_newick(text.as_bytes(), NegativeLengths::Refuse).expect("own text");
            best = best.min(started.elapsed().as_secs_f64());
            assert_eq!(read.node_count(), count);
        }
        println!("newick/{name}: {} tips, {} MB: {:.3} s", tree.tips().len(), text.len() / 1_000_000, best);
    }
}

/// Splits random clades in two until each is one tip.
fn random_parents(tips: usize) -> Vec<u32> {
    let mut parents = Vec::new();
    let mut todo = vec![(tips, NO_NODE)];
    let mut state = 1u64;
    while let Some((size, parent)) = todo.pop() {
        let node = parents.len() as u32;
        parents.push(parent);
        if size > 1 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let left = 1 + (state >> 33) as usize % (size - 1);
            todo.push((size - left, node));
            todo.push((left, node));
        }
    }
    parents
}

fn caterpillar_parents(tips: usize) -> Vec<u32> {
    let mut parents = vec![NO_NODE];
    let mut spine = 0;
    for _ in 1..tips {
        let tip = parents.len() as u32;
        parents.extend([spine, spine]);
        spine = tip + 1;
    }
    parents
}
