//! Principal coordinates of a distance matrix.

use std::sync::Arc;

use napi::bindgen_prelude::{AsyncTask, Float64Array};
use napi::{Env, Result, Task};
use napi_derive::napi;
use seq_unifrac::{Condensed, Job, Ordination, PcoaMethod};

use super::job::JobHandle;
use super::random::{PCOA_SITE, words};
use super::{coded, guarded};

/// What to compute; distances in condensed form. With a seed by random vectors, else exactly.
#[napi(object, object_to_js = false)]
pub struct PcoaArguments {
    pub distances: Float64Array,
    pub samples: u32,
    pub dimensions: u32,
    pub seed: Option<f64>,
}

/// Places of samples along principal axes; see the crate.
#[napi(object, object_from_js = false)]
pub struct PcoaNumbers {
    pub coordinates: Float64Array,
    pub eigenvalues: Float64Array,
    pub proportion_explained: Float64Array,
    pub negative_count: u32,
    pub smallest_eigenvalue: f64,
}

/// Principal coordinates, to be computed.
pub struct Pcoa {
    arguments: PcoaArguments,
    threads: usize,
    job: Arc<Job>,
}

impl Task for Pcoa {
    type Output = Ordination;
    type JsValue = PcoaNumbers;

    fn compute(&mut self) -> Result<Ordination> {
        guarded(|| {
            let PcoaArguments { distances, samples, dimensions, seed } = &self.arguments;
            let distances = Condensed::new(distances, *samples as usize).map_err(coded)?;
            let words = words(seed.unwrap_or(0.0), PCOA_SITE);
            let method = if seed.is_some() { PcoaMethod::Randomized { words: &words } } else { PcoaMethod::Exact };
            seq_unifrac::pcoa(distances, *dimensions as usize, method, self.threads, &self.job).map_err(coded)
        })
    }

    fn resolve(&mut self, _env: Env, found: Ordination) -> Result<PcoaNumbers> {
        Ok(PcoaNumbers {
            coordinates: found.coordinates.into(),
            eigenvalues: found.eigenvalues.into(),
            proportion_explained: found.proportion_explained.into(),
            negative_count: found.negative_count as u32,
            smallest_eigenvalue: found.smallest_eigenvalue,
        })
    }
}

/// Principal coordinates, on other threads, 0 meaning one per core. The array must not change meanwhile.
#[napi(catch_unwind, ts_return_type = "Promise<PcoaNumbers>")]
pub fn pcoa_later(arguments: PcoaArguments, threads: u32, job: &JobHandle) -> AsyncTask<Pcoa> {
    AsyncTask::new(Pcoa { arguments, threads: threads as usize, job: Arc::clone(&job.job) })
}
