//! The thread pool, and the loops that kernels use on it.
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
        _ => pool().install(|| (0..count).into_par_iter().map(&work).collect()),
    }
}

/// [`for_each_piece`] that also returns what each piece gave, in order.
pub fn map_pieces<T: Send, R: Send>(
    data: &mut [T],
    piece_len: usize,
    work: impl Fn(usize, &mut [T]) -> R + Sync,
) -> Vec<R> {
    if data.is_empty() {
        return Vec::new();
    }
    if data.len() <= piece_len {
        return vec![work(0, data)];
    }
    pool().install(|| data.par_chunks_mut(piece_len).enumerate().map(|(index, piece)| work(index, piece)).collect())
}

/// [`for_each_piece`] over two slices of equal length at once.
///
/// # Panics
/// If the lengths differ.
pub fn for_each_piece_of_two<T: Send>(
    data: [&mut [T]; 2],
    piece_len: usize,
    work: impl Fn(usize, [&mut [T]; 2]) + Sync,
) {
    let [a, b] = data;
    assert!(a.len() == b.len(), "lengths {} and {} differ", a.len(), b.len());
    if a.len() <= piece_len {
        if !a.is_empty() {
            work(0, [a, b]);
        }
        return;
    }
    pool().install(|| {
        let pieces = a.par_chunks_mut(piece_len).zip(b.par_chunks_mut(piece_len));
        pieces.enumerate().for_each(|(index, (a, b))| work(index, [a, b]));
    });
}

/// [`for_each_piece`] over three slices of equal length at once.
///
/// # Panics
/// If the lengths differ.
pub fn for_each_piece_of_three<T: Send>(
    data: [&mut [T]; 3],
    piece_len: usize,
    work: impl Fn(usize, [&mut [T]; 3]) + Sync,
) {
    let [a, b, c] = data;
    assert!(a.len() == b.len() && b.len() == c.len(), "lengths {}, {}, {} differ", a.len(), b.len(), c.len());
    if a.len() <= piece_len {
        if !a.is_empty() {
            work(0, [a, b, c]);
        }
        return;
    }
    pool().install(|| {
        let pieces = a.par_chunks_mut(piece_len).zip(b.par_chunks_mut(piece_len)).zip(c.par_chunks_mut(piece_len));
        pieces.enumerate().for_each(|(index, ((a, b), c))| work(index, [a, b, c]));
    });
}
