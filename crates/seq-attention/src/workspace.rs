//! Memory for intermediate results, kept between calls so that hot loops neither allocate nor meet
//! fresh pages. Contents are whatever the last user left.

use std::sync::PoisonError;

use crate::real::Real;

/// Larger pieces are given back to the system after use.
const KEPT_BYTES: usize = 256 << 20;

/// Runs `work` with `len` elements of any content.
pub(crate) fn with_workspace<T: Real, R>(len: usize, work: impl FnOnce(&mut Workspace<'_, T>) -> R) -> R {
    let idle = T::idle_workspaces();
    let mut memory = idle.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
    if memory.len() < len {
        memory = Vec::new();
        memory.resize(len, T::ZERO);
    }
    let result = work(&mut Workspace { rest: &mut memory[..len] });
    if size_of_val(memory.as_slice()) <= KEPT_BYTES {
        idle.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
    }
    result
}

/// Memory from which slices are taken one after the other.
pub(crate) struct Workspace<'a, T> {
    rest: &'a mut [T],
}

impl<'a, T> Workspace<'a, T> {
    /// Takes pieces from `slice`.
    pub(crate) fn over(slice: &'a mut [T]) -> Self {
        Self { rest: slice }
    }

    /// The next `len` elements.
    ///
    /// # Panics
    /// If fewer are left.
    pub(crate) fn take(&mut self, len: usize) -> &'a mut [T] {
        let (piece, rest) = std::mem::take(&mut self.rest).split_at_mut(len);
        self.rest = rest;
        piece
    }
}
