//! One layer over the rows of one group of sequences, on one thread: forward, and backward from what
//! forward kept. Which memory the kept values lie in is the caller's choice.

use crate::activation::Activation;
use crate::arithmetic::vectorised;
use crate::dropout::{DropKind, Dropout};
use crate::encoder::memory::{BackwardScratch, ForwardScratch, Kept, Repeated};
use crate::encoder::stack::{BackwardLayer, ForwardLayer, LayerGradient, Shape};
use crate::groups::{Group, Sequence};
use crate::head::{Head, HeadGradients, HeadScratch, HeadShape, Place, Rows, STATISTICS, set_visibility};
use crate::layer_norm::{layer_norm_rows, layer_norm_rows_backward};
use crate::linear::LinearGradient;
use crate::long_rows::{LONG, for_rows, for_rows_of};
use crate::precision::Precision;
use crate::real::Real;

/// One layer of a stack at work on one group.
#[derive(Clone, Copy)]
pub(crate) struct LayerCall<'a> {
    pub shape: Shape,
    pub activation: Activation,
    pub precision: Precision,
    pub index: usize,
    pub group: &'a Group,
    /// Mask of the keys of the group's rows.
    pub key_mask: Option<&'a [u8]>,
    pub dropout: Option<&'a Dropout>,
}

vectorised! {
    /// `sum = a + b`.
    fn add<T, A>(a: &[T], b: &[T], sum: &mut [T]) {
        for ((sum, a), b) in sum.iter_mut().zip(a).zip(b) {
            *sum = *a + *b;
        }
    }
}

vectorised! {
    /// `d = factor d`.
    fn multiply<T, A>(factor: &[T], d: &mut [T]) {
        for (d, factor) in d.iter_mut().zip(factor) {
            *d *= *factor;
        }
    }
}

