//! Sums of variance-adjusted terms: tiles of a few rows, side by side in registers, against one column after the other. Knows no
//! term.
//!
//! The variance of a branch depends on both samples even where only one has it, so all branches of a row or the column are
//! visited, in the order of the tree. A branch that neither sample of a pair has adds exactly 0, and partial sums end at places
//! that the tree decides, so distances depend on neither tiles nor threads nor which sample is the row.

use crate::UnifracError;
use crate::float::Float;
use crate::job::Job;
use crate::kernel::Kernel;
use crate::pairs::Block;
use crate::sample_branches::SampleBranches;
use crate::shared_weight::fraction;
use crate::tiles::{Tile, fill};
use crate::wide::{Loop, run_wide};
use crate::workers::Workers;

/// Nodes in a row whose terms are summed by themselves first, as a power of two.
const STRETCH: u32 = 5;

/// What a branch of length 1 adds to numerator and denominator.
pub(crate) trait AdjustedTerm<F>: Send + Sync + 'static {
    /// `inverse` is `1 / v`, or 0 for a branch without variance, which adds nothing; `p` and `q` are the parts of the reads.
    fn of(&self, inverse: F, p: F, q: F) -> (F, F);
}

pub(crate) struct AdjustedKernel<F, T, const WIDTH: usize> {
    /// Branch lengths, the longest being 1, so that they suit any width.
    lengths: Vec<F>,
    longest: f64,
    samples: Vec<Sample<F>>,
    /// The total of every sample, if it is the same: then a branch adds the same for every column that lacks it.
    even_total: Option<F>,
    term: T,
    divides: bool,
}

/// What a sample has on the tree.
struct Sample<F> {
    /// Its branches of positive length, rising.
    nodes: Vec<u32>,
    /// Counts at and below each.
    counts: Vec<F>,
    total: F,
    /// `1 / total`, or 0.
    inverse_total: F,
    /// How many of the first branches have all tips of the sample below them; the others do not.
    whole: usize,
    /// Whether it has no reads. One with reads may lack branches, too, if all of its are 0 long.
    is_empty: bool,
}

impl<F: Float, T: AdjustedTerm<F>, const WIDTH: usize> AdjustedKernel<F, T, WIDTH> {
    pub fn new(lengths: &[f64], branches: SampleBranches, term: T, divides: bool) -> Self {
        let longest = lengths.iter().copied().fold(0.0, f64::max);
        let SampleBranches { counts, totals, tips, tip_totals } = branches;
        let sample = |(i, &total): (usize, &f64)| {
            let (nodes, counts) = counts.sample(i);
            Sample {
                nodes: nodes.to_vec(),
                counts: counts.iter().map(|&count| F::of(count)).collect(),
                total: F::of(total),
                inverse_total: F::of(if total > 0.0 { 1.0 / total } else { 0.0 }),
                whole: tips[i].iter().take_while(|&&below| below == tip_totals[i]).count(),
                is_empty: tip_totals[i] == 0,
            }
        };
        let samples: Vec<_> = totals.iter().enumerate().map(sample).collect();
        let first = samples.first().map(|sample| sample.total);
        let even_total = first.filter(|&total| samples.iter().all(|s| !s.is_empty && s.total == total));
        let lengths = lengths.iter().map(|length| F::of(length / longest)).collect();
        Self { lengths, longest, samples, even_total, term, divides }
    }
}

/// One number for each row.
type Line<F, const WIDTH: usize> = [F; WIDTH];

/// The rows of a tile.
struct Rows<F, const WIDTH: usize> {
    /// Branches that any of them has, rising.
    nodes: Vec<u32>,
    /// Counts on each of these.
    counts: Vec<Line<F, WIDTH>>,
    /// Per branch, a bit for every row with all its tips below.
    whole: Vec<u32>,
    /// A bit for every row without reads.
    empty: u32,
    totals: Line<F, WIDTH>,
    inverse_totals: Line<F, WIDTH>,
    /// What each branch adds for a column of the even total that lacks it, if there is one.
    alone: Vec<Sums<F, WIDTH>>,
}

/// Numerators and denominators.
#[derive(Clone, Copy)]
struct Sums<F, const WIDTH: usize> {
    differences: Line<F, WIDTH>,
    wholes: Line<F, WIDTH>,
}

