//! Random numbers that JavaScript reads.

use napi::Result;
use napi::bindgen_prelude::Float64Array;
use napi_derive::napi;
use seq_tensor::philox::Stream;
use seq_tensor::ragged;

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
    let total = offsets.last().map_or(0, |&last| last as usize);
    ragged::check_offsets("random_uniform", offsets, total).map_err(failure)?;
    ragged::check_sequence_ids("random_uniform", offsets, sequence_ids).map_err(failure)?;
    let stream = key.stream();
    let draws = ragged::ranges(offsets).zip(sequence_ids);
    let draws =
        draws.flat_map(|(range, &id)| (0..range.len() as u32).map(move |position| stream.uniform(id, position)));
    Ok(draws.collect::<Vec<_>>().into())
}
