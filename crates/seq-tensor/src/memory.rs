//! How much memory tensors hold: counters that leak tests read. Parameter stores are not counted.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::recycle;
use crate::tensor::Buffer;

static LIVE_BUFFERS: AtomicUsize = AtomicUsize::new(0);
static LIVE_BYTES: AtomicUsize = AtomicUsize::new(0);
static PEAK_BYTES: AtomicUsize = AtomicUsize::new(0);

/// What tensors hold right now, over all threads of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryUse {
    /// Buffers that are alive; tensors that share data count once.
    pub live_buffers: usize,
    /// Bytes in those buffers.
    pub bytes: usize,
    /// The most bytes alive at once since the start or the last [`reset_peak`].
    pub peak_bytes: usize,
    /// Bytes that tensors gave back and that wait for reuse; see [`crate::recycle`].
    pub kept_bytes: usize,
}

/// Reads the counters.
pub fn memory_use() -> MemoryUse {
    MemoryUse {
        live_buffers: LIVE_BUFFERS.load(Ordering::Relaxed),
        bytes: LIVE_BYTES.load(Ordering::Relaxed),
        peak_bytes: PEAK_BYTES.load(Ordering::Relaxed),
        kept_bytes: recycle::kept_bytes(),
    }
}

/// Lets the peak start again from what is alive now.
pub fn reset_peak() {
    PEAK_BYTES.store(LIVE_BYTES.load(Ordering::Relaxed), Ordering::Relaxed);
}

/// Memory outside of tensors that is counted while it lives, such as what a fused operation keeps for backward.
#[derive(Debug)]
pub struct HeldBytes(usize);

impl HeldBytes {
    /// Counts so many bytes as one live buffer; none for 0 bytes.
    pub fn new(bytes: usize) -> Self {
        if bytes > 0 {
            grow(bytes);
        }
        Self(bytes)
    }
}

impl Drop for HeldBytes {
    fn drop(&mut self) {
        if self.0 > 0 {
            shrink(self.0);
        }
    }
}

fn grow(bytes: usize) {
    LIVE_BUFFERS.fetch_add(1, Ordering::Relaxed);
    let live = LIVE_BYTES.fetch_add(bytes, Ordering::Relaxed) + bytes;
    PEAK_BYTES.fetch_max(live, Ordering::Relaxed);
}

fn shrink(bytes: usize) {
    LIVE_BUFFERS.fetch_sub(1, Ordering::Relaxed);
    LIVE_BYTES.fetch_sub(bytes, Ordering::Relaxed);
}

/// A buffer that is counted while it lives.
#[derive(Debug)]
pub(crate) struct Counted {
    buffer: Buffer,
    bytes: usize,
}

impl Counted {
    pub(crate) fn new(buffer: Buffer) -> Self {
        let bytes = buffer.len() * buffer.dtype().size();
        grow(bytes);
        Self { buffer, bytes }
    }

    pub(crate) fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    /// The buffer, no longer counted.
    pub(crate) fn into_buffer(mut self) -> Buffer {
        std::mem::replace(&mut self.buffer, Buffer::U8(Vec::new()))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        recycle::give_back(std::mem::replace(&mut self.buffer, Buffer::U8(Vec::new())));
        shrink(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tensor::Tensor;

    /// Other tests run beside this one, so only what is larger than all of them together is looked at.
    #[test]
    fn live_bytes_rise_and_fall_with_the_data_that_tensors_share() {
        const BYTES: usize = 1 << 30;
        let before = memory_use();
        let x = Tensor::new(vec![0u8; BYTES], &[BYTES]).unwrap();
        let views = [x.clone(), x.detach(), x.variable(), crate::ops::reshape(&x, &[BYTES / 2, 2]).unwrap()];
        let during = memory_use();
        assert!(during.bytes >= BYTES && during.bytes < before.bytes + BYTES + BYTES / 2);
        assert!(during.peak_bytes >= during.bytes && during.live_buffers > 0);
        let held = HeldBytes::new(BYTES);
        assert!(memory_use().bytes >= during.bytes + BYTES / 2);
        drop(held);
        drop(x);
        assert!(memory_use().bytes >= BYTES);
        drop(views);
        assert!(memory_use().bytes < BYTES);
        assert!(memory_use().peak_bytes >= BYTES);
        reset_peak();
        assert!(memory_use().peak_bytes < BYTES);
    }
}