impl<F: Float, const WIDTH: usize> Sums<F, WIDTH> {
    fn none() -> Self {
        Self { differences: [F::default(); WIDTH], wholes: [F::default(); WIDTH] }
    }

    #[inline(always)]
    fn add(&mut self, other: &Self) {
        for lane in 0..WIDTH {
            self.differences[lane] += other.differences[lane];
            self.wholes[lane] += other.wholes[lane];
        }
    }
}

/// Sums in 64 bits of partial sums in either width.
struct RunningSums<F, const WIDTH: usize> {
    sums: Sums<f64, WIDTH>,
    partial: Sums<F, WIDTH>,
    /// Which nodes are in the partial sums.
    stretch: u32,
}

impl<F: Float, const WIDTH: usize> RunningSums<F, WIDTH> {
    #[inline(always)]
    fn add(&mut self, node: u32, terms: &Sums<F, WIDTH>) {
        if node >> STRETCH != self.stretch {
            self.flush();
            self.stretch = node >> STRETCH;
        }
        self.partial.add(terms);
    }

    #[inline(always)]
    fn flush(&mut self) {
        for lane in 0..WIDTH {
            self.sums.differences[lane] += self.partial.differences[lane].widened();
            self.sums.wholes[lane] += self.partial.wholes[lane].widened();
        }
        self.partial = Sums::none();
    }

    #[inline(always)]
    fn total(mut self) -> Sums<f64, WIDTH> {
        self.flush();
        self.sums
    }
}

impl<F: Float, const WIDTH: usize> Rows<F, WIDTH> {
    fn none() -> Self {
        let line = [F::default(); WIDTH];
        let (nodes, counts, whole, alone) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { nodes, counts, whole, empty: 0, totals: line, inverse_totals: line, alone }
    }

    fn load(&mut self, samples: &[Sample<F>]) {
        *self = Self { nodes: std::mem::take(&mut self.nodes), ..Self::none() };
        self.nodes.clear();
        self.nodes.extend(samples.iter().flat_map(|sample| &sample.nodes));
        self.nodes.sort_unstable();
        self.nodes.dedup();
        self.counts.resize(self.nodes.len(), [F::default(); WIDTH]);
        self.whole.resize(self.nodes.len(), 0);
        for (lane, sample) in samples.iter().enumerate() {
            self.totals[lane] = sample.total;
            self.inverse_totals[lane] = sample.inverse_total;
            self.empty |= u32::from(sample.is_empty) << lane;
            let mut place = 0;
            for (at, (node, &count)) in sample.nodes.iter().zip(&sample.counts).enumerate() {
                while self.nodes[place] != *node {
                    place += 1;
                }
                self.counts[place][lane] = count;
                self.whole[place] |= u32::from(at < sample.whole) << lane;
            }
        }
        self.whole.iter_mut().for_each(|whole| *whole |= self.empty);
    }
}

impl<F: Float, T: AdjustedTerm<F>, const WIDTH: usize> Kernel<F> for AdjustedKernel<F, T, WIDTH> {
    fn sample_count(&self) -> usize {
        self.samples.len()
    }

    fn block(&self, block: &Block, workers: &Workers, job: &Job) -> Result<Vec<F>, UnifracError> {
        fill(block, WIDTH, workers, job, Rows::none, |rows: &mut Rows<F, WIDTH>, tile| {
            rows.load(&self.samples[tile.lanes.clone()]);
            run_wide(Columns { kernel: self, rows, tile });
        })
    }
}

struct Columns<'t, 'o, F, T, const WIDTH: usize> {
    kernel: &'t AdjustedKernel<F, T, WIDTH>,
    rows: &'t mut Rows<F, WIDTH>,
    tile: &'t mut Tile<'o, F>,
}

