//! The thread pool, and the two loops that kernels use on it.
//!
//! How work is cut never depends on the number of threads.

use std::sync::{Arc, RwLock};

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

static POOL: RwLock<Option<Arc<ThreadPool>>> = RwLock::new(None);

fn build(threads: usize) -> Arc<ThreadPool> {
    let pool = ThreadPoolBuilder::new().num_threads(threads).thread_name(|i| format!("seq-{i}")).build();
    Arc::new(pool.expect("the operating system refused to start the worker threads"))
}

/// Sets the number of worker threads; 0 means one per available core.
pub fn set_threads(threads: usize) {
    *POOL.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(build(threads));
}

/// The number of worker threads.
pub fn threads() -> usize {
    pool().current_num_threads()
}

fn pool() -> Arc<ThreadPool> {
    if let Some(pool) = POOL.read().unwrap_or_else(|poisoned| poisoned.into_inner()).as_ref() {
        return Arc::clone(pool);
    }
    let mut slot = POOL.write().unwrap_or_else(|poisoned| poisoned.into_inner());
    Arc::clone(slot.get_or_insert_with(|| build(0)))
}

/// Calls `work(index, piece)` for consecutive pieces of `data`, each of `piece_len` elements but the last.
pub fn for_each_piece<T: Send>(data: &mut [T], piece_len: usize, work: impl Fn(usize, &mut [T]) + Sync) {
    if data.len() <= piece_len {
        if !data.is_empty() {
            work(0, data);
        }
        return;
    }
    pool().install(|| data.par_chunks_mut(piece_len).enumerate().for_each(|(index, piece)| work(index, piece)));
}

/// The results of `work(0) .. work(count - 1)`, in that order.
pub fn map<R: Send>(count: usize, work: impl Fn(usize) -> R + Sync) -> Vec<R> {
    match count {
        0 => Vec::new(),
        1 => vec![work(0)],
        _ => pool().install(|| (0..count).into_par_iter().map(|index| work(index)).collect()),
    }
}
