//! Sums of dense arrays over any axes, in an order that depends on the shape alone.
//!
//! Neighbouring axes of the same kind are joined, then runs of reduced axes are summed from the last
//! to the first, each as the middle axis of `[outer, n, inner]`. How `n` is cut never depends on `outer`,
//! so a row's sum does not change with the number of rows beside it.

use crate::element::Element;
use crate::lanes;
use crate::pieces::{PIECE, filled, rows_per_piece, rows_per_shard};
use crate::threads;

/// Columns summed together; their f64 sums stay in the first-level cache.
const COLUMN_BLOCK: usize = 2048;

/// `scale` times the sum over the axes marked in `reduced`; marked axes disappear.
pub fn sum_axes<T: Element>(data: &[T], shape: &[usize], reduced: &[bool], scale: f64) -> Vec<T> {
    let mut runs: Vec<(usize, bool)> = Vec::new();
    for (&size, &gone) in shape.iter().zip(reduced) {
        match runs.last_mut() {
            Some((extent, kind)) if *kind == gone => *extent *= size,
            _ => runs.push((size, gone)),
        }
    }
    let mut current: Option<Vec<T>> = None;
    while let Some(last) = runs.iter().rposition(|run| run.1) {
        let extent = |part: &[(usize, bool)]| part.iter().map(|run| run.0).product::<usize>();
        let (outer, n, inner) = (extent(&runs[..last]), runs[last].0, extent(&runs[last + 1..]));
        let is_final = runs[..last].iter().all(|run| !run.1);
        let source = current.as_deref().unwrap_or(data);
        current = Some(sum_middle(source, [outer, n, inner], if is_final { scale } else { 1.0 }));
        runs.remove(last);
    }
    current.unwrap_or_else(|| {
        let scale = T::from_f64(scale);
        data.iter().map(|x| *x * scale).collect()
    })
}

fn sum_middle<T: Element>(data: &[T], [outer, n, inner]: [usize; 3], scale: f64) -> Vec<T> {
    if inner == 1 {
        return sum_rows(data, outer, n, scale);
    }
    if n * inner <= PIECE {
        let outers = rows_per_piece(n * inner, PIECE);
        return filled(outer * inner, outers * inner, |start, piece: &mut [T]| {
            let mut sums = vec![0.0; inner];
            for (i, out) in piece.chunks_exact_mut(inner.max(1)).enumerate() {
                let block = &data[(start / inner + i) * n * inner..][..n * inner];
                sums.fill(0.0);
                block.chunks_exact(inner).for_each(|row| add_row(&mut sums, row));
                round_into(out, &sums, scale);
            }
        });
    }
    sum_tall_columns(data, [outer, n, inner], scale)
}

/// Column sums of blocks too large for one piece: cut into shards of rows and blocks of columns.
fn sum_tall_columns<T: Element>(data: &[T], [outer, n, inner]: [usize; 3], scale: f64) -> Vec<T> {
    let shard = rows_per_shard(n, rows_per_piece(inner, PIECE));
    let (shards, blocks) = (n.div_ceil(shard), inner.div_ceil(COLUMN_BLOCK));
    let partial = threads::map(outer * blocks * shards, |task| {
        let (o, block, s) = (task / (blocks * shards), task / shards % blocks, task % shards);
        let first_column = block * COLUMN_BLOCK;
        let width = COLUMN_BLOCK.min(inner - first_column);
        let mut sums = vec![0.0; width];
        for row in s * shard..((s + 1) * shard).min(n) {
            add_row(&mut sums, &data[(o * n + row) * inner + first_column..][..width]);
        }
        sums
    });
    let mut out = Vec::with_capacity(outer * inner);
    for shards_of_block in partial.chunks_exact(shards) {
        let (first, rest) = shards_of_block.split_at(1);
        let mut sums = first[0].clone();
        rest.iter().for_each(|other| sums.iter_mut().zip(other).for_each(|(sum, x)| *sum += x));
        out.extend(sums.iter().map(|sum| T::from_f64(sum * scale)));
    }
    out
}

fn sum_rows<T: Element>(data: &[T], outer: usize, n: usize, scale: f64) -> Vec<T> {
    if n <= PIECE {
        return filled(outer, rows_per_piece(n, PIECE), |start, piece: &mut [T]| {
            for (i, out) in piece.iter_mut().enumerate() {
                *out = T::from_f64(lanes::sum(&data[(start + i) * n..][..n]) * scale);
            }
        });
    }
    let blocks = n.div_ceil(PIECE);
    let partial = threads::map(outer * blocks, |task| {
        let (row, first) = (task / blocks, task % blocks * PIECE);
        lanes::sum(&data[row * n + first..][..PIECE.min(n - first)])
    });
    partial.chunks_exact(blocks).map(|sums| T::from_f64(sums.iter().sum::<f64>() * scale)).collect()
}

fn add_row<T: Element>(sums: &mut [f64], row: &[T]) {
    sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += x.to_f64());
}

fn round_into<T: Element>(out: &mut [T], sums: &[f64], scale: f64) {
    out.iter_mut().zip(sums).for_each(|(y, sum)| *y = T::from_f64(sum * scale));
}
