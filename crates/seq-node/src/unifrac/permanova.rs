//! PERMANOVA of a distance matrix and groups.

use std::sync::Arc;

use napi::bindgen_prelude::{AsyncTask, Float64Array, Uint32Array};
use napi::{Env, Result, Task};
use napi_derive::napi;
use seq_unifrac::{Condensed, Job, Permanova};

use super::job::JobHandle;
use super::random::{PERMUTATION_SITE, words};
use super::{coded, guarded};

/// What to test; distances in condensed form, groups numbered from 0.
#[napi(object, object_to_js = false)]
pub struct PermanovaArguments {
    pub distances: Float64Array,
    pub groups: Uint32Array,
    pub permutations: u32,
    pub seed: f64,
}

/// What the test says; see the crate.
#[napi(object, object_from_js = false)]
pub struct PermanovaNumbers {
    pub pseudo_f: f64,
    pub r_squared: f64,
    pub p_value: f64,
    pub as_extreme: u32,
}

/// A test, to be done.
pub struct PermanovaTest {
    arguments: PermanovaArguments,
    threads: usize,
    job: Arc<Job>,
}

impl Task for PermanovaTest {
    type Output = Permanova;
    type JsValue = PermanovaNumbers;

    fn compute(&mut self) -> Result<Permanova> {
        guarded(|| {
            let PermanovaArguments { distances, groups, permutations, seed } = &self.arguments;
            let distances = Condensed::new(distances, groups.len()).map_err(coded)?;
            let words = words(*seed, PERMUTATION_SITE);
            seq_unifrac::permanova(distances, groups, *permutations, &words, self.threads, &self.job).map_err(coded)
        })
    }

    fn resolve(
        &mut self,
        _env: Env,
        Permanova { pseudo_f, r_squared, p_value, as_extreme }: Permanova,
    ) -> Result<PermanovaNumbers> {
        Ok(PermanovaNumbers { pseudo_f, r_squared, p_value, as_extreme })
    }
}

/// PERMANOVA, on other threads, 0 meaning one per core. The arrays must not change meanwhile.
#[napi(catch_unwind, ts_return_type = "Promise<PermanovaNumbers>")]
pub fn permanova_later(arguments: PermanovaArguments, threads: u32, job: &JobHandle) -> AsyncTask<PermanovaTest> {
    AsyncTask::new(PermanovaTest { arguments, threads: threads as usize, job: Arc::clone(&job.job) })
}
