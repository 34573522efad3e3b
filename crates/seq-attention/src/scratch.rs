//! Memory for intermediate results that outlives the call: buffers wait in a list for their next use,
//! so that hot loops neither allocate nor meet fresh pages. Contents are whatever the last user left.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

/// Buffers beyond this many bytes in the list are given back to the system.
const MOST_IDLE_BYTES: usize = 512 << 20;
/// Numbers by which buffers grow, so that similar sizes share them.
const GRAIN: usize = 1 << 10;
/// Slices start at a multiple of this many bytes, a cache line.
const ALIGNMENT: usize = 64;

/// Buffers that nobody uses, by their size.
#[derive(Debug)]
pub(crate) struct Idle<T> {
    buffers: BTreeMap<usize, Vec<Vec<T>>>,
    len: usize,
}

impl<T> Idle<T> {
    pub(crate) const fn new() -> Self {
        Self { buffers: BTreeMap::new(), len: 0 }
    }

    /// The smallest buffer of a size within the range.
    fn take(&mut self, sizes: std::ops::RangeInclusive<usize>) -> Option<Vec<T>> {
        let (size, buffers) = self.buffers.range_mut(sizes).next()?;
        let (size, found) = (*size, buffers.pop());
        if buffers.is_empty() {
            self.buffers.remove(&size);
        }
        self.len -= size;
        found
    }

    fn give(&mut self, buffer: Vec<T>) {
        self.len += buffer.len();
        self.buffers.entry(buffer.len()).or_default().push(buffer);
    }
}

/// A type of numbers that have a list of idle buffers.
pub(crate) trait Reusable: Copy + Default + 'static {
    /// Memory that waits for its next use.
    fn idle() -> &'static Mutex<Idle<Self>>;
}

/// Gives a type its list.
macro_rules! reusable {
    ($t:ty) => {
        impl Reusable for $t {
            fn idle() -> &'static Mutex<Idle<Self>> {
                static IDLE: Mutex<Idle<$t>> = Mutex::new(Idle::new());
                &IDLE
            }
        }
    };
}
reusable!(f32);
reusable!(f64);
reusable!(u32);

/// Some numbers of any content, which go back to the list when dropped.
#[derive(Debug)]
pub(crate) struct Scratch<T: Reusable> {
    memory: Vec<T>,
    start: usize,
    len: usize,
}

fn locked<T: Reusable>() -> std::sync::MutexGuard<'static, Idle<T>> {
    let idle: &'static Mutex<Idle<T>> = T::idle();
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T: Reusable> Scratch<T> {
    /// `len` numbers: the smallest idle buffer that holds them, or a new one.
    pub(crate) fn new(len: usize) -> Self {
        let slack = ALIGNMENT / size_of::<T>();
        let needed = len + slack;
        let found = locked::<T>().take(needed..=4 * needed + GRAIN);
        let memory = found.unwrap_or_else(|| vec![T::default(); needed.next_multiple_of(GRAIN)]);
        let start = memory.as_ptr().align_offset(ALIGNMENT).min(slack);
        Self { memory, start, len }
    }

    /// `len` zeros.
    pub(crate) fn zeros(len: usize) -> Self {
        let mut scratch = Self::new(len);
        scratch.fill(T::default());
        scratch
    }
}

impl<T: Reusable> Drop for Scratch<T> {
    fn drop(&mut self) {
        let memory = std::mem::take(&mut self.memory);
        let mut idle = locked::<T>();
        if (idle.len + memory.len()) * size_of::<T>() <= MOST_IDLE_BYTES {
            idle.give(memory);
        }
    }
}

impl<T: Reusable> Deref for Scratch<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.memory[self.start..self.start + self.len]
    }
}

impl<T: Reusable> DerefMut for Scratch<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.memory[self.start..self.start + self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_have_the_asked_length_and_start_at_a_cache_line() {
        for len in [0, 1, 15, 16, 1000, 1025, 100_000] {
            let scratch = Scratch::<f32>::new(len);
            assert_eq!(scratch.len(), len);
            assert_eq!(scratch.as_ptr() as usize % ALIGNMENT, 0);
            assert_eq!(Scratch::<f64>::zeros(len)[..], vec![0.0; len]);
        }
    }

    #[test]
    fn a_buffer_in_use_is_not_given_out_again() {
        let mut first = Scratch::<f64>::new(777);
        first.fill(1.0);
        let mut second = Scratch::<f64>::new(777);
        second.fill(2.0);
        assert!(first.iter().all(|x| *x == 1.0) && second.iter().all(|x| *x == 2.0));
    }
}
