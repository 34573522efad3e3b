//! A set of small numbers that knows how many of them lie below each. Knows no tree.

/// A set over `0..size`; after [`BitRank::count`], every member has a position among the members.
pub(crate) struct BitRank {
    words: Vec<u64>,
    before: Vec<u32>,
}

impl BitRank {
    pub fn new(size: usize) -> Self {
        Self { words: vec![0; size.div_ceil(64)], before: Vec::new() }
    }

    pub fn insert(&mut self, value: u32) {
        self.words[value as usize / 64] |= 1 << (value % 64);
    }

    /// Members in rising order; afterwards positions are known.
    pub fn count(&mut self) -> Vec<u32> {
        let mut members = Vec::new();
        self.before.clear();
        for (at, &word) in self.words.iter().enumerate() {
            self.before.push(members.len() as u32);
            let mut rest = word;
            while rest != 0 {
                members.push(at as u32 * 64 + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
        members
    }

    /// Position of a member among the members.
    pub fn position(&self, value: u32) -> u32 {
        let word = self.words[value as usize / 64];
        let below = word & ((1 << (value % 64)) - 1);
        self.before[value as usize / 64] + below.count_ones()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_members_in_order_and_their_positions() {
        let mut set = BitRank::new(300);
        for value in [299, 0, 63, 64, 128, 64] {
            set.insert(value);
        }
        let members = set.count();
        assert_eq!(members, [0, 63, 64, 128, 299]);
        for (position, &member) in members.iter().enumerate() {
            assert_eq!(set.position(member), position as u32);
        }
        assert_eq!(BitRank::new(0).count(), [0u32; 0]);
    }
}
