//! How much memory tensors hold: counters that leak tests read. Parameter stores are not counted.

use std::sync::atomic::{AtomicUsize, Ordering};

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
}

/// Reads the counters.
pub fn memory_use() -> MemoryUse {
    MemoryUse {
        live_buffers: LIVE_BUFFERS.load(Ordering::Relaxed),
        bytes: LIVE_BYTES.load(Ordering::Relaxed),
        peak_bytes: PEAK_BYTES.load(Ordering::Relaxed),
    }
}

/// Lets the peak start again from what is alive now.
pub fn reset_peak() {
    PEAK_BYTES.store(LIVE_BYTES.load(Ordering::Relaxed), Ordering::Relaxed);
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
        LIVE_BUFFERS.fetch_add(1, Ordering::Relaxed);
        let live = LIVE_BYTES.fetch_add(bytes, Ordering::Relaxed) + bytes;
        PEAK_BYTES.fetch_max(live, Ordering::Relaxed);
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
        LIVE_BUFFERS.fetch_sub(1, Ordering::Relaxed);
        LIVE_BYTES.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}
