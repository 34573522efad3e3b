//! Finds a name among many by hash, without owning them. Knows nothing of trees or tables.

use std::hash::{BuildHasher, RandomState};

const EMPTY: u32 = u32::MAX;
/// Names are entered in this many groups of neighbouring slots, so that a large table is filled from the cache.
const GROUP_BITS: u32 = 8;

#[derive(Clone, Copy)]
struct Slot {
    number: u32,
    /// Low half of the hash; the high half says where the slot is.
    tag: u32,
}

/// A hash table from names to their numbers; the names themselves stay with the caller.
///
/// The hash is keyed at random, so that no list of names makes look-ups slow.
pub struct NameIndex {
    hasher: RandomState,
    slots: Vec<Slot>,
}

/// Two numbers that stand for the same name, the earlier one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepeatedName {
    /// The number that is found under the name.
    pub earlier: u32,
    /// The number that is not.
    pub later: u32,
}

impl NameIndex {
    /// Enters the names of `numbers`. A name that occurs again is not entered; such pairs come back, in no order.
    pub fn build<'a>(numbers: &[u32], name_of: impl Fn(u32) -> &'a str) -> (Self, Vec<RepeatedName>) {
        let size = (numbers.len() * 2).next_power_of_two().max(2);
        let empty = Slot { number: EMPTY, tag: 0 };
        let mut index = Self { hasher: RandomState::new(), slots: vec![empty; size] };
        let mut repeated = Vec::new();
        for (number, hash) in index.grouped(numbers, &name_of) {
            let slot = index.find(hash, |held| name_of(held) == name_of(number));
            match index.slots[slot].number {
                EMPTY => index.slots[slot] = Slot { number, tag: hash as u32 },
                earlier => repeated.push(RepeatedName { earlier, later: number }),
            }
        }
        (index, repeated)
    }

    /// The number of a name.
    pub fn get<'a>(&self, name: &str, name_of: impl Fn(u32) -> &'a str) -> Option<u32> {
        let slot = self.find(self.hash(name), |held| name_of(held) == name);
        Some(self.slots[slot].number).filter(|&number| number != EMPTY)
    }

    fn hash(&self, name: &str) -> u64 {
        self.hasher.hash_one(name.as_bytes())
    }

    /// The slot that holds the name of this hash, or the empty one where it belongs. At least half of all slots stay
    /// empty, so there is always one.
    fn find(&self, hash: u64, is_same: impl Fn(u32) -> bool) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (hash >> (64 - self.slots.len().trailing_zeros())) as usize;
        loop {
            let slot = self.slots[at];
            if slot.number == EMPTY || (slot.tag == hash as u32 && is_same(slot.number)) {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    /// Numbers with their hashes, those of neighbouring slots together, otherwise in the given order.
    fn grouped<'a>(&self, numbers: &[u32], name_of: &impl Fn(u32) -> &'a str) -> Vec<(u32, u64)> {
        let hashes: Vec<u64> = numbers.iter().map(|&number| self.hash(name_of(number))).collect();
        let group = |hash: u64| (hash >> (64 - GROUP_BITS)) as usize;
        let mut next = [0usize; 1 << GROUP_BITS];
        for &hash in &hashes {
            next[group(hash)] += 1;
        }
        let mut start = 0;
        for slot in &mut next {
            start += std::mem::replace(slot, start);
        }
        let mut sorted = vec![(0, 0); numbers.len()];
        for (&number, &hash) in numbers.iter().zip(&hashes) {
            let place = &mut next[group(hash)];
            sorted[*place] = (number, hash);
            *place += 1;
        }
        sorted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_name_and_no_other() {
        let names: Vec<String> = (0..5000).map(|i| format!("ASV {i}")).collect();
        let numbers: Vec<u32> = (0..5000).collect();
        let name_of = |i: u32| names[i as usize].as_str();
        let (index, repeated) = NameIndex::build(&numbers, name_of);
        assert_eq!(repeated, []);
        for (number, name) in names.iter().enumerate() {
            assert_eq!(index.get(name, name_of), Some(number as u32));
        }
        assert_eq!(index.get("ASV", name_of), None);
        assert_eq!(index.get("", name_of), None);
    }

    #[test]
    fn gives_the_earlier_number_of_a_repeated_name() {
        let names = ["a", "b", "a", "a"];
        let name_of = |i: u32| names[i as usize];
        let (index, repeated) = NameIndex::build(&[0, 1, 2, 3], name_of);
        let pair = |later| RepeatedName { earlier: 0, later };
        assert_eq!(repeated, [pair(2), pair(3)]);
        assert_eq!(index.get("a", name_of), Some(0));
    }

    #[test]
    fn an_index_of_no_names_or_of_one_works() {
        assert_eq!(NameIndex::build(&[], |_| "a").0.get("a", |_| "a"), None);
        assert_eq!(NameIndex::build(&[7], |_| "a").0.get("a", |_| "a"), Some(7));
    }
}
