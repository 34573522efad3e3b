//! Distances that need no tree.

use std::sync::Arc;

use napi::bindgen_prelude::{AsyncTask, Float64Array};
use napi::{Env, Result, Task};
use napi_derive::napi;
use seq_unifrac::Job;

use super::arguments::{CommunityMetricArguments, TableArguments, pairs};
use super::job::JobHandle;
use super::{coded, guarded};

/// Distances without a tree, to be computed.
pub struct CommunityDistances {
    table: TableArguments,
    metric: CommunityMetricArguments,
    threads: usize,
    job: Arc<Job>,
}

impl Task for CommunityDistances {
    type Output = Vec<f64>;
    type JsValue = Float64Array;

    fn compute(&mut self) -> Result<Vec<f64>> {
        guarded(|| {
            let Self { table, metric, threads, job } = self;
            let features = metric.feature_count as usize;
            let counts = table.counts(features)?;
            let rows = pairs(metric.rows);
            seq_unifrac::community_distances(&counts, features, metric.metric(), rows, *threads, job).map_err(coded)
        })
    }

    fn resolve(&mut self, _env: Env, distances: Vec<f64>) -> Result<Float64Array> {
        Ok(distances.into())
    }
}

/// Distances without a tree, on other threads, 0 meaning one per core. The arrays must not change meanwhile.
#[napi(catch_unwind, ts_return_type = "Promise<Float64Array>")]
pub fn community_distances_later(
    table: TableArguments,
    metric: CommunityMetricArguments,
    threads: u32,
    job: &JobHandle,
) -> AsyncTask<CommunityDistances> {
    AsyncTask::new(CommunityDistances { table, metric, threads: threads as usize, job: Arc::clone(&job.job) })
}
