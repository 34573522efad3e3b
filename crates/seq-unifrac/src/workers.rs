//! Worker threads for one computation. Knows not what they compute.

use rayon::ThreadPoolBuilder;

use crate::UnifracError;

/// Runs `work` where rayon has `threads` threads, 0 meaning one per core.
pub(crate) fn with_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> Result<R, UnifracError> {
    let pool = ThreadPoolBuilder::new().num_threads(threads).thread_name(|i| format!("seq-unifrac-{i}")).build();
    let pool = pool.map_err(|error| UnifracError::ThreadsUnavailable { threads, reason: error.to_string() })?;
    Ok(pool.install(work))
}
