//! Sparse branches of the rows of a tile, turned round: for each branch, the rows that have it. Knows no term.

use crate::branch_split::SampleList;

/// For every sparse branch, the rows of a tile that have it.
#[derive(Default)]
pub(crate) struct SparseRows {
    /// Start of each branch in `rows`, and one more.
    starts: Vec<u32>,
    /// Lanes with their weights.
    rows: Vec<(u32, u32)>,
}

impl SparseRows {
    /// Takes in the rows of a tile, of a split with so many sparse branches.
    pub fn load(&mut self, rows: &[SampleList], branches: usize) {
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

    /// Lanes that have a branch, with their weights.
    #[inline(always)]
    pub fn having(&self, branch: u32) -> &[(u32, u32)] {
        &self.rows[self.starts[branch as usize] as usize..self.starts[branch as usize + 1] as usize]
    }
}
