//! Random numbers that JavaScript reads.

use napi::Result;
use napi::bindgen_prelude::Float64Array;
use napi_derive::napi;
use seq_tensor::ops;
use seq_tensor::philox::Stream;

use super::failure;

/// Which stream is drawn from; `seed` is an integer below 2^53.
#[napi(object)]
pub struct StreamKey {
    pub seed: f64,
    pub site: u32,
    pub step: u32,
}

impl StreamKey {
    pub(crate) fn stream(&self) -> Stream {
        Stream::new(self.seed as u64, self.site, self.step)
    }
}

/// One double in [0, 1) per position of every sequence.
#[napi(catch_unwind)]
pub fn random_uniform(key: StreamKey, offsets: &[u32], sequence_ids: &[u32]) -> Result<Float64Array> {
    ops::random_uniform(key.stream(), offsets, sequence_ids).map(Into::into).map_err(failure)
}
