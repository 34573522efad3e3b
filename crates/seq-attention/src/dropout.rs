//! Which elements are dropped: a pure function of seed, step, site, sequence id and position inside the
//! sequence, so that backward repeats it and packing cannot change it. Nothing is stored.

use std::sync::Arc;

use seq_tensor::philox::drop_threshold;
use seq_tensor::{Result, TensorError};

use crate::arithmetic::vectorised;
use crate::random_words::{WordSource, for_each_run};
use crate::real::Real;

/// Dropout of one call.
#[derive(Clone, Debug)]
pub struct Dropout {
    /// Chance that an element becomes 0, in [0, 1); the others are divided by one minus it.
    pub probability: f64,
    /// Seed of the run.
    pub seed: u64,
    /// Number of the update; every step draws anew.
    pub step: u32,
    /// Site of the first layer; layer `i` draws at `site + 16 i + kind`.
    pub site: u32,
    /// Logical id of each sequence of the batch.
    pub sequence_ids: Arc<[u32]>,
}

/// What is dropped at one place of a layer; the numbers are part of the random streams.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DropKind {
    /// Attention weights; position `(head * queries + query) * keys + key`.
    AttentionWeights = 0,
    /// Rows after the output projection; position `row * width + column`, as below.
    AttentionOutput = 1,
    /// Rows after the activation.
    Activation = 2,
    /// Rows after the second linear map.
    FeedForward = 3,
}

/// The drops of one place within one sequence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drops {
    source: WordSource,
    threshold: u32,
    /// What kept elements are multiplied by.
    pub scale: f64,
}

impl Dropout {
    /// Checks probability and ids; none where nothing would ever be dropped.
    pub(crate) fn checked(&self, op: &'static str, sequence_count: usize) -> Result<Option<Self>> {
        let fail = |problem| Err(TensorError::Value { op, problem });
        if !(0.0..1.0).contains(&self.probability) {
            return fail(format!("dropout probability must be in [0, 1), got {}", self.probability));
        }
        if self.sequence_ids.len() != sequence_count {
            let found = self.sequence_ids.len();
            return fail(format!("{sequence_count} sequences need as many sequence ids for dropout, got {found}"));
        }
        Ok((self.probability > 0.0).then(|| self.clone()))
    }

    pub(crate) fn drops(&self, layer: usize, kind: DropKind, sequence: usize) -> Drops {
        let source = WordSource {
            seed: self.seed,
            site: self.site.wrapping_add(16 * layer as u32 + kind as u32),
            step: self.step,
            sequence: self.sequence_ids[sequence],
        };
        Drops { source, threshold: drop_threshold(self.probability), scale: 1.0 / (1.0 - self.probability) }
    }
}

vectorised! {
    fn apply<T, A>(drops: Drops, start: u64, values: &mut [T]) {
        let scale = T::from_f64(drops.scale);
        for_each_run::<A>(drops.source, start, values.len(), |range, words| {
            for (value, word) in values[range].iter_mut().zip(words) {
                *value = if *word < drops.threshold { T::ZERO } else { *value * scale };
            }
        });
    }
}

vectorised! {
    fn apply_to_two<T, A>(drops: Drops, start: u64, a: &mut [T], b: &mut [T]) {
        let scale = T::from_f64(drops.scale);
        for_each_run::<A>(drops.source, start, a.len(), |range, words| {
            for ((a, b), word) in a[range.clone()].iter_mut().zip(&mut b[range]).zip(words) {
                let kept = if *word < drops.threshold { T::ZERO } else { scale };
                *a *= kept;
                *b *= kept;
            }
        });
    }
}

impl Drops {
    /// Drops among values that stand at positions `start ..` of the sequence and scales the others.
    pub(crate) fn apply<T: Real>(self, start: u64, values: &mut [T]) {
        apply(self, start, values);
    }

    /// The same drops in two slices of equal length.
    pub(crate) fn apply_to_two<T: Real>(self, start: u64, a: &mut [T], b: &mut [T]) {
        debug_assert_eq!(a.len(), b.len(), "the same positions in both");
        apply_to_two(self, start, a, b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seq_tensor::philox::Stream;

    fn dropout(probability: f64) -> Dropout {
        Dropout { probability, seed: 9, step: 4, site: 1024, sequence_ids: [7, 8].into() }
    }

    #[test]
    fn drops_follow_the_words_of_the_stream_and_scale_the_rest() {
        let drops = dropout(0.25).drops(3, DropKind::FeedForward, 1);
        let stream = Stream::new(9, 1024 + 16 * 3 + 3, 4);
        let mut values = vec![3.0f64; 500];
        drops.apply(13, &mut values);
        for (i, value) in values.iter().enumerate() {
            let dropped = stream.word(8, 13 + i as u32) < drop_threshold(0.25);
            assert_eq!(*value, if dropped { 0.0 } else { 4.0 });
        }
        let (mut a, mut b) = (vec![3.0f64; 500], vec![-6.0f64; 500]);
        drops.apply_to_two(13, &mut a, &mut b);
        assert_eq!(a, values);
        assert!(a.iter().zip(&b).all(|(a, b)| *b == -2.0 * a));
    }

    #[test]
    fn bad_probabilities_and_missing_ids_are_told() {
        for probability in [-0.1, 1.0, f64::NAN] {
            assert_eq!(dropout(probability).checked("t", 2).unwrap_err().code(), "TENSOR_VALUE");
        }
        assert_eq!(dropout(0.1).checked("t", 3).unwrap_err().code(), "TENSOR_VALUE");
        assert!(dropout(0.0).checked("t", 2).unwrap().is_none());
        assert!(dropout(0.1).checked("t", 2).unwrap().is_some());
    }
}
