//! Distances that are sums of terms over branches: tiles of 64 rows against every column. Knows no term.

use std::ops::Range;

use crate::UnifracError;
use crate::branch_split::{BranchSplit, CHUNK, SampleList};
use crate::branch_teams::BranchTeam;
use crate::job::Job;
use crate::kernel::Kernel;
use crate::lanes::{GROUP, LaneLoop, Lanes, Line, One, run_in_lanes};
use crate::pairs::Block;
use crate::sparse_rows::SparseRows;
use crate::term::{Sums, Term, Totals, Weighed};
use crate::tiles::{Tile, fill};
use crate::workers::Workers;

/// Most registers side by side.
const GROUPS: usize = 4;
/// Columns whose sums are kept while all chunks pass; whole teams.
const COLUMNS: usize = 64;

/// One number for each row of a tile.
type Rows = [Line<u32>; GROUPS];

/// All that the tiles read.
pub(crate) struct TermKernel<T, const TEAM: usize> {
    pub term: T,
    pub split: BranchSplit,
    pub lists: Vec<SampleList>,
    /// Dense branches of each `TEAM` samples.
    pub teams: Vec<BranchTeam<TEAM>>,
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

impl<T: Term, const TEAM: usize> Kernel<f32> for TermKernel<T, TEAM> {
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
            run_in_lanes(Columns { kernel: self, scratch, tile });
        })
    }
}

impl<T: Term, const TEAM: usize> TermKernel<T, TEAM> {
    /// Takes in the rows of a tile.
    fn load(&self, scratch: &mut Scratch, tile: &Tile<'_, f32>) {
        let samples = tile.lanes.clone();
        scratch.weights.fill(Rows::default());
        for team in samples.start / TEAM..samples.end.div_ceil(TEAM) {
            for (chunk, lines) in scratch.weights.chunks_mut(CHUNK).enumerate() {
                let (places, weights) = self.teams[team].chunk(chunk);
                for (&place, weights) in places.iter().zip(weights) {
                    for (sample, &weight) in (team * TEAM..).zip(weights).filter(|(sample, _)| samples.contains(sample))
                    {
                        let lane = sample - samples.start;
                        lines[place as usize][lane / GROUP].0[lane % GROUP] = weight;
                    }
                }
            }
        }
        if T::SUMS > 1 {
            run_in_lanes(Alone { kernel: self, scratch, groups: samples.len().div_ceil(GROUP) });
        }
        let rows = &self.lists[samples];
        scratch.totals.clear();
        scratch.totals.extend(rows.iter().map(|list| list.totals));
        let lengths = &self.split.sparse_lengths;
        scratch
            .sparse
            .load(rows, lengths.len(), |branch, weight| self.term.alone::<One>(weight, lengths[branch as usize]));
    }
}

/// What every weight of a tile adds alone.
struct Alone<'t, T, const TEAM: usize> {
    kernel: &'t TermKernel<T, TEAM>,
    scratch: &'t mut Scratch,
    groups: usize,
}

impl<T: Term, const TEAM: usize> LaneLoop for Alone<'_, T, TEAM> {
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

/// All columns of a tile.
struct Columns<'t, 'o, T, const TEAM: usize> {
    kernel: &'t TermKernel<T, TEAM>,
    scratch: &'t mut Scratch,
    tile: &'t mut Tile<'o, f32>,
}

