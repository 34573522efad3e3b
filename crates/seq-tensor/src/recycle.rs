//! Large vectors that tensors gave back, kept for the next that needs one of about that size.
//!
//! Fresh large blocks cost a page fault per 4 KiB, which is more than most element-wise operations; a
//! training step asks for nearly the same sizes again and again.

use std::collections::VecDeque;

use parking_lot::Mutex;

use crate::tensor::{Buffer, Stored};

/// Smaller vectors are left to the allocator, in bytes.
const LEAST: usize = 1 << 18;
/// The most that is kept, in bytes; the oldest go first.
const MOST: usize = 1 << 28;

struct Shelf {
    /// Oldest first.
    buffers: VecDeque<Buffer>,
    bytes: usize,
}

static SHELF: Mutex<Shelf> = Mutex::new(Shelf { buffers: VecDeque::new(), bytes: 0 });

fn bytes_of(buffer: &Buffer) -> usize {
    buffer.capacity() * buffer.dtype().size()
}

/// A vector of `len` elements of unspecified values, for callers that write every one.
pub fn vector_of<T: Stored>(len: usize) -> Vec<T> {
    let vector = taken(len).unwrap_or_else(|| vec![T::default(); len]);
    #[cfg(test)]
    let vector = vec![T::GARBAGE; vector.len()];
    vector
}

/// A vector of `len` zeros.
pub fn zeros<T: Stored>(len: usize) -> Vec<T> {
    match taken(len) {
        Some(mut vector) => {
            vector.fill(T::default());
            vector
        }
        None => vec![T::default(); len],
    }
}

/// A kept vector of at most a quarter more capacity than asked for.
fn taken<T: Stored>(len: usize) -> Option<Vec<T>> {
    if len * size_of::<T>() < LEAST {
        return None;
    }
    let fits =
        |buffer: &Buffer| buffer.dtype() == T::STORED && buffer.capacity() >= len && buffer.capacity() <= len + len / 4;
    let buffer = {
        let mut shelf = SHELF.lock();
        let position = shelf.buffers.iter().rposition(fits)?;
        let buffer = shelf.buffers.remove(position)?;
        shelf.bytes -= bytes_of(&buffer);
        buffer
    };
    let mut vector = T::unwrap(buffer)?;
    vector.resize(len, T::default());
    Some(vector)
}

/// Keeps a large buffer for later and drops a small one.
pub(crate) fn give_back(buffer: Buffer) {
    let bytes = bytes_of(&buffer);
    if !(LEAST..=MOST).contains(&bytes) {
        return;
    }
    let mut dropped = Vec::new();
    let mut shelf = SHELF.lock();
    shelf.bytes += bytes;
    shelf.buffers.push_back(buffer);
    while shelf.bytes > MOST {
        let Some(oldest) = shelf.buffers.pop_front() else { break };
        shelf.bytes -= bytes_of(&oldest);
        dropped.push(oldest);
    }
    drop(shelf);
}

/// Bytes in vectors that wait for their next use; they are not counted as held by tensors.
pub fn kept_bytes() -> usize {
    SHELF.lock().bytes
}

/// Returns all waiting vectors to the operating system.
pub fn release() {
    let mut shelf = SHELF.lock();
    shelf.bytes = 0;
    let buffers = std::mem::take(&mut shelf.buffers);
    drop(shelf);
    drop(buffers);
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEN: usize = 1_234_567;

    /// Other tests share the shelf, so this one uses sizes that no other does.
    #[test]
    fn a_vector_comes_back_for_the_same_dtype_and_about_the_same_size() {
        let mut data = vec![7u8; LEN];
        let place = data.as_ptr();
        data[3] = 9;
        give_back(Buffer::U8(data));
        assert!(kept_bytes() >= LEN);
        assert!(taken::<u8>(LEN / 2).is_none() && taken::<i32>(LEN / 4).is_none());
        let again = taken::<u8>(LEN - 1000).expect("it fits");
        assert_eq!((again.as_ptr(), again.len()), (place, LEN - 1000));
        give_back(Buffer::U8(again));
        assert!(zeros::<u8>(LEN).iter().all(|x| *x == 0));
    }

    #[test]
    fn small_vectors_are_not_kept_and_the_shelf_has_an_end() {
        give_back(Buffer::U8(vec![1; LEAST - 1]));
        assert!(taken::<u8>(LEAST - 1).is_none());
        for _ in 0..20 {
            give_back(Buffer::U8(vec![1; MOST / 8]));
            assert!(kept_bytes() <= MOST);
        }
        release();
    }
}
