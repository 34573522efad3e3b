//! Threads and memory counters.

use napi_derive::napi;
use seq_tensor::{memory, threads};

/// What tensors hold.
#[napi(object)]
pub struct MemoryCounters {
    pub live_buffers: f64,
    pub bytes: f64,
    pub peak_bytes: f64,
}

#[napi(catch_unwind)]
pub fn memory_use() -> MemoryCounters {
    let counters = memory::memory_use();
    MemoryCounters {
        live_buffers: counters.live_buffers as f64,
        bytes: counters.bytes as f64,
        peak_bytes: counters.peak_bytes as f64,
    }
}

#[napi(catch_unwind)]
pub fn reset_peak_memory() {
    memory::reset_peak();
}

#[napi(catch_unwind)]
pub fn set_threads(count: u32) {
    threads::set_threads(count as usize);
}

#[napi(catch_unwind)]
pub fn threads() -> u32 {
    threads::threads() as u32
}
