//! Threads and memory counters.

use napi_derive::napi;
use seq_tensor::{Device, memory, threads};

/// What tensors hold.
#[napi(object)]
pub struct MemoryCounters {
    pub live_buffers: f64,
    pub bytes: f64,
    pub peak_bytes: f64,
    pub kept_bytes: f64,
}

#[napi(catch_unwind)]
pub fn memory_use() -> MemoryCounters {
    let counters = memory::memory_use();
    MemoryCounters {
        live_buffers: counters.live_buffers as f64,
        bytes: counters.bytes as f64,
        peak_bytes: counters.peak_bytes as f64,
        kept_bytes: counters.kept_bytes as f64,
    }
}

/// Names of the devices that tensors can live on here, best first.
#[napi(catch_unwind)]
pub fn devices() -> Vec<&'static str> {
    Device::available().iter().map(|device| device.name()).collect()
}

/// Floating-point operations per second that one thread does at most in `f32`, measured; NaN where unknown.
#[napi(catch_unwind)]
pub fn peak_operations_per_second() -> f64 {
    seq_attention::peak_operations_per_second()
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
