//! Sparse tables over borrowed slices: which features each sample has, and how often. Knows no names and no tree.

use crate::TableError;

/// The features of each sample: those of sample `i` are `features[offsets[i]..offsets[i + 1]]`, in any order, each at
/// most once (a repeated one counts once where only presence matters).
#[derive(Debug, Clone, Copy)]
pub struct SampleFeatures<'a> {
    offsets: &'a [u32],
    features: &'a [u32],
}

impl<'a> SampleFeatures<'a> {
    /// Checks that the offsets rise from 0 to the number of entries and that every feature is below `feature_count`.
    ///
    /// # Errors
    /// `TABLE_INVALID`.
    pub fn new(offsets: &'a [u32], features: &'a [u32], feature_count: usize) -> Result<Self, TableError> {
        let invalid = |found: String| Err(TableError::TableInvalid { found });
        let (Some(&first), Some(&last)) = (offsets.first(), offsets.last()) else {
            return invalid("offsets are empty; a table of no samples has the single offset 0".to_owned());
        };
        if first != 0 || last as usize != features.len() {
            return invalid(format!("offsets go from {first} to {last}, but there are {} entries", features.len()));
        }
        if let Some(at) = offsets.windows(2).position(|pair| pair[0] > pair[1]) {
            return invalid(format!("offset {} of sample {at} is above the next, {}", offsets[at], offsets[at + 1]));
        }
        if let Some(at) = features.iter().position(|&feature| feature as usize >= feature_count) {
            return invalid(format!("entry {at} names feature {}, but there are {feature_count}", features[at]));
        }
        Ok(Self { offsets, features })
    }

    /// Number of samples.
    pub fn sample_count(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Features of one sample.
    ///
    /// # Panics
    /// If there is no such sample.
    pub fn sample(&self, sample: usize) -> &'a [u32] {
        &self.features[self.range(sample)]
    }

    fn range(&self, sample: usize) -> std::ops::Range<usize> {
        self.offsets[sample] as usize..self.offsets[sample + 1] as usize
    }
}

/// Features of each sample with their abundances, which are finite and >= 0 and need not be whole numbers.
#[derive(Debug, Clone, Copy)]
pub struct SampleCounts<'a> {
    features: SampleFeatures<'a>,
    counts: &'a [f64],
}

impl<'a> SampleCounts<'a> {
    /// Checks as [`SampleFeatures::new`], that there is one finite abundance >= 0 per entry, and that those of a sample have a
    /// finite sum.
    ///
    /// # Errors
    /// `TABLE_INVALID`, naming the first offending entry with its sample and feature, or the first sample.
    pub fn new(
        offsets: &'a [u32],
        features: &'a [u32],
        counts: &'a [f64],
        feature_count: usize,
    ) -> Result<Self, TableError> {
        let lists = SampleFeatures::new(offsets, features, feature_count)?;
        if counts.len() != features.len() {
            let found = format!("{} counts for {} entries", counts.len(), features.len());
            return Err(TableError::TableInvalid { found });
        }
        if let Some(at) = counts.iter().position(|count| !(count.is_finite() && *count >= 0.0)) {
            let sample = offsets.partition_point(|&offset| offset as usize <= at) - 1;
            let found = format!("sample {sample} has the count {} of feature {}", counts[at], features[at]);
            return Err(TableError::TableInvalid { found: format!("{found}; counts are finite and >= 0") });
        }
        let is_finite = |sample| counts[lists.range(sample)].iter().sum::<f64>().is_finite();
        if let Some(sample) = (0..lists.sample_count()).find(|&sample| !is_finite(sample)) {
            let found = format!("the counts of sample {sample} add up to more than the largest number there is");
            return Err(TableError::TableInvalid { found });
        }
        Ok(Self { features: lists, counts })
    }

    /// Number of samples.
    pub fn sample_count(&self) -> usize {
        self.features.sample_count()
    }

    /// Features and counts of one sample; a count may be 0.
    ///
    /// # Panics
    /// If there is no such sample.
    pub fn sample(&self, sample: usize) -> impl Iterator<Item = (u32, f64)> + 'a {
        let counts = &self.counts[self.features.range(sample)];
        self.features.sample(sample).iter().copied().zip(counts.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_entries_of_a_sample() {
        let table = SampleCounts::new(&[0, 2, 2, 3], &[4, 0, 1], &[1.0, 2.5, 0.0], 5).unwrap();
        assert_eq!(table.sample_count(), 3);
        assert_eq!(table.sample(0).collect::<Vec<_>>(), [(4, 1.0), (0, 2.5)]);
        assert_eq!(table.sample(1).count(), 0);
        assert_eq!(table.sample(2).collect::<Vec<_>>(), [(1, 0.0)]);
    }

    #[test]
    fn refuses_what_does_not_fit_together() {
        let bad = |offsets: &[u32], features: &[u32]| SampleFeatures::new(offsets, features, 3).is_err();
        assert!(bad(&[], &[]) && bad(&[1], &[0]) && bad(&[0, 2], &[0]) && bad(&[0, 2, 1, 3], &[0, 1, 2]));
        assert!(bad(&[0, 1], &[3]));
        assert!(!bad(&[0], &[]) && !bad(&[0, 1], &[2]));
        for count in [f64::NAN, -1.0, f64::INFINITY] {
            let error = SampleCounts::new(&[0, 1, 2], &[0, 1], &[1.0, count], 3).unwrap_err();
            assert!(error.to_string().contains("sample 1") && error.to_string().contains("feature 1"), "{error}");
        }
        assert!(SampleCounts::new(&[0, 1], &[0], &[], 3).is_err());
        let huge = SampleCounts::new(&[0, 1, 3], &[0, 0, 1], &[1e308, 1e308, 1e308], 2).unwrap_err();
        assert!(huge.to_string().contains("sample 1 add up to more than the largest number"), "{huge}");
    }
}
