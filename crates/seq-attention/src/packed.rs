//! Operands of products: matrices as they are stored, and right operands packed once for many products, as they are or
//! rounded to bf16.
//!
//! Where there are own loops the packed form is panels of as many columns as their tiles have, the last one
//! filled with zeros, so that the loops read memory in order; elsewhere it is row-major.

use seq_tensor::matmul::MatrixRef;

use crate::arithmetic::{Arithmetic, vectorised};
use crate::lanes::LANES;
use crate::precision::Precision;
use crate::real::Real;
use crate::rounded::RoundedPanels;
use crate::scratch::Scratch;

/// Rows that are packed across all panels before the next.
const ROWS_AT_ONCE: usize = 16;

/// A matrix that is stored row-major with rows `stride` apart, possibly read transposed.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a, T> {
    data: &'a [T],
    rows: usize,
    columns: usize,
    stride: usize,
    transposed: bool,
}

impl<'a, T: Real> Matrix<'a, T> {
    /// `rows` x `columns` numbers, rows `stride` apart.
    ///
    /// # Panics
    /// If the slice is too short, or rows would overlap.
    pub(crate) fn new(data: &'a [T], rows: usize, columns: usize, stride: usize) -> Self {
        assert!(stride >= columns, "row stride {stride} is less than {columns} columns");
        assert!(
            rows == 0 || columns == 0 || data.len() >= (rows - 1) * stride + columns,
            "{} elements cannot hold {rows} x {columns} with row stride {stride}",
            data.len()
        );
        Self { data, rows, columns, stride, transposed: false }
    }

    /// The transposed matrix; nothing moves.
    pub(crate) fn t(self) -> Self {
        Self { transposed: !self.transposed, ..self }
    }

    /// Whether it is read across how it is stored.
    pub(crate) fn is_transposed(self) -> bool {
        self.transposed
    }

    /// The columns, if it is transposed, else the rows, each one piece of memory.
    pub(crate) fn stored(self) -> impl ExactSizeIterator<Item = &'a [T]> {
        (0..self.rows).map(move |row| &self.data[row * self.stride..][..self.columns])
    }

    /// Rows and columns as read.
    pub(crate) fn shape(self) -> (usize, usize) {
        if self.transposed { (self.columns, self.rows) } else { (self.rows, self.columns) }
    }

    /// Distances of neighbours in a column and in a row, as read.
    pub(crate) fn steps(self) -> (usize, usize) {
        if self.transposed { (1, self.stride) } else { (self.stride, 1) }
    }

    pub(crate) fn data(self) -> &'a [T] {
        self.data
    }

    pub(crate) fn plain(self) -> MatrixRef<'a, T> {
        let stored = MatrixRef::strided(self.data, self.rows, self.columns, self.stride);
        if self.transposed { stored.t() } else { stored }
    }
}

/// A right operand, ready for use.
pub(crate) enum Packed<T: Real> {
    Full(Panels<T>),
    Rounded(RoundedPanels<T>),
}

impl<T: Real> Packed<T> {
    /// `scale` times a matrix, then rounded as `precision` says; so is the other operand of its products.
    pub(crate) fn new(matrix: Matrix<'_, T>, scale: T, precision: Precision) -> Self {
        match precision {
            Precision::Full => Self::Full(Panels::new(matrix, scale)),
            Precision::Bf16 => Self::Rounded(RoundedPanels::new(matrix, scale)),
        }
    }

    pub(crate) fn shape(&self) -> (usize, usize) {
        match self {
            Self::Full(panels) => panels.shape(),
            Self::Rounded(panels) => panels.shape(),
        }
    }
}

/// A right operand in panels, or row-major where there are no own loops.
pub(crate) struct Panels<T: Real> {
    data: Scratch<T>,
    depth: usize,
    columns: usize,
}

impl<T: Real> Panels<T> {
    /// `scale` times a matrix.
    pub(crate) fn new(matrix: Matrix<'_, T>, scale: T) -> Self {
        Self::in_panels(matrix, scale, T::panel())
    }

    /// The same with panels of this many columns, or row-major for none.
    pub(crate) fn in_panels(matrix: Matrix<'_, T>, scale: T, panel: Option<usize>) -> Self {
        Self::of_depth(matrix.shape().0, matrix, scale, panel)
    }

    /// The same with a row of zeros after an odd number of rows.
    pub(crate) fn of_even_depth(matrix: Matrix<'_, T>, scale: T, panel: Option<usize>) -> Self {
        Self::of_depth(matrix.shape().0.next_multiple_of(2), matrix, scale, panel)
    }

    fn of_depth(depth: usize, matrix: Matrix<'_, T>, scale: T, panel: Option<usize>) -> Self {
        let columns = matrix.shape().1;
        let width = panel.map_or(columns, |panel| columns.next_multiple_of(panel));
        let mut data = Scratch::new(depth * width);
        if !data.is_empty() {
            let row = panel.unwrap_or(columns);
            for rows in data.chunks_exact_mut(depth * row) {
                rows[matrix.shape().0 * row..].fill(T::ZERO);
            }
            match panel {
                None => copy_rows(matrix, scale, &mut data),
                Some(16) => panels::<T, 16>(matrix, scale, depth, &mut data),
                Some(32) => panels::<T, 32>(matrix, scale, depth, &mut data),
                Some(other) => unreachable!("no loop has panels of {other} columns"),
            }
        }
        Self { data, depth, columns }
    }

