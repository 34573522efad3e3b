//! Dense branches of a few samples side by side. Knows no term.
//!
//! Samples have most of their dense branches in common. Where a kernel spends its time on reading what the rows of a tile weigh
//! there, it reads that once for a whole team of columns.

use crate::branch_split::CHUNK;

/// Weights of `TEAM` samples on every dense branch that any of them has; 0 for one that lacks it.
#[derive(Default)]
pub(crate) struct BranchTeam<const TEAM: usize> {
    /// Start of each chunk in `places`, and their length at the end.
    starts: Vec<u32>,
    /// Branches, as places in their chunks.
    places: Vec<u16>,
    weights: Vec<[u32; TEAM]>,
}

impl<const TEAM: usize> BranchTeam<TEAM> {
    /// Places and weights in a chunk.
    #[inline(always)]
    pub fn chunk(&self, chunk: usize) -> (&[u16], &[[u32; TEAM]]) {
        let range = self.starts[chunk] as usize..self.starts[chunk + 1] as usize;
        (&self.places[range.clone()], &self.weights[range])
    }
}

/// Gathers the branches of one team after the other.
pub(crate) struct TeamBuilder<const TEAM: usize> {
    /// One entry for every dense branch.
    weights: Vec<[u32; TEAM]>,
    /// Which of them some sample has, 64 to a word.
    present: Vec<u64>,
}

impl<const TEAM: usize> TeamBuilder<TEAM> {
    pub fn new(dense_count: usize) -> Self {
        Self { weights: vec![[0; TEAM]; dense_count], present: vec![0; dense_count.div_ceil(64)] }
    }

    /// Sets what a member of the team weighs on a dense branch that it has.
    #[inline(always)]
    pub fn set(&mut self, member: usize, branch: u32, weight: u32) {
        self.weights[branch as usize][member] = weight;
        self.present[branch as usize / 64] |= 1 << (branch % 64);
    }

    /// The team, leaving nothing for the next one.
    pub fn finish(&mut self) -> BranchTeam<TEAM> {
        let count = self.present.iter().map(|word| word.count_ones() as usize).sum();
        let mut team = BranchTeam {
            starts: vec![0; self.weights.len().div_ceil(CHUNK) + 1],
            places: Vec::with_capacity(count),
            weights: Vec::with_capacity(count),
        };
        for (at, word) in self.present.iter_mut().enumerate() {
            while *word != 0 {
                let branch = at * 64 + word.trailing_zeros() as usize;
                *word &= *word - 1;
                team.starts[branch / CHUNK + 1] += 1;
                team.places.push((branch % CHUNK) as u16);
                team.weights.push(std::mem::replace(&mut self.weights[branch], [0; TEAM]));
            }
        }
        for chunk in 1..team.starts.len() {
            team.starts[chunk] += team.starts[chunk - 1];
        }
        team
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_has_every_branch_of_its_members_once_and_the_next_one_starts_anew() {
        let mut builder = TeamBuilder::<2>::new(3 * CHUNK);
        let (second, last) = (CHUNK as u32, 3 * CHUNK as u32 - 1);
        for (member, branch, weight) in [(0, 5, 7), (0, second, 1), (1, 3, 2), (1, 5, 9), (1, last, 4)] {
            builder.set(member, branch, weight);
        }
        let team = builder.finish();
        assert_eq!(team.chunk(0), (&[3, 5][..], &[[0, 2], [7, 9]][..]));
        assert_eq!(team.chunk(1), (&[0][..], &[[1, 0]][..]));
        assert_eq!(team.chunk(2), (&[CHUNK as u16 - 1][..], &[[0, 4]][..]));
        builder.set(0, 5, 1);
        let next = builder.finish();
        assert_eq!(next.chunk(0), (&[5][..], &[[1, 0]][..]));
        assert_eq!((next.chunk(1).0.len(), next.chunk(2).0.len()), (0, 0));
    }
}
