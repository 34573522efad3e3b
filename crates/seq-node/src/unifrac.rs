//! The binding of `seq-table` and `seq-unifrac`: phylogenies, prepared spaces, distances and running jobs.
//!
//! Names cross as one text with NUL between them, numbers as typed arrays. `u32::MAX` stands for "no tip".

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use napi::bindgen_prelude::{AsyncTask, Float64Array, Uint8Array, Uint32Array};
use napi::{Env, Error, Result, Task};
use napi_derive::napi;
use seq_table::{NO_NODE, NegativeLengths, Phylogeny, SampleCounts, SampleFeatures, TableError};
use seq_unifrac::{
    Job, LengthPrecision, Pairs, PhylogeneticSpace, PresenceMetric, SampleTips, SpaceOptions, UnifracError,
};

use crate::error::{Coded, to_js};

const SEPARATOR: char = '\0';

impl Coded for TableError {
    fn code(&self) -> &'static str {
        self.code()
    }
}

impl Coded for UnifracError {
    fn code(&self) -> &'static str {
        self.code()
    }
}

fn coded(error: impl Coded) -> Error {
    to_js(&error)
}

fn disposed(what: &str) -> Error {
    Error::from_reason(format!("[{}_DISPOSED] this {} was disposed.", what.to_uppercase(), what.to_lowercase()))
}

/// A panic in a worker thread would end the process; it is a fault of ours and is reported as one.
fn guarded<R>(work: impl FnOnce() -> Result<R>) -> Result<R> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Error::from_reason("seq-unifrac: a worker panicked")))
}

fn negative_lengths(as_zero: bool) -> NegativeLengths {
    if as_zero { NegativeLengths::Zero } else { NegativeLengths::Refuse }
}

/// A phylogeny that JavaScript owns.
#[napi]
pub struct PhylogenyHandle {
    tree: Option<Arc<Phylogeny>>,
}

impl PhylogenyHandle {
    fn tree(&self) -> Result<&Arc<Phylogeny>> {
        self.tree.as_ref().ok_or_else(|| disposed("PHYLOGENY"))
    }
}

#[napi]
impl PhylogenyHandle {
    #[napi(catch_unwind)]
    pub fn node_count(&self) -> Result<u32> {
        Ok(self.tree()?.node_count() as u32)
    }

    #[napi(catch_unwind)]
    pub fn tip_count(&self) -> Result<u32> {
        Ok(self.tree()?.tips().len() as u32)
    }

    #[napi(catch_unwind)]
    pub fn total_length(&self) -> Result<f64> {
        Ok(self.tree()?.total_length())
    }

    /// Names of all tips in the order of the text, NUL between them.
    #[napi(catch_unwind)]
    pub fn tip_names(&self) -> Result<Uint8Array> {
        let tree = self.tree()?;
        let names: Vec<&str> = tree.tips().iter().map(|&tip| tree.name(tip)).collect();
        Ok(names.join(&SEPARATOR.to_string()).into_bytes().into())
    }

    /// Node of the tip of each name, `u32::MAX` where there is none.
    #[napi(catch_unwind)]
    pub fn find_tips(&self, names: String) -> Result<Uint32Array> {
        let tree = self.tree()?;
        Ok(names.split(SEPARATOR).map(|name| tree.tip(name).unwrap_or(NO_NODE)).collect::<Vec<u32>>().into())
    }

    #[napi(catch_unwind)]
    pub fn to_newick(&self) -> Result<String> {
        Ok(seq_table::write_newick(self.tree()?))
    }

    #[napi(catch_unwind)]
    pub fn dispose(&mut self) {
        self.tree = None;
    }
}

#[napi(catch_unwind)]
pub fn parse_newick(text: Uint8Array, negative_as_zero: bool) -> Result<PhylogenyHandle> {
    let tree = seq_table::parse_newick(&text, negative_lengths(negative_as_zero)).map_err(coded)?;
    Ok(PhylogenyHandle { tree: Some(Arc::new(tree)) })
}

pub struct ParseNewick {
    text: Uint8Array,
    negative: NegativeLengths,
}

impl Task for ParseNewick {
    type Output = Phylogeny;
    type JsValue = PhylogenyHandle;

    fn compute(&mut self) -> Result<Phylogeny> {
        guarded(|| seq_table::parse_newick(&self.text, self.negative).map_err(coded))
    }

    fn resolve(&mut self, _env: Env, tree: Phylogeny) -> Result<PhylogenyHandle> {
        Ok(PhylogenyHandle { tree: Some(Arc::new(tree)) })
    }
}

/// As `parseNewick`, off the event loop; the bytes must not change meanwhile.
#[napi(ts_return_type = "Promise<PhylogenyHandle>")]
pub fn parse_newick_later(text: Uint8Array, negative_as_zero: bool) -> AsyncTask<ParseNewick> {
    AsyncTask::new(ParseNewick { text, negative: negative_lengths(negative_as_zero) })
}

/// What to compute of two samples on a tree.
#[napi(string_enum = "camelCase")]
pub enum TreeMetric {
    Unweighted,
    UnweightedUnnormalized,
}

impl From<TreeMetric> for PresenceMetric {
    fn from(metric: TreeMetric) -> Self {
        match metric {
            TreeMetric::Unweighted => Self::Unweighted,
            TreeMetric::UnweightedUnnormalized => Self::UnweightedUnnormalized,
        }
    }
}

/// Progress of a computation, and the way to end it.
#[napi]
#[derive(Default)]
pub struct JobHandle {
    job: Arc<Job>,
}