    pub(crate) fn shape(&self) -> (usize, usize) {
        (self.depth, self.columns)
    }

    pub(crate) fn data(&self) -> &[T] {
        &self.data
    }

    pub(crate) fn data_mut(&mut self) -> &mut [T] {
        &mut self.data
    }
}

/// Row-major, for the products of `seq_tensor`.
fn copy_rows<T: Real>(matrix: Matrix<'_, T>, scale: T, packed: &mut [T]) {
    let (row_step, column_step) = matrix.steps();
    let columns = matrix.shape().1;
    for (row, target) in packed.chunks_exact_mut(columns).enumerate().take(matrix.shape().0) {
        let source = matrix.data[row * row_step..].iter().step_by(column_step);
        for (target, x) in target.iter_mut().zip(source) {
            *target = *x * scale;
        }
    }
}

/// Panels of `rows` rows, of which the first ones are written.
fn panels<T: Real, const PANEL: usize>(matrix: Matrix<'_, T>, scale: T, rows: usize, packed: &mut [T]) {
    if matrix.transposed {
        fill_panels_transposed::<T, PANEL>(matrix, scale, rows, packed);
    } else {
        fill_panels::<T, PANEL>(matrix, scale, rows, packed);
    }
}

vectorised! {
    /// Panels of a matrix whose rows are contiguous.
    fn fill_panels<T, A, const PANEL: usize>(matrix: Matrix<'_, T>, scale: T, panel_rows: usize, packed: &mut [T]) {
        let (depth, columns) = matrix.shape();
        // Blocks of rows, so that what a panel leaves of a source line is still near for the next.
        for from_row in (0..depth).step_by(ROWS_AT_ONCE) {
            let rows = from_row..depth.min(from_row + ROWS_AT_ONCE);
            for (panel, from) in packed.chunks_exact_mut(panel_rows * PANEL).zip((0..columns).step_by(PANEL)) {
                let targets = panel.as_chunks_mut::<PANEL>().0[rows.clone()].iter_mut();
                for (row, target) in rows.clone().zip(targets) {
                    let source = &matrix.data[row * matrix.stride + from..];
                    match source.first_chunk::<PANEL>().filter(|_| columns - from >= PANEL) {
                        Some(source) => {
                            for (target, x) in target.iter_mut().zip(source) {
                                *target = *x * scale;
                            }
                        }
                        None => {
                            *target = [T::ZERO; PANEL];
                            for (target, x) in target.iter_mut().zip(&source[..columns - from]) {
                                *target = *x * scale;
                            }
                        }
                    }
                }
            }
        }
    }
}

vectorised! {
    /// Panels of a matrix whose columns are contiguous.
    fn fill_panels_transposed<T, A, const PANEL: usize>(
        matrix: Matrix<'_, T>,
        scale: T,
        panel_rows: usize,
        packed: &mut [T],
    ) {
        let (depth, columns) = matrix.shape();
        for (panel, from) in packed.chunks_exact_mut(panel_rows * PANEL).zip((0..columns).step_by(PANEL)) {
            let count = PANEL.min(columns - from);
            if count < PANEL {
                panel.fill(T::ZERO);
            }
            for first in (0..count).step_by(LANES) {
                let present = (count - first).min(LANES);
                let source = |column: usize| &matrix.data[(from + first + column) * matrix.stride..][..depth];
                if present == LANES {
                    let sources: [&[T]; LANES] = std::array::from_fn(source);
                    transpose_eight::<T, A, PANEL>(sources, scale, panel, first);
                } else {
                    for column in 0..present {
                        for (target, x) in panel[first + column..].iter_mut().step_by(PANEL).zip(source(column)) {
                            *target = *x * scale;
                        }
                    }
                }
            }
        }
    }
}

/// Eight columns into a panel's rows from column `first` on, in blocks of eight by eight.
#[inline(always)]
fn transpose_eight<T: Real, A: Arithmetic, const PANEL: usize>(
    sources: [&[T]; LANES],
    scale: T,
    panel: &mut [T],
    first: usize,
) {
    let depth = sources[0].len();
    let (rows, _) = panel.as_chunks_mut::<PANEL>();
    let whole = depth / LANES * LANES;
    for from in (0..whole).step_by(LANES) {
        let block: [[T; LANES]; LANES] = std::array::from_fn(|c| {
            let eight: &[T; LANES] = sources[c][from..].first_chunk().expect("whole blocks have eight");
            eight.map(|x| x * scale)
        });
        for (row, numbers) in rows[from..from + LANES].iter_mut().zip(A::transpose(block)) {
            row[first..][..LANES].copy_from_slice(&numbers);
        }
    }
    for (k, row) in rows.iter_mut().enumerate().take(depth).skip(whole) {
        for c in 0..LANES {
            row[first + c] = sources[c][k] * scale;
        }
    }
}
