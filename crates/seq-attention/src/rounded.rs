//! Products of operands that are rounded to bf16: by the processor's instruction where there is one, else by the loops for
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
        // Columns of a right operand run along its depth, as rows of a left one do.
        let copy = Swapped::new(matrix.t(), scale);
        Self { form: Form::Numbers(Panels::in_panels(copy.matrix().t(), T::ONE, panel)), shape: matrix.shape() }
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
                Form::Numbers(right) => T::product(Swapped::new(left, T::ONE).matrix(), right, start, c, stride),
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
    /// `target = scale source`, rounded.
    fn round<T, A>(source: &[T], scale: T, target: &mut [T]) {
        for (target, x) in target.iter_mut().zip(source) {
            *target = (*x * scale).to_bf16();
        }
    }
}

vectorised! {
    /// The same with neighbours in each other's place; `target` is longer if `source` has an odd length.
    fn round_swapped<T, A>(source: &[T], scale: T, target: &mut [T]) {
        let ((pairs, last), (targets, _)) = (source.as_chunks::<2>(), target.as_chunks_mut::<2>());
        for (target, [even, odd]) in targets.iter_mut().zip(pairs) {
            *target = [(*odd * scale).to_bf16(), (*even * scale).to_bf16()];
        }
        if let ([even], Some(target)) = (last, targets.last_mut()) {
            *target = [T::ZERO, (*even * scale).to_bf16()];
        }
    }
}

impl<T: Real> Swapped<T> {
    fn new(source: Matrix<'_, T>, scale: T) -> Self {
        let (rows, width) = source.shape();
        let (columns, transposed) = (width.next_multiple_of(2), source.is_transposed());
        let mut data = Scratch::new(rows * columns);
        if data.is_empty() {
        } else if transposed {
            let stored: Vec<&[T]> = source.stored().collect();
            for (column, target) in data.chunks_exact_mut(rows).enumerate() {
                match stored.get(column ^ 1) {
                    Some(source) => round(source, scale, target),
                    None => target.fill(T::ZERO),
                }
            }
        } else {
            for (source, target) in source.stored().zip(data.chunks_exact_mut(columns)) {
                round_swapped(source, scale, target);
            }
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
