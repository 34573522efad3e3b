//! Distances that are sums of terms over branches: tiles of 64 rows against every column. Knows no term.

use crate::UnifracError;
use crate::branch_split::{BranchSplit, CHUNK, SampleList};
use crate::job::Job;
use crate::kernel::Kernel;
use crate::lanes::{LaneLoop, Lanes, Line, run_in_lanes};
use crate::pairs::Block;
use crate::term::{Sums, Term, Totals};
use crate::tiles::{Tile, fill};
use crate::workers::Workers;

/// Numbers in one register.
const GROUP: usize = 16;
/// Most registers side by side.
const GROUPS: usize = 4;
/// Columns whose sums are kept while all chunks pass.
const COLUMNS: usize = 64;

/// One number for each row of a tile.
type Rows = [Line<u32>; GROUPS];

/// All that the tiles read.
pub(crate) struct TermKernel<T> {
    pub term: T,
    pub split: BranchSplit,
    pub lists: Vec<SampleList>,
}

/// Memory of one thread.
struct Scratch {
    /// Weights of the rows on every dense branch; 0 where a row lacks it.
    weights: Vec<Rows>,
    /// What the rows add alone on every dense branch.
    alone: Vec<Rows>,
    /// Sums of some columns.
    sums: Vec<Sums<Rows>>,
    /// What each row has in all.
    totals: Vec<Totals>,
    sparse: SparseRows,
}

/// For every sparse branch, the rows of a tile that have it.
#[derive(Default)]
struct SparseRows {
    /// Start of each branch in `rows`, and one more.
    starts: Vec<u32>,
    /// Lanes with their weights.
    rows: Vec<(u32, u32)>,
}

impl<T: Term> Kernel<f32> for TermKernel<T> {
    fn sample_count(&self) -> usize {
        self.lists.len()
    }

    fn block(&self, block: &Block, workers: &Workers, job: &Job) -> Result<Vec<f32>, UnifracError> {
        let dense = self.split.dense_lengths.len();
        let scratch = || Scratch {
            weights: vec![Rows::default(); dense],
            alone: vec![Rows::default(); if T::SUMS > 1 { dense } else { 0 }],
            sums: vec![Sums::default(); COLUMNS],
            totals: Vec::new(),
            sparse: SparseRows::default(),
        };
        fill(block, GROUP * GROUPS, workers, job, scratch, |scratch: &mut Scratch, tile| {
            self.load(scratch, tile);
            match (T::IS_SHORT, tile.lanes.len().div_ceil(GROUP)) {
                (true, 3..) => run_in_lanes(Columns::<T, 4> { kernel: self, scratch, tile }),
                (_, 2..) => run_in_lanes(Columns::<T, 2> { kernel: self, scratch, tile }),
                _ => run_in_lanes(Columns::<T, 1> { kernel: self, scratch, tile }),
            }
        })
    }
}

impl<T: Term> TermKernel<T> {
    /// Takes in the rows of a tile.
    fn load(&self, scratch: &mut Scratch, tile: &Tile<'_, f32>) {
        scratch.weights.fill(Rows::default());
        let rows = &self.lists[tile.lanes.clone()];
        scratch.totals.clear();
        scratch.totals.extend(rows.iter().map(|list| list.totals));
        for (lane, list) in rows.iter().enumerate() {
            for (chunk, lines) in scratch.weights.chunks_mut(CHUNK).enumerate() {
                let (places, weights) = list.chunk(chunk);
                for (&place, &weight) in places.iter().zip(weights) {
                    lines[place as usize][lane / GROUP].0[lane % GROUP] = weight;
                }
            }
        }
        if T::SUMS > 1 {
            run_in_lanes(Alone { kernel: self, scratch, groups: tile.lanes.len().div_ceil(GROUP) });
        }
        scratch.sparse.load(rows, self.split.sparse_lengths.len());
    }
}

impl SparseRows {
    fn load(&mut self, rows: &[SampleList], branches: usize) {
        // Counts, then ends, then starts, as the entries move in from the back.
        self.starts.clear();
        self.starts.resize(branches + 1, 0);
        for &(branch, _) in rows.iter().flat_map(|list| &list.sparse) {
            self.starts[branch as usize] += 1;
        }
        let mut end = 0;
        for start in &mut self.starts {
            end += *start;
            *start = end;
        }
        self.rows.clear();
        self.rows.resize(end as usize, (0, 0));
        for (lane, list) in rows.iter().enumerate() {
            for &(branch, weight) in &list.sparse {
                let start = &mut self.starts[branch as usize];
                *start -= 1;
                self.rows[*start as usize] = (lane as u32, weight);
            }
        }
    }

    #[inline(always)]
    fn having(&self, branch: u32) -> &[(u32, u32)] {
        &self.rows[self.starts[branch as usize] as usize..self.starts[branch as usize + 1] as usize]
    }
}