impl LayerCall<'_> {
    /// Drops among rows of `width` numbers.
    fn drop_rows<T: Real>(&self, kind: DropKind, rows: &mut [T], width: usize) {
        let Some(dropout) = self.dropout else { return };
        for sequence in &self.group.sequences {
            let drops = dropout.drops(self.index, kind, sequence.index);
            let rows = &mut rows[sequence.rows.start * width..sequence.rows.end * width];
            for_rows(rows, width, |range, rows| drops.apply((range.start * width) as u64, rows));
        }
    }

    /// One head of one sequence, from the projections of the group.
    pub(crate) fn head<'b, T: Real>(
        &self,
        sequence: &Sequence,
        head: usize,
        projections: &'b [T],
        visibility: &'b [T],
    ) -> Head<'b, T> {
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
        Head { shape, queries: rows(0), keys: rows(1), values: rows(2), visibility, drops, precision: self.precision }
    }

    /// Fills and returns the visibility of a sequence's keys.
    fn visibility<'b, T: Real>(&self, sequence: &Sequence, memory: &'b mut [T]) -> &'b [T] {
        let keys = sequence.rows.len();
        let visibility = &mut memory[..HeadShape { queries: keys, keys, width: 1 }.row_len()];
        set_visibility(self.key_mask.map(|mask| &mask[sequence.rows.clone()]), keys, visibility);
        visibility
    }

    /// The statistics of one head of one sequence.
    pub(crate) fn statistics_range(&self, sequence: &Sequence, head: usize) -> std::ops::Range<usize> {
        let len = sequence.rows.len() * STATISTICS;
        let start = sequence.rows.start * STATISTICS * self.shape.heads + head * len;
        start..start + len
    }

    fn attend<T: Real>(&self, kept: &mut Kept<T>, scratch: &mut ForwardScratch<T>) {
        let Shape { width, heads, .. } = self.shape;
        for sequence in &self.group.sequences {
            let visibility = self.visibility(sequence, &mut scratch.visibility);
            if sequence.rows.len() >= LONG {
                self.attend_long(sequence, visibility, kept);
                continue;
            }
            for index in 0..heads {
                let head = self.head(sequence, index, &kept.projections, visibility);
                let context = &mut kept.context[sequence.rows.start * width + index * head.shape.width..];
                let context = &mut context[..(sequence.rows.len() - 1) * width + head.shape.width];
                let statistics = &mut kept.statistics[self.statistics_range(sequence, index)];
                head.forward(&mut scratch.scores, context, width, statistics);
            }
        }
    }

    /// Fills `kept` from the layer's input and, if asked, writes the layer's output. Backward runs this again without
    /// output where nothing was kept, and so sees the same bits. `repeated` is filled as far as this pass needs it,
    /// its slope only if it has room for one.
    pub(crate) fn forward<T: Real>(
        &self,
        layer: &ForwardLayer<'_, T>,
        input: &[T],
        kept: &mut Kept<T>,
        repeated: &mut Repeated<T>,
        scratch: &mut ForwardScratch<T>,
        output: Option<&mut [T]>,
    ) {
        let width = self.shape.width;
        layer_norm_rows(input, layer.attention_norm, &mut repeated.attention_normal);
        layer.in_projection.apply(&repeated.attention_normal, &mut kept.projections);
        self.attend(kept, scratch);
        layer.out_projection.apply(&kept.context, &mut scratch.branch);
        self.drop_rows(DropKind::AttentionOutput, &mut scratch.branch, width);
        add(input, &scratch.branch, &mut kept.middle);
        layer_norm_rows(&kept.middle, layer.feed_forward_norm, &mut repeated.feed_forward_normal);
        layer.expansion.apply(&repeated.feed_forward_normal, &mut kept.hidden);
        if let Some(output) = output {
            self.activate(kept, repeated);
            layer.contraction.apply(&repeated.activated, &mut scratch.branch);
            self.drop_rows(DropKind::FeedForward, &mut scratch.branch, width);
            add(&kept.middle, &scratch.branch, output);
        }
    }

    /// The activation with its drops, and its slope if there is room for it.
    fn activate<T: Real>(&self, kept: &Kept<T>, repeated: &mut Repeated<T>) {
        let Repeated { activated, slope, .. } = repeated;
        let width = self.shape.hidden;
        let hidden = |rows: &std::ops::Range<usize>| &kept.hidden[rows.start * width..rows.end * width];
        if slope.is_empty() {
            for_rows(activated, width, |rows, activated| self.activation.values(hidden(&rows), activated));
            return self.drop_rows(DropKind::Activation, activated, width);
        }
        for_rows_of([activated, slope], width, |rows, [activated, slope]| {
            self.activation.with_derivatives(hidden(&rows), activated, slope);
        });
        let Some(dropout) = self.dropout else { return };
        for sequence in &self.group.sequences {
            let drops = dropout.drops(self.index, DropKind::Activation, sequence.index);
            let range = sequence.rows.start * width..sequence.rows.end * width;
            for_rows_of([&mut activated[range.clone()], &mut slope[range]], width, |rows, [activated, slope]| {
                drops.apply_to_two((rows.start * width) as u64, activated, slope);
            });
        }
    }

    /// Fills all of `repeated` from the layer's input and `kept`, with the bits of forward.
    pub(crate) fn repeat<T: Real>(
        &self,
        layer: &BackwardLayer<'_, T>,
        input: &[T],
        kept: &Kept<T>,
        repeated: &mut Repeated<T>,
    ) {
        layer_norm_rows(input, layer.attention_norm, &mut repeated.attention_normal);
        layer_norm_rows(&kept.middle, layer.feed_forward_norm, &mut repeated.feed_forward_normal);
        self.activate(kept, repeated);
    }

    /// Turns `d` from the gradient of the layer's output into that of its input.
    #[expect(clippy::too_many_arguments, reason = "what forward kept, what was made again, where results go")]
    pub(crate) fn backward<T: Real>(
        &self,
        layer: &BackwardLayer<'_, T>,
        input: &[T],
        kept: &Kept<T>,
        repeated: &Repeated<T>,
        scratch: &mut BackwardScratch<T>,
        gradient: LayerGradient<'_, T>,
        d: &mut [T],
    ) {
        let rows = self.group.rows.len();
        let LayerGradient { in_projection, out_projection, expansion, contraction, .. } = gradient;
        self.feed_forward_backward(layer, repeated, scratch, [expansion, contraction], d);
        let norm = layer.feed_forward_norm;
        layer_norm_rows_backward(&kept.middle, norm, &scratch.d_normal, d, gradient.feed_forward_norm);
        scratch.branch.copy_from_slice(d);
        self.drop_rows(DropKind::AttentionOutput, &mut scratch.branch, self.shape.width);
        out_projection.add(rows, &kept.context, &scratch.branch);
        layer.out_projection.apply(&scratch.branch, &mut scratch.d_context);
        self.attend_backward(kept, scratch);
        in_projection.add(rows, &repeated.attention_normal, &scratch.d_projections);
        layer.in_projection.apply(&scratch.d_projections, &mut scratch.d_normal);
        layer_norm_rows_backward(input, layer.attention_norm, &scratch.d_normal, d, gradient.attention_norm);
    }

    /// Leaves the gradient of the second norm's result in `scratch.d_normal`.
    fn feed_forward_backward<T: Real>(
        &self,
        layer: &BackwardLayer<'_, T>,
        repeated: &Repeated<T>,
        scratch: &mut BackwardScratch<T>,
        [expansion, contraction]: [LinearGradient<'_, T>; 2],
        d: &[T],
    ) {
        let rows = self.group.rows.len();
        scratch.branch.copy_from_slice(d);
        self.drop_rows(DropKind::FeedForward, &mut scratch.branch, self.shape.width);
        contraction.add(rows, &repeated.activated, &scratch.branch);
        layer.contraction.apply(&scratch.branch, &mut scratch.d_hidden);
        multiply(&repeated.slope, &mut scratch.d_hidden);
        expansion.add(rows, &repeated.feed_forward_normal, &scratch.d_hidden);
        layer.expansion.apply(&scratch.d_hidden, &mut scratch.d_normal);
    }

    /// From `scratch.d_context` to `scratch.d_projections`.
    fn attend_backward<T: Real>(&self, kept: &Kept<T>, scratch: &mut BackwardScratch<T>) {
        let Shape { width, heads, .. } = self.shape;
        for sequence in &self.group.sequences {
            let visibility = self.visibility(sequence, &mut scratch.visibility);
            if sequence.rows.len() >= LONG {
                let (d_context, d_projections) = (&scratch.d_context, &mut scratch.d_projections);
                self.attend_long_backward(sequence, visibility, kept, d_context, d_projections);
                continue;
            }
            for index in 0..heads {
                let head = self.head(sequence, index, &kept.projections, visibility);
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
                    HeadScratch {
                        weights: &mut scratch.scores,
                        gradients: &mut scratch.d_scores,
                        row: &mut scratch.dropped,
                    },
                    HeadGradients {
                        buffer: &mut scratch.d_projections,
                        queries: place(0),
                        keys: place(1),
                        values: place(2),
                    },
                );
            }
        }
    }
}
