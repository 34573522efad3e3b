//! What a sample weighs on each branch or feature, as sparse lists, and the lanes of a tile that hold some of them densely.
//! Knows no metric.

use crate::tiles::{LANES, Tile};

/// Lists of weights: per sample, rising places (branches or features) with one weight each. A place that is not listed
/// weighs 0.
pub(crate) struct WeightLists {
    offsets: Vec<usize>,
    places: Vec<u32>,
    weights: Vec<f64>,
    /// Number of places there are.
    place_count: usize,
}

impl WeightLists {
    pub fn new(place_count: usize) -> Self {
        Self { offsets: vec![0], places: Vec::new(), weights: Vec::new(), place_count }
    }

    /// Adds an entry to the list that is not closed yet.
    pub fn push(&mut self, place: u32, weight: f64) {
        self.places.push(place);
        self.weights.push(weight);
    }

    /// Ends the list of a sample.
    pub fn close(&mut self) {
        self.offsets.push(self.places.len());
    }

    pub fn sample_count(&self) -> usize {
        self.offsets.len() - 1
    }

    pub fn place_count(&self) -> usize {
        self.place_count
    }

    /// Places and weights of a sample.
    #[inline(always)]
    pub fn sample(&self, sample: usize) -> (&[u32], &[f64]) {
        let range = self.offsets[sample]..self.offsets[sample + 1];
        (&self.places[range.clone()], &self.weights[range])
    }

    /// Sums of the weights, in the order of places; that of nothing is 0 and not -0, which `Iterator::sum` gives.
    pub fn totals(&self) -> Vec<f64> {
        let total = |sample| self.sample(sample).1.iter().fold(0.0, |sum, weight| sum + weight);
        (0..self.sample_count()).map(total).collect()
    }

    /// The same lists with each weight replaced.
    pub fn map(&self, weight: impl Fn(u32, f64) -> f64) -> Self {
        let weights = self.places.iter().zip(&self.weights).map(|(&place, &old)| weight(place, old));
        Self {
            offsets: self.offsets.clone(),
            places: self.places.clone(),
            weights: weights.collect(),
            place_count: self.place_count,
        }
    }
}

/// Weights of the rows of one tile, dense: per place one number per row.
pub(crate) struct DenseLanes {
    pub weights: Vec<[f64; LANES]>,
}

impl DenseLanes {
    pub fn new(lists: &WeightLists) -> Self {
        Self { weights: vec![[0.0; LANES]; lists.place_count] }
    }

    /// Takes in the rows of a tile.
    pub fn load(&mut self, lists: &WeightLists, tile: &Tile<'_, f64>) {
        self.each_entry(lists, tile, |slot, weight| *slot = weight);
    }

    /// Sets what [`DenseLanes::load`] set back to 0.
    pub fn unload(&mut self, lists: &WeightLists, tile: &Tile<'_, f64>) {
        self.each_entry(lists, tile, |slot, _| *slot = 0.0);
    }

    fn each_entry(&mut self, lists: &WeightLists, tile: &Tile<'_, f64>, mut visit: impl FnMut(&mut f64, f64)) {
        for (lane, row) in tile.lanes.clone().enumerate() {
            let (places, weights) = lists.sample(row);
            for (&place, &weight) in places.iter().zip(weights) {
                visit(&mut self.weights[place as usize][lane], weight);
            }
        }
    }
}
