//! The cells of a square matrix between samples, which several threads fill pair by pair. Knows no metric.

use std::marker::PhantomData;

/// A whole square whose pairs are set by threads side by side, each on both sides of the diagonal.
pub(crate) struct SymmetricCells<'o, D> {
    start: *mut D,
    samples: usize,
    cells: PhantomData<&'o mut [D]>,
}

// SAFETY: the cells are borrowed for `'o` by this alone, and are written only by `set` and `set_run`, whose callers give every
// pair to one thread; nothing reads them before the borrow ends.
unsafe impl<D: Send> Sync for SymmetricCells<'_, D> {}

impl<'o, D: Copy> SymmetricCells<'o, D> {
    /// Takes the square of `samples` samples, row by row.
    pub fn new(square: &'o mut [D], samples: usize) -> Self {
        assert_eq!(square.len(), samples * samples);
        Self { start: square.as_mut_ptr(), samples, cells: PhantomData }
    }

    /// Sets the distance of two samples.
    ///
    /// # Safety
    /// No other thread sets the same two samples, in either order, while this does.
    #[inline(always)]
    pub unsafe fn set(&self, row: usize, column: usize, distance: D) {
        // SAFETY: what holds for one pair of the run holds for all, as it is the only one.
        unsafe { self.set_run(row, column, &[distance]) };
    }

    /// Sets the distances of samples in a row, from `first` on, to another one.
    ///
    /// # Safety
    /// As for [`SymmetricCells::set`], for each of them.
    #[inline(always)]
    pub unsafe fn set_run(&self, first: usize, column: usize, distances: &[D]) {
        assert!(first + distances.len() <= self.samples && column < self.samples);
        let (run, mirrored) = (column * self.samples + first, first * self.samples + column);
        // SAFETY: all places lie in the square, as was just checked, and no other thread writes there, as the caller says.
        unsafe {
            std::ptr::copy_nonoverlapping(distances.as_ptr(), self.start.add(run), distances.len());
            for (at, &distance) in distances.iter().enumerate() {
                self.start.add(mirrored + at * self.samples).write(distance);
            }
        }
    }
}
