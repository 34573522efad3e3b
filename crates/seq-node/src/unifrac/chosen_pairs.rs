//! Distances of chosen pairs of samples, on a tree or without one, and gains.

use std::sync::Arc;

use napi::bindgen_prelude::{AsyncTask, Float64Array, Uint32Array};
use napi::{Env, Result, Task};
use napi_derive::napi;
use seq_table::SampleCounts;
use seq_unifrac::{Job, Pairs, PhylogeneticSpace, Variance, community_distances, tree_distances};

use super::arguments::{CommunityMetricArguments, TableArguments, TreeMetricArguments};
use super::job::JobHandle;
use super::space::SpaceHandle;
use super::{coded, guarded};

/// Where distances come from.
enum Metric {
    Tree { space: Arc<PhylogeneticSpace>, metric: TreeMetricArguments },
    Community(CommunityMetricArguments),
}

/// Distances of chosen pairs, to be computed.
pub struct ChosenPairs {
    table: TableArguments,
    pairs: Uint32Array,
    metric: Metric,
    threads: usize,
    job: Arc<Job>,
}

impl ChosenPairs {
    fn distances(&self) -> Result<Vec<f64>> {
        let Self { table, pairs, metric, threads, job } = self;
        let none = Job::new();
        let found = match metric {
            Metric::Tree { space, metric } => {
                let features = space.feature_count();
                let variance = if metric.variance_adjusted { Variance::Adjusted } else { Variance::Ignored };
                let of = |part: &SampleCounts<'_>, pairs: Pairs| {
                    tree_distances(space, part, metric.metric(), variance, pairs, 1, &none)
                };
                seq_unifrac::chosen_pairs(&table.counts(features)?, features, pairs, *threads, job, of)
            }
            Metric::Community(metric) => {
                let features = metric.feature_count as usize;
                let of = |part: &SampleCounts<'_>, pairs: Pairs| {
                    community_distances(part, features, metric.metric(), pairs, 1, &none)
                };
                seq_unifrac::chosen_pairs(&table.counts(features)?, features, pairs, *threads, job, of)
            }
        };
        found.map_err(coded)
    }
}

impl Task for ChosenPairs {
    type Output = Vec<f64>;
    type JsValue = Float64Array;

    fn compute(&mut self) -> Result<Vec<f64>> {
        guarded(|| self.distances())
    }

    fn resolve(&mut self, _env: Env, distances: Vec<f64>) -> Result<Float64Array> {
        Ok(distances.into())
    }
}

/// Distances on a tree of pairs of samples, two numbers each. The arrays must not change meanwhile.
#[napi(catch_unwind, ts_return_type = "Promise<Float64Array>")]
pub fn tree_pairs_later(
    space: &SpaceHandle,
    table: TableArguments,
    metric: TreeMetricArguments,
    pairs: Uint32Array,
    threads: u32,
    job: &JobHandle,
) -> Result<AsyncTask<ChosenPairs>> {
    let metric = Metric::Tree { space: Arc::clone(space.space()?), metric };
    Ok(AsyncTask::new(ChosenPairs { table, pairs, metric, threads: threads as usize, job: Arc::clone(&job.job) }))
}

/// The same without a tree.
#[napi(catch_unwind, ts_return_type = "Promise<Float64Array>")]
pub fn community_pairs_later(
    table: TableArguments,
    metric: CommunityMetricArguments,
    pairs: Uint32Array,
    threads: u32,
    job: &JobHandle,
) -> AsyncTask<ChosenPairs> {
    let metric = Metric::Community(metric);
    AsyncTask::new(ChosenPairs { table, pairs, metric, threads: threads as usize, job: Arc::clone(&job.job) })
}

/// Gains, to be computed.
pub struct Gains {
    space: Arc<PhylogeneticSpace>,
    table: TableArguments,
    threads: usize,
    job: Arc<Job>,
}

impl Task for Gains {
    type Output = Vec<f64>;
    type JsValue = Float64Array;

    fn compute(&mut self) -> Result<Vec<f64>> {
        let Self { space, table, threads, job } = self;
        guarded(|| seq_unifrac::gains(space, &table.counts(space.feature_count())?, *threads, job).map_err(coded))
    }

    fn resolve(&mut self, _env: Env, gains: Vec<f64>) -> Result<Float64Array> {
        Ok(gains.into())
    }
}

/// What each sample has that each other lacks, a full square. The arrays must not change meanwhile.
#[napi(catch_unwind, ts_return_type = "Promise<Float64Array>")]
pub fn gains_later(
    space: &SpaceHandle,
    table: TableArguments,
    threads: u32,
    job: &JobHandle,
) -> Result<AsyncTask<Gains>> {
    let (space, job) = (Arc::clone(space.space()?), Arc::clone(&job.job));
    Ok(AsyncTask::new(Gains { space, table, threads: threads as usize, job }))
}