/// What every weight of a tile adds alone.
struct Alone<'t, T> {
    kernel: &'t TermKernel<T>,
    scratch: &'t mut Scratch,
    groups: usize,
}

impl<T: Term> LaneLoop for Alone<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Scratch { weights, alone, .. } = self.scratch;
        for ((weights, alone), &length) in weights.iter().zip(alone).zip(&self.kernel.split.dense_lengths) {
            for group in 0..self.groups {
                L::store(self.kernel.term.alone::<L>(L::load(&weights[group].0), length), &mut alone[group].0);
            }
        }
    }
}

/// All columns of a tile, `AT_ONCE` groups of rows at a time.
struct Columns<'t, 'o, T, const AT_ONCE: usize> {
    kernel: &'t TermKernel<T>,
    scratch: &'t mut Scratch,
    tile: &'t mut Tile<'o, f32>,
}

impl<T: Term, const AT_ONCE: usize> LaneLoop for Columns<'_, '_, T, AT_ONCE> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { kernel, scratch, tile } = self;
        let Scratch { weights, alone, sums, totals, sparse } = scratch;
        let groups = tile.lanes.len().div_ceil(GROUP);
        let last = tile.columns.end;
        for start in tile.columns.clone().step_by(COLUMNS) {
            let columns = start..last.min(start + COLUMNS);
            let sums = &mut sums[..columns.len()];
            sums.fill(Sums::default());
            for chunk in 0..kernel.split.chunk_count() {
                let branches = chunk * CHUNK..weights.len().min((chunk + 1) * CHUNK);
                let lines = Lines {
                    weights: &weights[branches.clone()],
                    alone: if T::SUMS > 1 { &alone[branches.clone()] } else { &[] },
                    lengths: &kernel.split.dense_lengths[branches],
                };
                for (column, sums) in columns.clone().zip(&mut *sums) {
                    let (places, weights) = kernel.lists[column].chunk(chunk);
                    for first in (0..groups).step_by(AT_ONCE) {
                        lines.add::<L, T, AT_ONCE>(kernel.term, places, weights, first, sums);
                    }
                }
            }
            for (column, sums) in columns.zip(&mut *sums) {
                kernel.add_sparse(sparse, &kernel.lists[column], sums);
                kernel.finish(column, sums, totals, tile);
            }
        }
    }
}

/// The rows of a tile on the dense branches of one chunk.
struct Lines<'t> {
    weights: &'t [Rows],
    alone: &'t [Rows],
    lengths: &'t [f32],
}

impl Lines<'_> {
    /// Adds the branches of a column for `AT_ONCE` groups of rows.
    #[inline(always)]
    fn add<L: Lanes, T: Term, const AT_ONCE: usize>(
        &self,
        term: T,
        places: &[u16],
        weights: &[u32],
        first: usize,
        sums: &mut Sums<Rows>,
    ) {
        let mut held = [[L::splat(0); 3]; AT_ONCE];
        for sum in 0..T::SUMS {
            for group in 0..AT_ONCE {
                held[group][sum] = L::load(&sums[sum][first + group].0);
            }
        }
        for (&place, &weight) in places.iter().zip(weights) {
            let place = place as usize;
            let (rows, length, own) = (&self.weights[place], self.lengths[place], L::splat(weight));
            for group in 0..AT_ONCE {
                let alone = if T::SUMS > 1 { L::load(&self.alone[place][first + group].0) } else { own };
                term.add::<L>(&mut held[group], L::load(&rows[first + group].0), alone, own, length);
            }
        }
        for sum in 0..T::SUMS {
            for group in 0..AT_ONCE {
                L::store(held[group][sum], &mut sums[sum][first + group].0);
            }
        }
    }
}

impl<T: Term> TermKernel<T> {
    #[inline(always)]
    fn add_sparse(&self, rows: &SparseRows, column: &SampleList, sums: &mut Sums<Rows>) {
        for &(branch, own) in &column.sparse {
            let length = self.split.sparse_lengths[branch as usize];
            for &(lane, weight) in rows.having(branch) {
                let (group, lane) = (lane as usize / GROUP, lane as usize % GROUP);
                let mut one = [0, 1, 2].map(|sum| sums[sum][group].0[lane]);
                self.term.add_sparse(&mut one, weight, own, length);
                for sum in 0..T::SUMS {
                    sums[sum][group].0[lane] = one[sum];
                }
            }
        }
    }

    #[inline(always)]
    fn finish(&self, column: usize, sums: &Sums<Rows>, rows: &[Totals], tile: &mut Tile<'_, f32>) {
        let own = self.lists[column].totals;
        let mut distances = [0f32; GROUP * GROUPS];
        for (lane, (distance, &row)) in distances.iter_mut().zip(rows).enumerate() {
            let sums = [0, 1, 2].map(|sum| sums[sum][lane / GROUP].0[lane % GROUP]);
            *distance = self.term.distance(row, own, sums);
        }
        tile.set_column(column, &distances);
    }
}
