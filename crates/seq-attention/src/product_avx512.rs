//! The loops of [`crate::product`] for `f32` with AVX-512.

use std::arch::x86_64::{_mm512_fmadd_ps, _mm512_loadu_ps, _mm512_set1_ps};

use crate::packed::{Matrix, Panels};
use crate::product::Start;
use crate::tiles_avx512::{Left, Tile, for_each_tile, tile_loops};

pub(crate) use crate::tiles_avx512::PANEL;

tile_loops!("avx512f", f32, std::arch::x86_64::__m512, _mm512_loadu_ps, _mm512_set1_ps, _mm512_fmadd_ps);

/// `c = start + left right`.
///
/// # Safety
/// `c` must have `(rows - 1) stride + columns` elements with `stride >= columns`, the inner dimensions
/// must agree, a row of `Start::Row` must have `columns` elements, and `right` must be in panels of 32.
#[target_feature(enable = "avx512f")]
pub(crate) unsafe fn product(
    left: Matrix<'_, f32>,
    right: &Panels<f32>,
    start: Start<'_, f32>,
    c: &mut [f32],
    stride: usize,
) {
    let ((rows, depth), (row_step, depth_step)) = (left.shape(), left.steps());
    let left = Left { data: left.data(), rows, depth, row_step, depth_step };
    let columns = right.shape().1;
    for_each_tile(left, right.data(), columns, start, (c.as_mut_ptr(), stride), |rows, place, start| {
        // SAFETY: the matrix checked that all its elements lie in its slice; the panel has `depth` rows of 32; the
        // caller vouches for `c` and the row.
        unsafe { tile_of(rows, place, start) }
    });
}
