//! The smallest of a run of numbers, quickly. Used to find lowest common ancestors; knows no tree.

const BLOCK: usize = 16;

/// Numbers, the minimum of each block of 16, of each block of 16 such minima, and so on.
pub(crate) struct RangeMin {
    levels: Vec<Vec<u32>>,
}

impl RangeMin {
    pub fn new(values: Vec<u32>) -> Self {
        let mut levels = vec![values];
        while let Some(last) = levels.last().filter(|last| last.len() >= BLOCK) {
            levels.push(last.chunks(BLOCK).map(min).collect());
        }
        Self { levels }
    }

    /// The smallest of `values[from..to]`.
    pub fn min(&self, mut from: usize, mut to: usize) -> u32 {
        let mut least = u32::MAX;
        for values in &self.levels {
            let (first, last) = (from.div_ceil(BLOCK), to / BLOCK);
            if first >= last {
                return least.min(min(&values[from..to]));
            }
            least = least.min(min(&values[from..first * BLOCK])).min(min(&values[last * BLOCK..to]));
            (from, to) = (first, last);
        }
        least
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
