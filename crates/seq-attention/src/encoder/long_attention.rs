//! Attention of one long sequence with its heads on different threads. Every head works in memory of its own, which is
//! then copied to its columns; the bits are those of one head after the other.

use seq_tensor::threads;

use crate::encoder::layer::LayerCall;
use crate::encoder::memory::Kept;
use crate::groups::Sequence;
use crate::head::{HeadGradients, HeadScratch, Place, Rows, STATISTICS};
use crate::real::Real;
use crate::scratch::Scratch;

/// Copies rows of `width` numbers to places `stride` apart.
fn spread<T: Real>(rows: &[T], width: usize, target: &mut [T], stride: usize) {
    for (row, target) in rows.chunks_exact(width).zip(target.chunks_mut(stride)) {
        target[..width].copy_from_slice(row);
    }
}

impl LayerCall<'_> {
    /// Writes the context and the statistics of every head of a sequence.
    pub(crate) fn attend_long<T: Real>(&self, sequence: &Sequence, visibility: &[T], kept: &mut Kept<T>) {
        let (width, len) = (self.shape.width, sequence.rows.len());
        let done = threads::map(self.shape.heads, |index| {
            let head = self.head(sequence, index, &kept.projections, visibility);
            let mut scores = Scratch::new(head.shape.block_len());
            let mut context = Scratch::new(len * head.shape.width);
            let mut statistics = Scratch::new(len * STATISTICS);
            head.forward(&mut scores, &mut context, head.shape.width, &mut statistics);
            (context, statistics)
        });
        for (index, (context, statistics)) in done.into_iter().enumerate() {
            let head_width = width / self.shape.heads;
            let from = sequence.rows.start * width + index * head_width;
            spread(&context, head_width, &mut kept.context[from..], width);
            kept.statistics[self.statistics_range(sequence, index)].copy_from_slice(&statistics);
        }
    }

    /// Writes the gradients of queries, keys and values of every head of a sequence.
    pub(crate) fn attend_long_backward<T: Real>(
        &self,
        sequence: &Sequence,
        visibility: &[T],
        kept: &Kept<T>,
        d_context: &[T],
        d_projections: &mut [T],
    ) {
        let (width, len) = (self.shape.width, sequence.rows.len());
        let head_width = width / self.shape.heads;
        let done = threads::map(self.shape.heads, |index| {
            let head = self.head(sequence, index, &kept.projections, visibility);
            let [mut weights, mut gradients] = [(); 2].map(|()| Scratch::new(head.shape.block_len()));
            let mut row = Scratch::new(head.shape.row_len());
            let mut parts = Scratch::new(3 * len * head_width);
            let start = sequence.rows.start * width + index * head_width;
            let place = |part: usize| Place { start: part * len * head_width, stride: head_width };
            head.backward(
                Rows { data: &kept.context[start..], stride: width },
                Rows { data: &d_context[start..], stride: width },
                &kept.statistics[self.statistics_range(sequence, index)],
                HeadScratch { weights: &mut weights, gradients: &mut gradients, row: &mut row },
                HeadGradients { buffer: &mut parts, queries: place(0), keys: place(1), values: place(2) },
            );
            parts
        });
        for (index, parts) in done.iter().enumerate() {
            for (part, rows) in parts.chunks_exact(len * head_width).enumerate() {
                let from = sequence.rows.start * 3 * width + part * width + index * head_width;
                spread(rows, head_width, &mut d_projections[from..], 3 * width);
            }
        }
    }
}
