//! The loops of [`crate::product`] for `f32` with AVX-512: tiles of twelve rows of two vectors.

use std::arch::x86_64::{
    __m512, __mmask16, _MM_HINT_T0, _mm_prefetch, _mm512_add_ps, _mm512_fmadd_ps, _mm512_loadu_ps,
    _mm512_mask_storeu_ps, _mm512_maskz_loadu_ps, _mm512_set1_ps, _mm512_setzero_ps,
};

use crate::packed::{Matrix, Packed};
use crate::product::Start;

/// Columns of a panel: two vectors.
pub(crate) const PANEL: usize = 32;

/// Numbers of a vector.
const VECTOR: usize = 16;
/// Rows of a tile: twelve rows of two vectors fill 24 of the 32 registers.
const TILE: usize = 12;
/// Inner indices per pass, so that a panel and the rows of a tile stay in the second cache.
const DEPTH: usize = 512;
/// Rows per pass, so that they stay in the second cache while all panels go by.
const ROWS: usize = 16 * TILE;

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
    /// Columns that exist.
    columns: usize,
    /// What the next panel will read: fetched while this tile computes.
    ahead: *const f32,
    ahead_len: usize,
}

impl Tile {
    /// Which numbers of vector `v` of a row exist.
    fn mask(self, v: usize) -> __mmask16 {
        let present = self.columns.saturating_sub(v * VECTOR).min(VECTOR);
        ((1u32 << present) - 1) as __mmask16
    }
}

/// `c = start + a panel` for `R` rows of `V` vectors. What is present is added last, when it has arrived.
///
/// # Safety
/// For every row `r < R` and `k < depth`, `a + r row_step + k depth_step` must be readable; `panel` must
/// hold 32 numbers per `k`; `c + r stride` must be writable for `columns` numbers and, for
/// `Start::Present`, readable; a row of `Start::Row` must have `columns` numbers; `columns <= 16 V`.
#[target_feature(enable = "avx512f")]
unsafe fn tile<const R: usize, const V: usize>(tile: Tile, start: Start<'_, f32>) {
    let Tile { depth, mut a, row_step, depth_step, mut panel, c, stride, ahead, ahead_len, .. } = tile;
    let masks: [__mmask16; V] = std::array::from_fn(|v| tile.mask(v));
    // SAFETY: exactly the reads and writes that the caller allowed; masked lanes touch no memory.
    unsafe {
        let zero = _mm512_setzero_ps();
        let mut sums = [[zero; V]; R];
        if let Start::Row(row) = start {
            let mut first = [zero; V];
            for v in 0..V {
                first[v] = _mm512_maskz_loadu_ps(masks[v], row.as_ptr().wrapping_add(v * VECTOR));
            }
            sums = [first; R];
        }
        for r in 0..R {
            for v in 0..V {
                _mm_prefetch::<_MM_HINT_T0>(c.wrapping_add(r * stride + v * VECTOR).cast());
            }
        }
        for line in (0..ahead_len).step_by(VECTOR) {
            _mm_prefetch::<_MM_HINT_T0>(ahead.wrapping_add(line).cast());
        }
        for _ in 0..depth {
            let mut b = [zero; V];
            for (v, b) in b.iter_mut().enumerate() {
                *b = _mm512_loadu_ps(panel.add(v * VECTOR));
            }
            for (r, sums) in sums.iter_mut().enumerate() {
                let x = _mm512_set1_ps(*a.add(r * row_step));
                for (sum, b) in sums.iter_mut().zip(b) {
                    *sum = _mm512_fmadd_ps(x, b, *sum);
                }
            }
            a = a.wrapping_add(depth_step);
            panel = panel.wrapping_add(PANEL);
        }
        for (r, sums) in sums.iter().enumerate() {
            for v in 0..V {
                let place = c.wrapping_add(r * stride + v * VECTOR);
                let sum: __m512 = match start {
                    Start::Present => _mm512_add_ps(_mm512_maskz_loadu_ps(masks[v], place), sums[v]),
                    _ => sums[v],
                };
                _mm512_mask_storeu_ps(place, masks[v], sum);
            }
        }
    }
}

/// [`tile`] for any number of rows up to twelve.
///
/// # Safety
/// As [`tile`] with `R = rows`.
#[target_feature(enable = "avx512f")]
unsafe fn tile_of<const V: usize>(rows: usize, place: Tile, start: Start<'_, f32>) {
    // SAFETY: the caller's promise for this number of rows.
    unsafe {
        match rows {
            1 => tile::<1, V>(place, start),
            2 => tile::<2, V>(place, start),
            3 => tile::<3, V>(place, start),
            4 => tile::<4, V>(place, start),
            5 => tile::<5, V>(place, start),
            6 => tile::<6, V>(place, start),
            7 => tile::<7, V>(place, start),
            8 => tile::<8, V>(place, start),
            9 => tile::<9, V>(place, start),
            10 => tile::<10, V>(place, start),
            11 => tile::<11, V>(place, start),
            _ => tile::<TILE, V>(place, start),
        }
    }
}

/// `c = start + left right`.
///
/// # Safety
/// `c` must have `(rows - 1) stride + columns` elements with `stride >= columns`, the inner dimensions
/// must agree, a row of `Start::Row` must have `columns` elements, and `right` must be in panels of 32.
#[target_feature(enable = "avx512f")]
pub(crate) unsafe fn product(
    left: Matrix<'_, f32>,
    right: &Packed<f32>,
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
            let tiles = (to_row - from_row).div_ceil(TILE);
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
                let step = next.len().div_ceil(tiles).next_multiple_of(VECTOR);
                // Rows are spread evenly, so that the last tile is not a thin one.
                let mut row = from_row;
                for tile_index in 0..tiles {
                    let rows_here = (to_row - row).div_ceil(tiles - tile_index);
                    let ahead = next.get(tile_index * step..).unwrap_or_default();
                    // SAFETY: the matrix checked that all its elements lie in its slice; the panel has
                    // `depth` rows of 32; the caller vouches for `c` and the row.
                    unsafe {
                        let place = Tile {
                            depth: depth_here,
                            a: a.wrapping_add(row * row_step + from_depth * depth_step),
                            row_step,
                            depth_step,
                            panel: panel.as_ptr(),
                            c: c.add(row * stride + from_column),
                            stride,
                            columns: columns_here,
                            ahead: ahead.as_ptr(),
                            ahead_len: ahead.len().min(step),
                        };
                        if columns_here > VECTOR {
                            tile_of::<2>(rows_here, place, start);
                        } else {
                            tile_of::<1>(rows_here, place, start);
                        }
                    }
                    row += rows_here;
                }
            }
        }
    }
}
