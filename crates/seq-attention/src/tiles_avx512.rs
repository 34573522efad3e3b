//! Tiles of twelve rows of two vectors of 512 bits: where they lie in a product, and their loops for any type of factor
//! that sums to `f32`. It does not know how factors are multiplied.

use std::arch::x86_64::__mmask16;

use crate::product::Start;

/// Columns of a panel: two vectors.
pub(crate) const PANEL: usize = 32;

/// Numbers of a vector.
pub(crate) const VECTOR: usize = 16;
/// Rows of a tile: twelve rows of two vectors fill 24 of the 32 registers.
pub(crate) const TILE: usize = 12;
/// Factors of an element per pass, so that a panel and the rows of a tile stay in the second cache.
const DEPTH: usize = 512;
/// Rows per pass, so that they stay in the second cache while all panels go by.
const ROWS: usize = 16 * TILE;

/// Factors of one element that are multiplied at once.
pub(crate) trait Word: Copy {
    /// How many they are.
    const FACTORS: usize;
}

impl Word for f32 {
    const FACTORS: usize = 1;
}

/// Two bf16.
impl Word for u32 {
    const FACTORS: usize = 2;
}

/// Where a tile reads and writes, in words `W` of factors.
#[derive(Clone, Copy)]
pub(crate) struct Tile<W> {
    pub depth: usize,
    pub a: *const W,
    pub row_step: usize,
    pub depth_step: usize,
    pub panel: *const W,
    pub c: *mut f32,
    pub stride: usize,
    /// Columns that exist.
    pub columns: usize,
    /// What the next panel will read: fetched while this tile computes.
    pub ahead: *const W,
    pub ahead_len: usize,
}

impl<W> Tile<W> {
    /// Which numbers of vector `v` of a row exist.
    pub(crate) fn mask(&self, v: usize) -> __mmask16 {
        let present = self.columns.saturating_sub(v * VECTOR).min(VECTOR);
        ((1u32 << present) - 1) as __mmask16
    }
}

/// A left operand of words: `rows` x `depth`, neighbours in a column `row_step` apart, in a row `depth_step`.
#[derive(Clone, Copy)]
pub(crate) struct Left<'a, W> {
    pub data: &'a [W],
    pub rows: usize,
    pub depth: usize,
    pub row_step: usize,
    pub depth_step: usize,
}

/// Calls `tile` with its number of rows for every tile of `c = start + left right`, where `panels` are those of a right
/// operand with `columns` columns.
///
/// # Panics
/// If `panels` are too short.
pub(crate) fn for_each_tile<W: Word>(
    left: Left<'_, W>,
    panels: &[W],
    columns: usize,
    start: Start<'_, f32>,
    (c, stride): (*mut f32, usize),
    tile: impl Fn(usize, Tile<W>, Start<'_, f32>),
) {
    let Left { rows, depth, row_step, depth_step, .. } = left;
    let a = left.data.as_ptr();
    let deepest = DEPTH / W::FACTORS;
    // One pass even without inner indices, to write the start.
    for from_depth in (0..depth.max(1)).step_by(deepest) {
        let depth_here = deepest.min(depth - from_depth);
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
                let panel = &panels[from_column * depth + from_depth * PANEL..];
                // The rows of this panel fetch the next one bit by bit.
                let next = panel.get(depth * PANEL..).unwrap_or_default();
                let next = &next[..next.len().min(depth_here * PANEL)];
                let step = next.len().div_ceil(tiles).next_multiple_of(VECTOR);
                // Rows are spread evenly, so that the last tile is not a thin one.
                let mut row = from_row;
                for tile_index in 0..tiles {
                    let rows_here = (to_row - row).div_ceil(tiles - tile_index);
                    let ahead = next.get(tile_index * step..).unwrap_or_default();
                    let place = Tile {
                        depth: depth_here,
                        a: a.wrapping_add(row * row_step + from_depth * depth_step),
                        row_step,
                        depth_step,
                        panel: panel.as_ptr(),
                        c: c.wrapping_add(row * stride + from_column),
                        stride,
                        columns: columns_here,
                        ahead: ahead.as_ptr(),
                        ahead_len: ahead.len().min(step),
                    };
                    tile(rows_here, place, start);
                    row += rows_here;
                }
            }
        }
    }
}

/// Defines `tile_of(rows, place, start)`, which computes a tile of up to twelve rows. `$load` reads a vector of words,
/// `$spread` fills one with a word, `$multiply_add(x, b, sum)` adds their products to a vector of sums.
macro_rules! tile_loops {
    ($feature:literal, $word:ty, $vector:ty, $load:expr, $spread:expr, $multiply_add:expr) => {
        /// `c = start + a panel` for `R` rows of `V` vectors. What is present is added last, when it has arrived.
        ///
        /// # Safety
        /// For every row `r < R` and `k < depth`, `a + r row_step + k depth_step` must be readable; `panel` must
        /// hold 32 words per `k`; `c + r stride` must be writable for `columns` numbers and, for
        /// `Start::Present`, readable; a row of `Start::Row` must have `columns` numbers; `columns <= 16 V`.
        #[target_feature(enable = $feature)]
        unsafe fn tile<const R: usize, const V: usize>(tile: Tile<$word>, start: Start<'_, f32>) {
            use std::arch::x86_64::{
                __m512, __mmask16, _MM_HINT_T0, _mm_prefetch, _mm512_add_ps, _mm512_mask_storeu_ps,
                _mm512_maskz_loadu_ps, _mm512_setzero_ps,
            };
            use $crate::tiles_avx512::{PANEL, VECTOR};

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
                    let mut b: [$vector; V] = [$spread(0 as $word); V];
                    for (v, b) in b.iter_mut().enumerate() {
                        *b = $load(panel.add(v * VECTOR));
                    }
                    for (r, sums) in sums.iter_mut().enumerate() {
                        let x = $spread(*a.add(r * row_step));
                        for (sum, b) in sums.iter_mut().zip(b) {
                            *sum = $multiply_add(x, b, *sum);
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

        /// [`tile`] for any number of rows up to twelve, and one vector where that is enough.
        ///
        /// # Safety
        /// As [`tile`] with `R = rows`.
        #[target_feature(enable = $feature)]
        unsafe fn tile_of(rows: usize, place: Tile<$word>, start: Start<'_, f32>) {
            macro_rules! of_rows {
                ($v:literal) => {
                    match rows {
                        1 => tile::<1, $v>(place, start),
                        2 => tile::<2, $v>(place, start),
                        3 => tile::<3, $v>(place, start),
                        4 => tile::<4, $v>(place, start),
                        5 => tile::<5, $v>(place, start),
                        6 => tile::<6, $v>(place, start),
                        7 => tile::<7, $v>(place, start),
                        8 => tile::<8, $v>(place, start),
                        9 => tile::<9, $v>(place, start),
                        10 => tile::<10, $v>(place, start),
                        11 => tile::<11, $v>(place, start),
                        _ => tile::<12, $v>(place, start),
                    }
                };
            }
            // SAFETY: the caller's promise for this number of rows.
            unsafe {
                if place.columns > $crate::tiles_avx512::VECTOR {
                    of_rows!(2);
                } else {
                    of_rows!(1);
                }
            }
        }
    };
}
pub(crate) use tile_loops;
