//! Products of operands that are rounded to bf16: by the processor's instruction where that is faster, else by the loops for
//! numbers as they are.
//!
//! The instruction adds the odd one of two neighbouring products to a sum first, then the even one, each with one
//! rounding, and takes results below the smallest normal number for zero. Elsewhere neighbours change places in copies of
//! both operands, so that sums run in this order, too. Where panels and passes are as long as those of the instruction
//! (AVX-512), all bits are equal but those of subnormal sums.

use crate::arithmetic::vectorised;
use crate::packed::{Matrix, Panels};
use crate::pairs::PairPanels;
use crate::product::Start;
use crate::real::Real;
use crate::scratch::Scratch;

/// A right operand, rounded.
pub(crate) struct RoundedPanels<T: Real> {
    form: Form<T>,
    shape: (usize, usize),
}

enum Form<T: Real> {
    Pairs(PairPanels),
    Numbers(Panels<T>),
}

impl<T: Real> RoundedPanels<T> {
    /// `scale` times a matrix, then rounded.
    pub(crate) fn new(matrix: Matrix<'_, T>, scale: T) -> Self {
        match T::pair_panels(matrix, scale) {
            Some(pairs) => Self { form: Form::Pairs(pairs), shape: matrix.shape() },
            None => Self::of_numbers(matrix, scale, T::panel()),
        }
    }

    /// The form without pairs.
    pub(crate) fn of_numbers(matrix: Matrix<'_, T>, scale: T, panel: Option<usize>) -> Self {
        let (mut panels, shape) = (Panels::of_even_depth(matrix, scale, panel), matrix.shape());
        if shape.1 > 0 {
            swap_rows(panels.data_mut(), panel.unwrap_or(shape.1));
        }
        Self { form: Form::Numbers(panels), shape }
    }

    pub(crate) fn shape(&self) -> (usize, usize) {
        self.shape
    }

    /// `c = start + left self`.
    ///
    /// # Safety
    /// The conditions that [`crate::product::product`] checks.
    pub(crate) unsafe fn product(&self, left: Matrix<'_, T>, start: Start<'_, T>, c: &mut [T], stride: usize) {
        // SAFETY: the caller's promise; the copy has as many rows, and as many columns as the panels have rows.
        unsafe {
            match &self.form {
                Form::Pairs(right) => T::product_of_pairs(left, right, start, c, stride),
                Form::Numbers(right) => T::product(Swapped::new(left).matrix(), right, start, c, stride),
            }
        }
    }
}

/// A rounded copy in which columns 2 k and 2 k + 1 have changed places, stored in the order of its source; a last column
/// without a neighbour gets one of zeros.
struct Swapped<T: Real> {
    data: Scratch<T>,
    rows: usize,
    columns: usize,
    transposed: bool,
}

vectorised! {
    /// Rows 2 k and 2 k + 1 in each other's place, rounded.
    fn swap_rows<T, A>(rows: &mut [T], width: usize) {
        for pair in rows.chunks_exact_mut(2 * width) {
            let (even, odd) = pair.split_at_mut(width);
            for (even, odd) in even.iter_mut().zip(odd) {
                (*even, *odd) = (odd.to_bf16(), even.to_bf16());
            }
        }
    }
}

vectorised! {
    /// The numbers of [`Swapped`], of which there are some.
    fn swap_columns<T, A>(source: Matrix<'_, T>, target: &mut [T]) {
        let (rows, width) = source.shape();
        if source.is_transposed() {
            let mut stored = source.stored();
            for pair in target.chunks_exact_mut(2 * rows) {
                let (first, second) = pair.split_at_mut(rows);
                for target in [second, first] {
                    match stored.next() {
                        Some(source) => target.iter_mut().zip(source).for_each(|(target, x)| *target = x.to_bf16()),
                        None => target.fill(T::ZERO),
                    }
                }
            }
        } else {
            for (source, target) in source.stored().zip(target.chunks_exact_mut(width.next_multiple_of(2))) {
                let ((pairs, last), (targets, _)) = (source.as_chunks::<2>(), target.as_chunks_mut::<2>());
                for (target, [even, odd]) in targets.iter_mut().zip(pairs) {
                    *target = [odd.to_bf16(), even.to_bf16()];
                }
                if let ([even], Some(target)) = (last, targets.last_mut()) {
                    *target = [T::ZERO, even.to_bf16()];
                }
            }
        }
    }
}

impl<T: Real> Swapped<T> {
    fn new(source: Matrix<'_, T>) -> Self {
        let ((rows, width), transposed) = (source.shape(), source.is_transposed());
        let columns = width.next_multiple_of(2);
        let mut data = Scratch::new(rows * columns);
        if !data.is_empty() {
            swap_columns(source, &mut data);
        }
        Self { data, rows, columns, transposed }
    }

    fn matrix(&self) -> Matrix<'_, T> {
        if self.transposed {
            Matrix::new(&self.data, self.columns, self.rows, self.rows).t()
        } else {
            Matrix::new(&self.data, self.rows, self.columns, self.columns)
        }
    }
}