impl<F: Float, T: AdjustedTerm<F>, const WIDTH: usize> Loop for Columns<'_, '_, F, T, WIDTH> {
    #[inline(always)]
    fn run(self) {
        let Self { kernel, rows, tile } = self;
        if let Some(total) = kernel.even_total {
            let column = Column::new(kernel, rows, total, F::default());
            rows.alone = (0..rows.nodes.len()).map(|place| column.terms_alone(place, false)).collect();
        }
        for at in tile.columns.clone() {
            let sums = kernel.sums(rows, &kernel.samples[at]);
            for lane in 0..tile.lanes_of(at) {
                let (difference, whole) = (sums.differences[lane], sums.wholes[lane]);
                let distance = if kernel.divides { fraction(difference, whole) } else { difference * kernel.longest };
                tile.set(lane, at, F::of(distance));
            }
        }
    }
}

impl<F: Float, T: AdjustedTerm<F>, const WIDTH: usize> AdjustedKernel<F, T, WIDTH> {
    /// Sums over the branches of a tile and a column that have a variance.
    #[inline(always)]
    fn sums(&self, rows: &Rows<F, WIDTH>, sample: &Sample<F>) -> Sums<f64, WIDTH> {
        let column = Column::new(self, rows, sample.total, sample.inverse_total);
        let is_empty = sample.is_empty;
        let alone = |place: usize| match rows.alone.get(place) {
            Some(terms) => *terms,
            None => column.terms_alone(place, is_empty),
        };
        let mut sums = RunningSums { sums: Sums::none(), partial: Sums::none(), stretch: 0 };
        let mut place = 0;
        for (at, (&node, &count)) in sample.nodes.iter().zip(&sample.counts).enumerate() {
            while place < rows.nodes.len() && rows.nodes[place] < node {
                sums.add(rows.nodes[place], &alone(place));
                place += 1;
            }
            let is_shared = rows.nodes.get(place) == Some(&node);
            let (counts, whole) =
                if is_shared { (rows.counts[place], rows.whole[place]) } else { ([F::default(); WIDTH], rows.empty) };
            place += usize::from(is_shared);
            let closed = if at < sample.whole { whole } else { 0 };
            sums.add(node, &column.terms(node, &counts, count, closed));
        }
        for place in place..rows.nodes.len() {
            sums.add(rows.nodes[place], &alone(place));
        }
        sums.total()
    }
}

/// A sample as the rows of a tile see it.
struct Column<'t, F, T, const WIDTH: usize> {
    kernel: &'t AdjustedKernel<F, T, WIDTH>,
    rows: &'t Rows<F, WIDTH>,
    /// All counts of each row and the column.
    all: Line<F, WIDTH>,
    inverse_total: F,
}

impl<'t, F: Float, T: AdjustedTerm<F>, const WIDTH: usize> Column<'t, F, T, WIDTH> {
    #[inline(always)]
    fn new(kernel: &'t AdjustedKernel<F, T, WIDTH>, rows: &'t Rows<F, WIDTH>, total: F, inverse_total: F) -> Self {
        Self { kernel, rows, all: rows.totals.map(|row| row + total), inverse_total }
    }

    /// What a branch adds that only rows have.
    #[inline(always)]
    fn terms_alone(&self, place: usize, is_empty: bool) -> Sums<F, WIDTH> {
        let closed = if is_empty { self.rows.whole[place] } else { 0 };
        self.terms(self.rows.nodes[place], &self.rows.counts[place], F::default(), closed)
    }

    /// What a branch adds with these counts of the rows and that of the column; nothing for `closed` rows.
    #[inline(always)]
    fn terms(&self, node: u32, counts: &Line<F, WIDTH>, count: F, closed: u32) -> Sums<F, WIDTH> {
        let (zero, length, q) = (F::default(), self.kernel.lengths[node as usize], count * self.inverse_total);
        let mut inverses = [zero; WIDTH];
        for lane in 0..WIDTH {
            let below = counts[lane] + count;
            let spread = below * (self.all[lane] - below);
            let is_open = spread > zero && closed >> lane & 1 == 0;
            inverses[lane] = if is_open { F::ONE / spread.sqrt() } else { zero };
        }
        let mut sums = Sums::none();
        for lane in 0..WIDTH {
            let p = counts[lane] * self.rows.inverse_totals[lane];
            let (difference, whole) = self.kernel.term.of(inverses[lane], p, q);
            sums.differences[lane] = difference * length;
            sums.wholes[lane] = whole * length;
        }
        sums
    }
}
