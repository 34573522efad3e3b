//! Some samples of a table of counts, as a table of their own. Knows no distances.

use seq_table::{SampleCounts, TableError};

/// Owned parts of a smaller table.
pub(crate) struct SelectedCounts {
    offsets: Vec<u32>,
    features: Vec<u32>,
    counts: Vec<f64>,
}

impl SelectedCounts {
    pub fn new(table: &SampleCounts<'_>, chosen: &[usize]) -> Self {
        let mut selected = Self { offsets: vec![0], features: Vec::new(), counts: Vec::new() };
        for &sample in chosen {
            for (feature, count) in table.sample(sample) {
                selected.features.push(feature);
                selected.counts.push(count);
            }
            selected.offsets.push(selected.features.len() as u32);
        }
        selected
    }

    /// The table; `feature_count` is that of the larger one.
    pub fn table(&self, feature_count: usize) -> Result<SampleCounts<'_>, TableError> {
        SampleCounts::new(&self.offsets, &self.features, &self.counts, feature_count)
    }
}
