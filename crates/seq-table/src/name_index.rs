//! Finds a name among many by hash, without owning them. Knows nothing of trees or tables.

use std::hash::{BuildHasher, RandomState};

const EMPTY: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Slot {
    number: u32,
    /// Part of the hash that the place in the table does not already say.
    tag: u32,
}

/// A hash table from names to their numbers; the names themselves stay with the caller.
///
/// The hash is keyed at random, so that no list of names makes look-ups slow.
pub struct NameIndex {
    hasher: RandomState,
    slots: Vec<Slot>,
}

impl NameIndex {
    /// An index with room for `count` names.
    pub fn with_capacity(count: usize) -> Self {
        let size = (count * 2).next_power_of_two().max(2);
        Self { hasher: RandomState::new(), slots: vec![Slot { number: EMPTY, tag: 0 }; size] }
    }

    /// Adds a name under a number; gives the number that has it already, if any.
    ///
    /// # Panics
    /// If more names are added than there is room for.
    pub fn insert<'a>(&mut self, name: &str, number: u32, name_of: impl Fn(u32) -> &'a str) -> Option<u32> {
        let (place, tag) = self.place(name);
        let mask = self.slots.len() - 1;
        for step in 0..self.slots.len() {
            let slot = &mut self.slots[(place + step) & mask];
            if slot.number == EMPTY {
                *slot = Slot { number, tag };
                return None;
            }
            if slot.tag == tag && name_of(slot.number) == name {
                return Some(slot.number);
            }
        }
        panic!("the index is full");
    }

    /// The number of a name.
    pub fn get<'a>(&self, name: &str, name_of: impl Fn(u32) -> &'a str) -> Option<u32> {
        let (place, tag) = self.place(name);
        let mask = self.slots.len() - 1;
        for step in 0..self.slots.len() {
            let slot = self.slots[(place + step) & mask];
            if slot.number == EMPTY {
                return None;
            }
            if slot.tag == tag && name_of(slot.number) == name {
                return Some(slot.number);
            }
        }
        None
    }

    fn place(&self, name: &str) -> (usize, u32) {
        let hash = self.hasher.hash_one(name.as_bytes());
        (hash as usize & (self.slots.len() - 1), (hash >> 32) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_name_and_no_other() {
        let names: Vec<String> = (0..5000).map(|i| format!("ASV {i}")).collect();
        let mut index = NameIndex::with_capacity(names.len());
        for (number, name) in names.iter().enumerate() {
            assert_eq!(index.insert(name, number as u32, |i| &names[i as usize]), None);
        }
        for (number, name) in names.iter().enumerate() {
            assert_eq!(index.get(name, |i| &names[i as usize]), Some(number as u32));
        }
        assert_eq!(index.get("ASV", |i| &names[i as usize]), None);
        assert_eq!(index.get("", |i| &names[i as usize]), None);
    }

    #[test]
    fn gives_the_earlier_number_of_a_repeated_name() {
        let names = ["a", "b", "a"];
        let mut index = NameIndex::with_capacity(3);
        assert_eq!(index.insert("a", 0, |i| names[i as usize]), None);
        assert_eq!(index.insert("b", 1, |i| names[i as usize]), None);
        assert_eq!(index.insert("a", 2, |i| names[i as usize]), Some(0));
    }

    #[test]
    fn an_index_of_no_names_finds_nothing() {
        assert_eq!(NameIndex::with_capacity(0).get("a", |_| "a"), None);
    }
}
