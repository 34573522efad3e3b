//! One layer over the rows of one group of sequences, on one thread: forward, and backward from what
//! forward kept. Which memory the kept values lie in is the caller's choice.

use crate::activation::Activation;
use crate::dropout::{DropKind, Dropout};
use crate::encoder::memory::{BackwardScratch, ForwardScratch, Kept};
use crate::encoder::stack::{Layer, LayerGradient, Shape};
use crate::groups::{Group, Sequence};
use crate::head::{Head, HeadGradients, HeadScratch, HeadShape, Place, Rows, STATISTICS, set_visibility};
use crate::layer_norm::{layer_norm_rows, layer_norm_rows_backward};
use crate::linear::LinearGradient;
use crate::real::Real;

/// One layer of a stack at work on one group.
#[derive(Clone, Copy)]
pub(crate) struct LayerCall<'a, T> {
    pub shape: Shape,
    pub activation: Activation,
    pub index: usize,
    pub layer: Layer<'a, T>,
    pub group: &'a Group,
    /// Mask of the keys of the group's rows.
    pub key_mask: Option<&'a [u8]>,
    pub dropout: Option<&'a Dropout>,
}

/// `sum = a + b`.
fn add<T: Real>(a: &[T], b: &[T], sum: &mut [T]) {
    for ((sum, a), b) in sum.iter_mut().zip(a).zip(b) {
        *sum = *a + *b;
    }
}

