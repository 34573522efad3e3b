//! The loops of [`crate::product`] for `f32` with AVX2 and FMA.

use std::arch::x86_64::{
    __m256, _MM_HINT_T0, _mm_prefetch, _mm256_add_ps, _mm256_broadcast_ss, _mm256_fmadd_ps, _mm256_loadu_ps,
    _mm256_setzero_ps, _mm256_storeu_ps,
};

use crate::packed::{Matrix, Panels};
use crate::product::Start;

/// Columns of a panel: two vectors.
pub(crate) const PANEL: usize = 16;
/// Rows of a tile: six rows of two vectors fill twelve of the sixteen registers.
const TILE: usize = 6;
/// Inner indices per pass, so that a panel stays in the first cache.
const DEPTH: usize = 256;
/// Rows per pass, so that they stay in the second cache while all panels go by.
const ROWS: usize = 24 * TILE;

/// Where a tile reads and writes.
#[derive(Clone, Copy)]
struct Tile {
    depth: usize,
    a: *const f32,
    row_step: usize,
    depth_step: usize,
    panel: *const f32,
    c: *mut f32,
    stride: usize,
    /// What the next panel will read: fetched while this tile computes.
    ahead: *const f32,
    ahead_len: usize,
}

/// `c = start + a panel` for `R` rows of 16 columns. What is present is added last, when it has arrived.
///
/// # Safety
/// For every row `r < R` and `k < depth`, `a + r row_step + k depth_step` must be readable; `panel` must
/// hold 16 numbers per `k`; `c + r stride` must be writable for 16 numbers and, for `Start::Present`,
/// readable; a row of `Start::Row` must have 16 numbers.
#[target_feature(enable = "avx2,fma")]
unsafe fn tile<const R: usize>(tile: Tile, start: Start<'_, f32>) {
    let Tile { depth, mut a, row_step, depth_step, mut panel, c, stride, ahead, ahead_len } = tile;
    // SAFETY: exactly the reads and writes that the caller allowed.
    unsafe {
        let two = |from: *const f32| [_mm256_loadu_ps(from), _mm256_loadu_ps(from.add(8))];
        let mut sums: [[__m256; 2]; R] = match start {
            Start::Zero => [[_mm256_setzero_ps(); 2]; R],
            Start::Row(row) => [two(row.as_ptr()); R],
            Start::Present => [[_mm256_setzero_ps(); 2]; R],
        };
        for r in 0..R {
            _mm_prefetch::<_MM_HINT_T0>(c.add(r * stride).cast());
        }
        for line in (0..ahead_len).step_by(PANEL) {
            _mm_prefetch::<_MM_HINT_T0>(ahead.wrapping_add(line).cast());
        }
        for _ in 0..depth {
            let b = two(panel);
            for (r, sum) in sums.iter_mut().enumerate() {
                let x = _mm256_broadcast_ss(&*a.add(r * row_step));
                sum[0] = _mm256_fmadd_ps(x, b[0], sum[0]);
                sum[1] = _mm256_fmadd_ps(x, b[1], sum[1]);
            }
            a = a.wrapping_add(depth_step);
            panel = panel.add(PANEL);
        }
        if let Start::Present = start {
            for (r, sum) in sums.iter_mut().enumerate() {
                let present = two(c.add(r * stride));
                *sum = [_mm256_add_ps(present[0], sum[0]), _mm256_add_ps(present[1], sum[1])];
            }
        }
        for (r, sum) in sums.iter().enumerate() {
            _mm256_storeu_ps(c.add(r * stride), sum[0]);
            _mm256_storeu_ps(c.add(r * stride + 8), sum[1]);
        }
    }
}

/// [`tile`] for any number of rows up to six.
///
/// # Safety
/// As [`tile`] with `R = rows`.
#[target_feature(enable = "avx2,fma")]
unsafe fn tile_of(rows: usize, place: Tile, start: Start<'_, f32>) {
    // SAFETY: the caller's promise for this number of rows.
    unsafe {
        match rows {
            1 => tile::<1>(place, start),
            2 => tile::<2>(place, start),
            3 => tile::<3>(place, start),
            4 => tile::<4>(place, start),
            5 => tile::<5>(place, start),
            _ => tile::<TILE>(place, start),
        }
    }
}

