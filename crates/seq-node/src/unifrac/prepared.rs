//! Distances that are prepared once and computed by rows.

use std::sync::Arc;

use napi::bindgen_prelude::{AsyncTask, Float32Array, Float64Array};
use napi::{Env, Result, Task};
use napi_derive::napi;
use seq_unifrac::{Job, PhylogeneticSpace, PreparedDistances};

use super::arguments::{TableArguments, TreeMetricArguments};
use super::job::JobHandle;
use super::{coded, disposed, guarded};

/// Distances ready to be computed by rows.
#[napi]
pub struct PreparedHandle {
    prepared: Option<Arc<PreparedDistances>>,
}

#[napi]
impl PreparedHandle {
    /// Distances of the rows from `first` to before `end`; beyond the last there are none.
    #[napi(catch_unwind, ts_return_type = "Promise<Float64Array>")]
    pub fn rows_later(&self, first: u32, end: u32, job: &JobHandle) -> Result<AsyncTask<Rows>> {
        Ok(AsyncTask::new(Rows(self.part(first, end, job)?)))
    }

    /// As `rowsLater`, in 32 bits.
    #[napi(catch_unwind, ts_return_type = "Promise<Float32Array>")]
    pub fn narrow_rows_later(&self, first: u32, end: u32, job: &JobHandle) -> Result<AsyncTask<NarrowRows>> {
        Ok(AsyncTask::new(NarrowRows(self.part(first, end, job)?)))
    }

    #[napi(catch_unwind)]
    pub fn dispose(&mut self) {
        self.prepared = None;
    }

    fn part(&self, first: u32, end: u32, job: &JobHandle) -> Result<Part> {
        let prepared = Arc::clone(self.prepared.as_ref().ok_or_else(|| disposed("unifrac"))?);
        Ok(Part { prepared, rows: first as usize..end as usize, job: Arc::clone(&job.job) })
    }
}

struct Part {
    prepared: Arc<PreparedDistances>,
    rows: std::ops::Range<usize>,
    job: Arc<Job>,
}

/// Some rows, to be computed.
pub struct Rows(Part);

impl Task for Rows {
    type Output = Vec<f64>;
    type JsValue = Float64Array;

    fn compute(&mut self) -> Result<Vec<f64>> {
        let Part { prepared, rows, job } = &self.0;
        guarded(|| prepared.rows(rows.clone(), job).map_err(coded))
    }

    fn resolve(&mut self, _env: Env, distances: Vec<f64>) -> Result<Float64Array> {
        Ok(distances.into())
    }
}

/// Some rows in 32 bits, to be computed.
pub struct NarrowRows(Part);

impl Task for NarrowRows {
    type Output = Vec<f32>;
    type JsValue = Float32Array;

    fn compute(&mut self) -> Result<Vec<f32>> {
        let Part { prepared, rows, job } = &self.0;
        guarded(|| prepared.rows_in_32_bits(rows.clone(), job).map_err(coded))
    }

    fn resolve(&mut self, _env: Env, distances: Vec<f32>) -> Result<Float32Array> {
        Ok(distances.into())
    }
}

/// Distances to be prepared.
pub struct Prepare {
    pub(super) space: Arc<PhylogeneticSpace>,
    pub(super) table: TableArguments,
    pub(super) metric: TreeMetricArguments,
    pub(super) threads: usize,
}

impl Task for Prepare {
    type Output = PreparedDistances;
    type JsValue = PreparedHandle;

    fn compute(&mut self) -> Result<PreparedDistances> {
        guarded(|| {
            let Self { space, table, metric, threads } = self;
            let counts = table.counts(space.feature_count())?;
            PreparedDistances::new(space, &counts, metric.metric(), metric.options(*threads)).map_err(coded)
        })
    }

    fn resolve(&mut self, _env: Env, prepared: PreparedDistances) -> Result<PreparedHandle> {
        Ok(PreparedHandle { prepared: Some(Arc::new(prepared)) })
    }
}
