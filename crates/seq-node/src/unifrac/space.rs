//! A tree prepared for a list of features, and the distances it gives.

use std::sync::Arc;

use napi::bindgen_prelude::{AsyncTask, Float64Array, Uint32Array};
use napi::{Env, Result, Task};
use napi_derive::napi;
use seq_unifrac::{Job, LengthPrecision, PhylogeneticSpace, PreparedDistances, SpaceOptions};

use super::arguments::{TableArguments, TreeMetricArguments};
use super::job::JobHandle;
use super::phylogeny::PhylogenyHandle;
use super::prepared::Prepare;
use super::{coded, disposed, guarded};

/// A tree prepared for a list of features.
#[napi]
pub struct SpaceHandle {
    space: Option<Arc<PhylogeneticSpace>>,
}

impl SpaceHandle {
    pub(super) fn space(&self) -> Result<&Arc<PhylogeneticSpace>> {
        self.space.as_ref().ok_or_else(|| disposed("unifrac"))
    }
}

#[napi]
impl SpaceHandle {
    /// `tips` as from `findTips`.
    #[napi(constructor, catch_unwind)]
    pub fn new(
        tree: &PhylogenyHandle,
        tips: Uint32Array,
        bypass_tips: bool,
        float32_lengths: bool,
        absolute_counts: bool,
    ) -> Result<Self> {
        let length_precision = if float32_lengths { LengthPrecision::F32 } else { LengthPrecision::F64 };
        let options = SpaceOptions { length_precision, bypass_tips, absolute_counts };
        let space = PhylogeneticSpace::new(tree.tree()?, &tips, options).map_err(coded)?;
        Ok(Self { space: Some(Arc::new(space)) })
    }

    #[napi(catch_unwind)]
    pub fn total_length(&self) -> Result<f64> {
        Ok(self.space()?.total_length())
    }

    /// Distances on the calling thread.
    #[napi(catch_unwind)]
    pub fn distances(&self, table: TableArguments, metric: TreeMetricArguments) -> Result<Float64Array> {
        let work = TreeDistances { space: Arc::clone(self.space()?), table, metric, threads: 1, job: Arc::default() };
        Ok(work.distances()?.into())
    }

    /// Distances on other threads, 0 meaning one per core. The arrays must not change meanwhile.
    #[napi(catch_unwind, ts_return_type = "Promise<Float64Array>")]
    pub fn distances_later(
        &self,
        table: TableArguments,
        metric: TreeMetricArguments,
        threads: u32,
        job: &JobHandle,
    ) -> Result<AsyncTask<TreeDistances>> {
        let (space, job) = (Arc::clone(self.space()?), Arc::clone(&job.job));
        Ok(AsyncTask::new(TreeDistances { space, table, metric, threads: threads as usize, job }))
    }

    /// Prepares distances to be computed by rows. The arrays must not change until the promise is kept.
    #[napi(catch_unwind, ts_return_type = "Promise<PreparedHandle>")]
    pub fn prepare_later(
        &self,
        table: TableArguments,
        metric: TreeMetricArguments,
        threads: u32,
    ) -> Result<AsyncTask<Prepare>> {
        Ok(AsyncTask::new(Prepare { space: Arc::clone(self.space()?), table, metric, threads: threads as usize }))
    }

    /// Faith's PD per sample of a table of counts.
    #[napi(catch_unwind)]
    pub fn faith_pd(&self, table: TableArguments) -> Result<Float64Array> {
        let work = FaithPd { space: Arc::clone(self.space()?), table, threads: 1 };
        Ok(work.values()?.into())
    }

    /// As `faithPd`, on other threads, 0 meaning one per core. The arrays must not change meanwhile.
    #[napi(catch_unwind, ts_return_type = "Promise<Float64Array>")]
    pub fn faith_pd_later(&self, table: TableArguments, threads: u32) -> Result<AsyncTask<FaithPd>> {
        Ok(AsyncTask::new(FaithPd { space: Arc::clone(self.space()?), table, threads: threads as usize }))
    }

    #[napi(catch_unwind)]
    pub fn dispose(&mut self) {
        self.space = None;
    }
}

/// Faith's PD, to be computed.
pub struct FaithPd {
    space: Arc<PhylogeneticSpace>,
    table: TableArguments,
    threads: usize,
}

impl FaithPd {
    fn values(&self) -> Result<Vec<f64>> {
        let counts = self.table.counts(self.space.feature_count())?;
        seq_unifrac::faith_pd_of_counts(&self.space, &counts, self.threads).map_err(coded)
    }
}

impl Task for FaithPd {
    type Output = Vec<f64>;
    type JsValue = Float64Array;

    fn compute(&mut self) -> Result<Vec<f64>> {
        guarded(|| self.values())
    }

    fn resolve(&mut self, _env: Env, values: Vec<f64>) -> Result<Float64Array> {
        Ok(values.into())
    }
}

/// Distances on a tree, to be computed.
pub struct TreeDistances {
    space: Arc<PhylogeneticSpace>,
    table: TableArguments,
    metric: TreeMetricArguments,
    threads: usize,
    job: Arc<Job>,
}

impl TreeDistances {
    fn distances(&self) -> Result<Vec<f64>> {
        let Self { space, metric, threads, job, .. } = self;
        let counts = self.table.counts(space.feature_count())?;
        let prepared =
            PreparedDistances::new(space, &counts, metric.metric(), metric.options(*threads)).map_err(coded)?;
        prepared.rows(0..prepared.row_count(), job).map_err(coded)
    }
}

impl Task for TreeDistances {
    type Output = Vec<f64>;
    type JsValue = Float64Array;

    fn compute(&mut self) -> Result<Vec<f64>> {
        guarded(|| self.distances())
    }

    fn resolve(&mut self, _env: Env, distances: Vec<f64>) -> Result<Float64Array> {
        Ok(distances.into())
    }
}