/// A tile of fewer than 16 columns, by way of a full one.
///
/// # Safety
/// As [`tile`] with `R = rows`, but only `columns` numbers of each row of `c` and of `Start::Row`.
#[target_feature(enable = "avx2,fma")]
unsafe fn narrow_tile(rows: usize, columns: usize, place: Tile, start: Start<'_, f32>) {
    let mut whole = [[0f32; PANEL]; TILE];
    let mut wide_row = [0f32; PANEL];
    // SAFETY: `whole` has room for six full rows; of `c` only the promised columns are touched.
    unsafe {
        let row_of = |r: usize| std::slice::from_raw_parts_mut(place.c.add(r * place.stride), columns);
        let start = match start {
            Start::Zero => Start::Zero,
            Start::Row(row) => {
                wide_row[..columns].copy_from_slice(row);
                Start::Row(&wide_row)
            }
            Start::Present => {
                for (r, whole) in whole.iter_mut().enumerate().take(rows) {
                    whole[..columns].copy_from_slice(row_of(r));
                }
                Start::Present
            }
        };
        tile_of(rows, Tile { c: whole.as_mut_ptr().cast(), stride: PANEL, ..place }, start);
        for (r, whole) in whole.iter().enumerate().take(rows) {
            row_of(r).copy_from_slice(&whole[..columns]);
        }
    }
}

/// `c = start + left right`.
///
/// # Safety
/// `c` must have `(rows - 1) stride + columns` elements with `stride >= columns`, the inner dimensions
/// must agree, and a row of `Start::Row` must have `columns` elements.
#[target_feature(enable = "avx2,fma")]
pub(crate) unsafe fn product(
    left: Matrix<'_, f32>,
    right: &Panels<f32>,
    start: Start<'_, f32>,
    c: &mut [f32],
    stride: usize,
) {
    let ((rows, depth), (_, columns)) = (left.shape(), right.shape());
    let (row_step, depth_step) = left.steps();
    let (a, c) = (left.data().as_ptr(), c.as_mut_ptr());
    // One pass even without inner indices, to write the start.
    for from_depth in (0..depth.max(1)).step_by(DEPTH) {
        let depth_here = DEPTH.min(depth - from_depth);
        for from_row in (0..rows).step_by(ROWS) {
            let to_row = rows.min(from_row + ROWS);
            for from_column in (0..columns).step_by(PANEL) {
                let columns_here = PANEL.min(columns - from_column);
                let start = match start {
                    _ if from_depth > 0 => Start::Present,
                    Start::Row(row) => Start::Row(&row[from_column..from_column + columns_here]),
                    other => other,
                };
                let panel = &right.data()[from_column * depth + from_depth * PANEL..];
                // The rows of this panel fetch the next one bit by bit.
                let next = panel.get(depth * PANEL..).unwrap_or_default();
                let next = &next[..next.len().min(depth_here * PANEL)];
                let step = next.len().div_ceil((to_row - from_row).div_ceil(TILE)).next_multiple_of(PANEL);
                for (tile_index, row) in (from_row..to_row).step_by(TILE).enumerate() {
                    let rows_here = TILE.min(to_row - row);
                    let ahead = next.get(tile_index * step..).unwrap_or_default();
                    // SAFETY: the matrix checked that all its elements lie in its slice; the panel has
                    // `depth` rows of 16; the caller vouches for `c` and the row.
                    unsafe {
                        let place = Tile {
                            depth: depth_here,
                            a: a.wrapping_add(row * row_step + from_depth * depth_step),
                            row_step,
                            depth_step,
                            panel: panel.as_ptr(),
                            c: c.add(row * stride + from_column),
                            stride,
                            ahead: ahead.as_ptr(),
                            ahead_len: ahead.len().min(step),
                        };
                        if columns_here == PANEL {
                            tile_of(rows_here, place, start);
                        } else {
                            narrow_tile(rows_here, columns_here, place, start);
                        }
                    }
                }
            }
        }
    }
}