impl<T: Term, const TEAM: usize> LaneLoop for Columns<'_, '_, T, TEAM> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { kernel, scratch, tile } = self;
        let teams = tile.columns.start / TEAM..tile.columns.end.div_ceil(TEAM);
        for start in teams.clone().step_by(COLUMNS / TEAM) {
            let teams = start..teams.end.min(start + COLUMNS / TEAM);
            scratch.sums.fill(Sums::default());
            kernel.add_dense::<L>(scratch, teams.clone(), tile);
            let Scratch { sums, totals, sparse, .. } = &mut *scratch;
            for (column, sums) in (teams.start * TEAM..tile.columns.end).zip(sums) {
                if column >= tile.columns.start {
                    kernel.add_sparse::<L>(sparse, &kernel.lists[column], sums);
                    kernel.finish(column, sums, totals, tile);
                }
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
    /// Adds the branches of a team of columns for `AT_ONCE` groups of rows, which it returns.
    #[inline(always)]
    fn add<L: Lanes, T: Term, const TEAM: usize, const AT_ONCE: usize>(
        &self,
        term: T,
        (places, weights): (&[u16], &[[u32; TEAM]]),
        first: usize,
        sums: &mut [Sums<Rows>],
    ) -> usize {
        let mut held = [[[L::splat(0); 3]; AT_ONCE]; TEAM];
        for (member, held) in held.iter_mut().enumerate() {
            for sum in 0..T::SUMS {
                for (group, held) in held.iter_mut().enumerate() {
                    held[sum] = L::load(&sums[member][sum][first + group].0);
                }
            }
        }
        for (&place, weights) in places.iter().zip(weights) {
            let place = place as usize;
            let (rows, length) = (&self.weights[place], self.lengths[place]);
            for group in 0..AT_ONCE {
                let row = L::load(&rows[first + group].0);
                let alone = if T::SUMS > 1 { L::load(&self.alone[place][first + group].0) } else { row };
                for member in 0..TEAM {
                    term.add::<L>(&mut held[member][group], row, alone, L::splat(weights[member]), length);
                }
            }
        }
        for (member, held) in held.iter().enumerate() {
            for sum in 0..T::SUMS {
                for (group, held) in held.iter().enumerate() {
                    L::store(held[sum], &mut sums[member][sum][first + group].0);
                }
            }
        }
        AT_ONCE
    }
}

impl<T: Term, const TEAM: usize> TermKernel<T, TEAM> {
    /// Adds the dense branches of some teams of columns, chunk by chunk, for as many groups of rows as are compared with them.
    #[inline(always)]
    fn add_dense<L: Lanes>(&self, scratch: &mut Scratch, teams: Range<usize>, tile: &Tile<'_, f32>) {
        let Scratch { weights, alone, sums, .. } = scratch;
        for chunk in 0..self.split.chunk_count() {
            let branches = chunk * CHUNK..weights.len().min((chunk + 1) * CHUNK);
            let lines = Lines {
                weights: &weights[branches.clone()],
                alone: if T::SUMS > 1 { &alone[branches.clone()] } else { &[] },
                lengths: &self.split.dense_lengths[branches],
            };
            for (team, sums) in teams.clone().zip(sums.chunks_mut(TEAM)) {
                let last = tile.columns.end.min((team + 1) * TEAM) - 1;
                let groups = tile.lanes_of(last).div_ceil(GROUP);
                let branches = self.teams[team].chunk(chunk);
                let mut first = 0;
                while first < groups {
                    // Single columns are for terms that need most of the registers themselves.
                    let at_once = if TEAM > 1 { L::ROOM / TEAM } else { 2 };
                    first += match at_once.min(groups - first) {
                        3.. => lines.add::<L, T, TEAM, 4>(self.term, branches, first, sums),
                        2 => lines.add::<L, T, TEAM, 2>(self.term, branches, first, sums),
                        _ => lines.add::<L, T, TEAM, 1>(self.term, branches, first, sums),
                    };
                }
            }
        }
    }

    #[inline(always)]
    fn add_sparse<L: Lanes>(&self, rows: &SparseRows, column: &SampleList, sums: &mut Sums<Rows>) {
        for &(branch, weight) in &column.sparse {
            let length = self.split.sparse_lengths[branch as usize];
            let own = || Weighed { weight: L::splat(weight), alone: L::splat(self.term.alone::<One>(weight, length)) };
            rows.visit::<L>(branch, |lanes, rows| {
                let mut added = Sums::<Line<u32>>::default();
                for (added, shared) in added[..T::SUMS].iter_mut().zip(self.term.shared::<L>(rows, own(), length)) {
                    L::store(shared, &mut added.0);
                }
                for (at, &lane) in lanes.iter().enumerate() {
                    let (group, lane) = (lane as usize / GROUP, lane as usize % GROUP);
                    for (sums, added) in sums[..T::SUMS].iter_mut().zip(&added) {
                        sums[group].0[lane] = sums[group].0[lane].wrapping_add(added.0[at]);
                    }
                }
            });
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
