//! Progress of a computation, and the way to end it.

use std::sync::Arc;

use napi_derive::napi;
use seq_unifrac::Job;

/// Progress of a computation, and the way to end it.
#[napi]
#[derive(Default)]
pub struct JobHandle {
    pub(super) job: Arc<Job>,
}

#[napi]
impl JobHandle {
    #[napi(constructor, catch_unwind)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Pairs of samples done.
    #[napi(catch_unwind)]
    pub fn done(&self) -> f64 {
        self.job.done() as f64
    }

    /// Pairs of samples in all; 0 before the computation begins.
    #[napi(catch_unwind)]
    pub fn total(&self) -> f64 {
        self.job.total() as f64
    }

    #[napi(catch_unwind)]
    pub fn cancel(&self) {
        self.job.cancel();
    }
}