impl<T: Real> LayerCall<'_, T> {
    /// Drops among rows of `width` numbers.
    fn drop_rows(&self, kind: DropKind, rows: &mut [T], width: usize) {
        let Some(dropout) = self.dropout else { return };
        for sequence in &self.group.sequences {
            let drops = dropout.drops(self.index, kind, sequence.index);
            drops.apply(0, &mut rows[sequence.rows.start * width..sequence.rows.end * width]);
        }
    }

    /// One head of one sequence, from the projections of the group.
    fn head<'b>(&'b self, sequence: &Sequence, head: usize, projections: &'b [T], visibility: &'b [T]) -> Head<'b, T> {
        let Shape { width, heads, .. } = self.shape;
        let len = sequence.rows.len();
        let shape = HeadShape { queries: len, keys: len, width: width / heads };
        let rows = |part: usize| Rows {
            data: &projections[sequence.rows.start * 3 * width + part * width + head * shape.width..],
            stride: 3 * width,
        };
        let drops = self.dropout.map(|dropout| {
            let drops = dropout.drops(self.index, DropKind::AttentionWeights, sequence.index);
            (drops, (head * len * len) as u64)
        });
        Head { shape, queries: rows(0), keys: rows(1), values: rows(2), visibility, drops }
    }

    /// Fills and returns the visibility of a sequence's keys.
    fn visibility<'b>(&self, sequence: &Sequence, memory: &'b mut [T]) -> &'b [T] {
        let keys = sequence.rows.len();
        let visibility = &mut memory[..HeadShape { queries: keys, keys, width: 1 }.row_len()];
        set_visibility(self.key_mask.map(|mask| &mask[sequence.rows.clone()]), keys, visibility);
        visibility
    }

    /// The statistics of one head of one sequence.
    fn statistics_range(&self, sequence: &Sequence, head: usize) -> std::ops::Range<usize> {
        let len = sequence.rows.len() * STATISTICS;
        let start = sequence.rows.start * STATISTICS * self.shape.heads + head * len;
        start..start + len
    }

    fn attend(&self, kept: &mut Kept<'_, T>, visibility: &mut [T], scores: &mut [T]) {
        let Shape { width, heads, .. } = self.shape;
        for sequence in &self.group.sequences {
            let visibility = self.visibility(sequence, visibility);
            for index in 0..heads {
                let head = self.head(sequence, index, kept.projections, visibility);
                let context = &mut kept.context[sequence.rows.start * width + index * head.shape.width..];
                let context = &mut context[..(sequence.rows.len() - 1) * width + head.shape.width];
                let statistics = &mut kept.statistics[self.statistics_range(sequence, index)];
                head.forward(scores, context, width, statistics);
            }
        }
    }

    /// Fills `kept` from the layer's input and, if asked, writes the layer's output. Backward under
    /// [`super::Recompute::Boundary`] runs this again without output and so sees the same bits.
    pub(crate) fn forward(
        &self,
        input: &[T],
        kept: &mut Kept<'_, T>,
        scratch: &mut ForwardScratch<'_, T>,
        output: Option<&mut [T]>,
    ) {
        let (layer, width) = (&self.layer, self.shape.width);
        layer_norm_rows(input, layer.attention_norm, scratch.normal);
        layer.in_projection.forward(scratch.normal, kept.projections);
        self.attend(kept, scratch.visibility, scratch.scores);
        layer.out_projection.forward(kept.context, scratch.branch);
        self.drop_rows(DropKind::AttentionOutput, scratch.branch, width);
        add(input, scratch.branch, kept.middle);
        layer_norm_rows(kept.middle, layer.feed_forward_norm, scratch.normal);
        layer.expansion.forward(scratch.normal, kept.hidden);
        if let Some(output) = output {
            self.activation.values(kept.hidden, scratch.activated);
            self.drop_rows(DropKind::Activation, scratch.activated, self.shape.hidden);
            layer.contraction.forward(scratch.activated, scratch.branch);
            self.drop_rows(DropKind::FeedForward, scratch.branch, width);
            add(kept.middle, scratch.branch, output);
        }
    }

    /// Turns `d` from the gradient of the layer's output into that of its input.
    pub(crate) fn backward(
        &self,
        input: &[T],
        kept: &Kept<'_, T>,
        scratch: &mut BackwardScratch<'_, T>,
        gradient: LayerGradient<'_, T>,
        d: &mut [T],
    ) {
        let LayerGradient { in_projection, out_projection, expansion, contraction, .. } = gradient;
        let layer = &self.layer;
        self.feed_forward_backward(kept, scratch, expansion, contraction, d);
        layer_norm_rows_backward(kept.middle, layer.feed_forward_norm, scratch.d_normal, d, gradient.feed_forward_norm);
        scratch.branch.copy_from_slice(d);
        self.drop_rows(DropKind::AttentionOutput, scratch.branch, self.shape.width);
        layer.out_projection.backward_parameters(kept.context, scratch.branch, out_projection);
        layer.out_projection.backward(scratch.branch, scratch.d_context);
        self.attend_backward(kept, scratch);
        layer_norm_rows(input, layer.attention_norm, scratch.normal);
        layer.in_projection.backward_parameters(scratch.normal, scratch.d_projections, in_projection);
        layer.in_projection.backward(scratch.d_projections, scratch.d_normal);
        layer_norm_rows_backward(input, layer.attention_norm, scratch.d_normal, d, gradient.attention_norm);
    }

    /// Leaves the gradient of the second norm's result in `scratch.d_normal`.
    fn feed_forward_backward(
        &self,
        kept: &Kept<'_, T>,
        scratch: &mut BackwardScratch<'_, T>,
        expansion: LinearGradient<'_, T>,
        contraction: LinearGradient<'_, T>,
        d: &[T],
    ) {
        let (layer, Shape { width, hidden, .. }) = (&self.layer, self.shape);
        scratch.branch.copy_from_slice(d);
        self.drop_rows(DropKind::FeedForward, scratch.branch, width);
        self.activation.with_derivatives(kept.hidden, scratch.activated, scratch.slope);
        if let Some(dropout) = self.dropout {
            for sequence in &self.group.sequences {
                let drops = dropout.drops(self.index, DropKind::Activation, sequence.index);
                let range = sequence.rows.start * hidden..sequence.rows.end * hidden;
                drops.apply_to_two(0, &mut scratch.activated[range.clone()], &mut scratch.slope[range]);
            }
        }
        layer.contraction.backward_parameters(scratch.activated, scratch.branch, contraction);
        layer.contraction.backward(scratch.branch, scratch.d_hidden);
        for (d, slope) in scratch.d_hidden.iter_mut().zip(scratch.slope.iter()) {
            *d *= *slope;
        }
        layer_norm_rows(kept.middle, layer.feed_forward_norm, scratch.normal);
        layer.expansion.backward_parameters(scratch.normal, scratch.d_hidden, expansion);
        layer.expansion.backward(scratch.d_hidden, scratch.d_normal);
    }

    /// From `scratch.d_context` to `scratch.d_projections`.
    fn attend_backward(&self, kept: &Kept<'_, T>, scratch: &mut BackwardScratch<'_, T>) {
        let Shape { width, heads, .. } = self.shape;
        for sequence in &self.group.sequences {
            let visibility = self.visibility(sequence, scratch.visibility);
            for index in 0..heads {
                let head = self.head(sequence, index, kept.projections, visibility);
                let column = index * head.shape.width;
                let start = sequence.rows.start * width + column;
                let place = |part: usize| Place {
                    start: sequence.rows.start * 3 * width + part * width + column,
                    stride: 3 * width,
                };
                head.backward(
                    Rows { data: &kept.context[start..], stride: width },
                    Rows { data: &scratch.d_context[start..], stride: width },
                    &kept.statistics[self.statistics_range(sequence, index)],
                    HeadScratch { weights: scratch.scores, gradients: scratch.d_scores, row: scratch.dropped },
                    HeadGradients {
                        buffer: scratch.d_projections,
                        queries: place(0),
                        keys: place(1),
                        values: place(2),
                    },
                );
            }
        }
    }
}
