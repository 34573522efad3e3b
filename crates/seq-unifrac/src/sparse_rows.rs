//! Sparse branches of the rows of a tile, turned round: for each branch, the rows that have it. Knows no term.

use crate::branch_split::SampleList;
use crate::lanes::{GROUP, Lanes};
use crate::term::Weighed;

/// For every sparse branch, the rows of a tile that have it.
#[derive(Default)]
pub(crate) struct SparseRows {
    /// Start of each branch in `lanes`, and one more.
    starts: Vec<u32>,
    /// Which rows; as many zeros at the end as let sixteen be read from any place, here and below.
    lanes: Vec<u32>,
    weights: Vec<u32>,
    alone: Vec<u32>,
}

impl SparseRows {
    /// Takes in the rows of a tile, of a split with so many sparse branches; `alone` says what a weight on a branch adds by itself.
    #[inline(always)]
    pub fn load(&mut self, rows: &[SampleList], branches: usize, alone: impl Fn(u32, u32) -> u32) {
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
        for numbers in [&mut self.lanes, &mut self.weights, &mut self.alone] {
            numbers.clear();
            numbers.resize(end as usize + GROUP - 1, 0);
        }
        for (lane, list) in rows.iter().enumerate() {
            for &(branch, weight) in &list.sparse {
                let start = &mut self.starts[branch as usize];
                *start -= 1;
                let at = *start as usize;
                self.lanes[at] = lane as u32;
                self.weights[at] = weight;
                self.alone[at] = alone(branch, weight);
            }
        }
    }

    /// Calls `visit` with the lanes that have a branch, sixteen at most, and what they have; what is left over is of other
    /// branches.
    #[inline(always)]
    pub fn visit<L: Lanes>(&self, branch: u32, mut visit: impl FnMut(&[u32], Weighed<L::U>)) {
        let (start, end) = (self.starts[branch as usize] as usize, self.starts[branch as usize + 1] as usize);
        for at in (start..end).step_by(GROUP) {
            let load = |numbers: &[u32]| L::load(numbers[at..].first_chunk().expect("zeros stand at the end"));
            visit(
                &self.lanes[at..end.min(at + GROUP)],
                Weighed { weight: load(&self.weights), alone: load(&self.alone) },
            );
        }
    }
}
