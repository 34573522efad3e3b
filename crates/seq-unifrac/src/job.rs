//! One long computation as seen from outside: how far it is, and whether it shall stop. Knows not what is computed.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::UnifracError;

/// Progress of a computation and the wish to end it; shared between threads.
#[derive(Debug, Default)]
pub struct Job {
    done: AtomicU64,
    total: AtomicU64,
    cancelled: AtomicBool,
}

impl Job {
    /// A computation that has not begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// Pairs of samples done.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Pairs of samples asked for; 0 until the computation has begun.
    pub fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// Asks the computation to end with `CANCELLED`, which it does soon.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Adds pairs to do.
    pub(crate) fn begin(&self, pairs: u64) {
        self.total.fetch_add(pairs, Ordering::Relaxed);
    }

    pub(crate) fn advance(&self, pairs: u64) {
        self.done.fetch_add(pairs, Ordering::Relaxed);
    }

    pub(crate) fn check(&self) -> Result<(), UnifracError> {
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(UnifracError::Cancelled { done: self.done(), total: self.total() });
        }
        Ok(())
    }
}
