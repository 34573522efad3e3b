//! The smallest of a run of numbers, quickly. Used to find lowest common ancestors; knows no tree.

const BLOCK: usize = 64;

/// Numbers with the minimum of each block of 64.
pub(crate) struct RangeMin {
    values: Vec<u32>,
    blocks: Vec<u32>,
}

impl RangeMin {
    pub fn new(values: Vec<u32>) -> Self {
        let blocks = values.chunks(BLOCK).map(min).collect();
        Self { values, blocks }
    }

    /// The smallest of `values[from..to]`.
    pub fn min(&self, from: usize, to: usize) -> u32 {
        let (first, last) = (from.div_ceil(BLOCK), to / BLOCK);
        if first >= last {
            return min(&self.values[from..to]);
        }
        let edges = min(&self.values[from..first * BLOCK]).min(min(&self.values[last * BLOCK..to]));
        edges.min(min(&self.blocks[first..last]))
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
        let values: Vec<u32> = (0..500u32).map(|i| i.wrapping_mul(2_654_435_761) >> 7).collect();
        let index = RangeMin::new(values.clone());
        for from in (0..500).step_by(7) {
            for to in from + 1..=500 {
                assert_eq!(Some(index.min(from, to)), values[from..to].iter().copied().min());
            }
        }
    }
}
