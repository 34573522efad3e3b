//! The thread pool, and the loops that kernels use on it.
//!
//! How work is cut never depends on the number of threads.

use std::marker::PhantomData;
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

/// Calls `work(0) .. work(count - 1)`. Takes a trait object, so that the pool's machinery is compiled once.
fn run(count: usize, work: &(dyn Fn(usize) + Sync)) {
    if count <= 1 {
        (0..count).for_each(work);
    } else {
        pool().install(|| (0..count).into_par_iter().for_each(work));
    }
}

/// A slice cut into pieces that several threads write at once.
struct Pieces<'a, T> {
    first: *mut T,
    len: usize,
    piece_len: usize,
    data: PhantomData<&'a mut [T]>,
}

// SAFETY: all that is reachable through a shared reference is `piece`, whose caller promises that no
// element is handed out twice; elements then move between threads like in any exclusive borrow.
unsafe impl<T: Send> Sync for Pieces<'_, T> {}

impl<'a, T> Pieces<'a, T> {
    fn new(data: &'a mut [T], piece_len: usize) -> Self {
        assert!(piece_len > 0, "pieces need at least one element");
        Self { first: data.as_mut_ptr(), len: data.len(), piece_len, data: PhantomData }
    }

    fn count(&self) -> usize {
        self.len.div_ceil(self.piece_len)
    }

    /// Piece number `index`.
    ///
    /// # Safety
    /// No index may be asked for twice during the life of `self`.
    #[expect(clippy::mut_from_ref, reason = "the caller promises that pieces are handed out once")]
    unsafe fn piece(&self, index: usize) -> &mut [T] {
        let start = index * self.piece_len;
        assert!(start < self.len, "piece {index} starts at {start} of {}", self.len);
        // SAFETY: the range lies inside the borrowed slice, pieces of different indices do not overlap,
        // and the caller asks for each index once.
        unsafe { std::slice::from_raw_parts_mut(self.first.add(start), self.piece_len.min(self.len - start)) }
    }
}

/// Calls `work(index, piece)` for consecutive pieces of `data`, each of `piece_len` elements but the last.
///
/// # Panics
/// If `piece_len` is 0.
pub fn for_each_piece<T: Send>(data: &mut [T], piece_len: usize, work: impl Fn(usize, &mut [T]) + Sync) {
    let pieces = Pieces::new(data, piece_len);
    run(pieces.count(), &|index| {
        // SAFETY: `run` calls with each index once.
        work(index, unsafe { pieces.piece(index) });
    });
}

/// [`for_each_piece`] over `N` slices of equal length at once.
///
/// # Panics
/// If the lengths differ or `piece_len` is 0.
pub fn for_each_piece_of<T: Send, const N: usize>(
    data: [&mut [T]; N],
    piece_len: usize,
    work: impl Fn(usize, [&mut [T]; N]) + Sync,
) {
    let all = data.map(|slice| Pieces::new(slice, piece_len));
    let count = all.first().map_or(0, Pieces::count);
    assert!(all.iter().all(|pieces| pieces.len == all[0].len), "the slices must be equally long");
    run(count, &|index| {
        // SAFETY: `run` calls with each index once, and the slices are different exclusive borrows.
        work(index, std::array::from_fn(|i| unsafe { all[i].piece(index) }));
    });
}

/// The results of `work(0) .. work(count - 1)`, in that order.
pub fn map<R: Send>(count: usize, work: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let mut results: Vec<Option<R>> = (0..count).map(|_| None).collect();
    for_each_piece(&mut results, 1, |index, slot| slot[0] = Some(work(index)));
    results.into_iter().flatten().collect()
}

/// [`for_each_piece`] that also returns what each piece gave, in order.
///
/// # Panics
/// If `piece_len` is 0.
pub fn map_pieces<T: Send, R: Send>(
    data: &mut [T],
    piece_len: usize,
    work: impl Fn(usize, &mut [T]) -> R + Sync,
) -> Vec<R> {
    let pieces = Pieces::new(data, piece_len);
    map(pieces.count(), |index| {
        // SAFETY: `map` calls with each index once.
        work(index, unsafe { pieces.piece(index) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_visited_once_for_any_number_of_threads() {
        for threads in [1, 2, 5] {
            set_threads(threads);
            for (len, piece_len) in [(0, 3), (1, 3), (3, 3), (10, 3), (1000, 7)] {
                let mut data = vec![0usize; len];
                for_each_piece(&mut data, piece_len, |index, piece| {
                    piece.iter_mut().enumerate().for_each(|(i, x)| *x += index * piece_len + i + 1);
                });
                assert!(data.iter().enumerate().all(|(i, x)| *x == i + 1));
                let sums = map_pieces(&mut data, piece_len, |_, piece| piece.iter().sum::<usize>());
                assert_eq!(sums.len(), len.div_ceil(piece_len));
                assert_eq!(sums.iter().sum::<usize>(), len * (len + 1) / 2);
            }
            assert_eq!(map(50, |i| i * i), (0..50).map(|i| i * i).collect::<Vec<_>>());
        }
    }

    #[test]
    fn several_slices_are_cut_alike() {
        let (mut a, mut b) = (vec![0; 10], vec![0; 10]);
        for_each_piece_of([&mut a, &mut b], 4, |index, [a, b]| {
            assert_eq!(a.len(), b.len());
            a.fill(index);
            b.fill(10 * index);
        });
        assert_eq!(a, [0, 0, 0, 0, 1, 1, 1, 1, 2, 2]);
        assert_eq!(b, [0, 0, 0, 0, 10, 10, 10, 10, 20, 20]);
    }
}
