//! Worker threads for one computation. Knows not what they compute.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::UnifracError;

/// Runs `work` where rayon has `threads` threads, 0 meaning one per core.
pub(crate) fn with_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> Result<R, UnifracError> {
    Ok(pool_of(threads)?.install(work))
}

fn pool_of(threads: usize) -> Result<ThreadPool, UnifracError> {
    let pool = ThreadPoolBuilder::new().num_threads(threads).thread_name(|i| format!("seq-unifrac-{i}")).build();
    pool.map_err(|error| UnifracError::ThreadsUnavailable { threads, reason: error.to_string() })
}

/// Threads kept for a computation of several steps; with one, all runs where it is called.
pub(crate) struct Workers {
    /// Nothing for one thread.
    pub pool: Option<ThreadPool>,
}

impl Workers {
    /// 0 threads means one per core.
    pub fn new(threads: usize) -> Result<Self, UnifracError> {
        let build =
            || ThreadPoolBuilder::new().num_threads(threads).thread_name(|i| format!("seq-unifrac-{i}")).build();
        let pool = (threads != 1).then(build).transpose();
        let pool = pool.map_err(|error| UnifracError::ThreadsUnavailable { threads, reason: error.to_string() })?;
        Ok(Self { pool })
    }

    /// All is done where it is called.
    pub fn none() -> Self {
        Self { pool: None }
    }

    /// `make` for every number below `count`, in order.
    pub fn map<T: Send, S>(
        &self,
        count: usize,
        scratch: impl Fn() -> S + Sync + Send,
        make: impl Fn(&mut S, usize) -> T + Sync + Send,
    ) -> Vec<T> {
        match &self.pool {
            None => {
                let mut memory = scratch();
                (0..count).map(|i| make(&mut memory, i)).collect()
            }
            Some(pool) => pool.install(|| (0..count).into_par_iter().map_init(&scratch, &make).collect()),
        }
    }
}
