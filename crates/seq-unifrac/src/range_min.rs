//! The smallest of a run of numbers, quickly. Used to find lowest common ancestors; knows no tree.

const BLOCK: usize = 16;

/// Numbers, the minima from the start of each block of 16 and to its end, and the minima of 1, 2, 4 and so on blocks in a row.
pub(crate) struct RangeMin {
    values: Vec<u32>,
    /// The smallest from the start of the block up to each number, itself included.
    before: Vec<u32>,
    /// The smallest from each number to the end of the block.
    after: Vec<u32>,
    /// At `power`, the smallest of the `2^power` blocks from each one on.
    runs: Vec<Vec<u32>>,
}

impl RangeMin {
    pub fn new(values: Vec<u32>) -> Self {
        let (mut before, mut after) = (values.clone(), values.clone());
        for (before, after) in before.chunks_mut(BLOCK).zip(after.chunks_mut(BLOCK)) {
            for at in 1..before.len() {
                before[at] = before[at].min(before[at - 1]);
                let from_end = after.len() - 1 - at;
                after[from_end] = after[from_end].min(after[from_end + 1]);
            }
        }
        let mut runs = vec![after.iter().step_by(BLOCK).copied().collect::<Vec<u32>>()];
        while let Some(last) = runs.last().filter(|last| last.len() > 1 << (runs.len() - 1)) {
            let step = 1 << (runs.len() - 1);
            runs.push(last.iter().zip(&last[step..]).map(|(&one, &other)| one.min(other)).collect());
        }
        Self { values, before, after, runs }
    }

    /// The smallest of `values[from..to]`, which has one number at least.
    pub fn min(&self, from: usize, to: usize) -> u32 {
        let (first, last) = (from / BLOCK, (to - 1) / BLOCK);
        if first == last {
            return min(&self.values[from..to]);
        }
        let ends = self.after[from].min(self.before[to - 1]);
        let between = last - first - 1;
        if between == 0 {
            return ends;
        }
        // Two runs of the same length that may overlap.
        let power = between.ilog2() as usize;
        let run = &self.runs[power];
        ends.min(run[first + 1]).min(run[last - (1 << power)])
    }
}

fn min(values: &[u32]) -> u32 {
    values.iter().fold(u32::MAX, |least, &value| least.min(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_looking_at_every_number() {
        for size in [1, 15, 16, 17, 256, 300, 5000u32] {
            let values: Vec<u32> = (0..size).map(|i| i.wrapping_mul(2_654_435_761) >> 7).collect();
            let index = RangeMin::new(values.clone());
            let step = (values.len() / 60).max(1);
            for from in (0..values.len()).step_by(step) {
                for to in (from + 1..=values.len()).step_by(step).chain([values.len()]) {
                    assert_eq!(Some(index.min(from, to)), values[from..to].iter().copied().min());
                }
            }
        }
    }
}