#[napi]
impl JobHandle {
    #[napi(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Pairs of samples done.
    #[napi(catch_unwind)]
    pub fn done(&self) -> f64 {
        self.job.done() as f64
    }

    /// Pairs of samples in all; 0 before the computation begins.
    #[napi(catch_unwind)]
    pub fn total(&self) -> f64 {
        self.job.total() as f64
    }

    #[napi(catch_unwind)]
    pub fn cancel(&self) {
        self.job.cancel();
    }
}

/// A tree prepared for a list of features.
#[napi]
pub struct SpaceHandle {
    space: Option<Arc<PhylogeneticSpace>>,
}

impl SpaceHandle {
    fn space(&self) -> Result<&Arc<PhylogeneticSpace>> {
        self.space.as_ref().ok_or_else(|| disposed("UNIFRAC"))
    }
}

fn pairs(rows: Option<u32>) -> Pairs {
    rows.map_or(Pairs::Within, |rows| Pairs::Between { rows: rows as usize })
}

fn tips_of_lists(space: &PhylogeneticSpace, offsets: &[u32], features: &[u32]) -> Result<SampleTips> {
    let table = SampleFeatures::new(offsets, features, space.feature_count()).map_err(coded)?;
    Ok(SampleTips::of_features(space, &table))
}

#[napi]
impl SpaceHandle {
    /// `tips` as from `findTips`.
    #[napi(constructor, catch_unwind)]
    pub fn new(tree: &PhylogenyHandle, tips: Uint32Array, bypass_tips: bool, float32_lengths: bool) -> Result<Self> {
        let length_precision = if float32_lengths { LengthPrecision::F32 } else { LengthPrecision::F64 };
        let options = SpaceOptions { length_precision, bypass_tips };
        let space = PhylogeneticSpace::new(tree.tree()?, &tips, options).map_err(coded)?;
        Ok(Self { space: Some(Arc::new(space)) })
    }

    #[napi(catch_unwind)]
    pub fn total_length(&self) -> Result<f64> {
        Ok(self.space()?.total_length())
    }

    /// Distances of samples given by the features present, on the calling thread: condensed, or with `rows` the first
    /// samples against the others.
    #[napi(catch_unwind)]
    pub fn presence_distances(
        &self,
        offsets: Uint32Array,
        features: Uint32Array,
        #[napi(ts_arg_type = "'unweighted' | 'unweightedUnnormalized'")] metric: TreeMetric,
        rows: Option<u32>,
    ) -> Result<Float64Array> {
        let space = self.space()?;
        let samples = tips_of_lists(space, &offsets, &features)?;
        let distances = seq_unifrac::presence_distances(space, &samples, metric.into(), pairs(rows), 1, &Job::new())
            .map_err(coded)?;
        Ok(distances.into())
    }

    /// As `presenceDistances` for a table of counts, on other threads; 0 threads means one per core. The arrays must not
    /// change meanwhile.
    #[napi(ts_return_type = "Promise<Float64Array>")]
    pub fn presence_matrix(
        &self,
        offsets: Uint32Array,
        features: Uint32Array,
        counts: Float64Array,
        #[napi(ts_arg_type = "'unweighted' | 'unweightedUnnormalized'")] metric: TreeMetric,
        rows: Option<u32>,
        threads: u32,
        job: &JobHandle,
    ) -> Result<AsyncTask<PresenceMatrix>> {
        Ok(AsyncTask::new(PresenceMatrix {
            space: Arc::clone(self.space()?),
            table: CountArrays { offsets, features, counts },
            metric: metric.into(),
            pairs: pairs(rows),
            threads: threads as usize,
            job: Arc::clone(&job.job),
        }))
    }

    /// Faith's PD per sample of a table of counts.
    #[napi(catch_unwind)]
    pub fn faith_pd(&self, offsets: Uint32Array, features: Uint32Array, counts: Float64Array) -> Result<Float64Array> {
        let space = self.space()?;
        let samples = CountArrays { offsets, features, counts }.tips(space)?;
        Ok(seq_unifrac::faith_pd(space, &samples).into())
    }

    #[napi(catch_unwind)]
    pub fn dispose(&mut self) {
        self.space = None;
    }
}

/// A table of counts, samples by features, as JavaScript holds it.
pub struct CountArrays {
    offsets: Uint32Array,
    features: Uint32Array,
    counts: Float64Array,
}

impl CountArrays {
    fn tips(&self, space: &PhylogeneticSpace) -> Result<SampleTips> {
        let table = SampleCounts::new(&self.offsets, &self.features, &self.counts, space.feature_count());
        Ok(SampleTips::of_counts(space, &table.map_err(coded)?))
    }
}

pub struct PresenceMatrix {
    space: Arc<PhylogeneticSpace>,
    table: CountArrays,
    metric: PresenceMetric,
    pairs: Pairs,
    threads: usize,
    job: Arc<Job>,
}

impl Task for PresenceMatrix {
    type Output = Vec<f64>;
    type JsValue = Float64Array;

    fn compute(&mut self) -> Result<Vec<f64>> {
        guarded(|| {
            let samples = self.table.tips(&self.space)?;
            let Self { space, metric, pairs, threads, job, .. } = self;
            seq_unifrac::presence_distances(space, &samples, *metric, *pairs, *threads, job).map_err(coded)
        })
    }

    fn resolve(&mut self, _env: Env, distances: Vec<f64>) -> Result<Float64Array> {
        Ok(distances.into())
    }
}
