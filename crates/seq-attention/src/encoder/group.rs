//! The whole stack over one group of sequences on one thread, so that its rows stay in the cache from
//! the first layer to the last. Forward and backward of all groups, and the sum of their gradients.

use std::sync::{Mutex, MutexGuard, PoisonError};

use seq_tensor::threads;

use crate::dropout::Dropout;
use crate::encoder::Recompute;
use crate::encoder::layer::LayerCall;
use crate::encoder::memory::{BackwardScratch, ForwardScratch, Kept};
use crate::encoder::stack::{BackwardLayer, ForwardLayer, Shape, Stack, StackGradient};
use crate::groups::{Group, shard_count, split_rows};
use crate::layer_norm::{layer_norm_rows, layer_norm_rows_backward};
use crate::real::Real;
use crate::scratch::Scratch;

/// A stack and the batch it is applied to.
pub(super) struct Call<'a, T> {
    pub stack: &'a Stack<'a, T>,
    pub groups: &'a [Group],
    pub key_mask: Option<&'a [u8]>,
    pub dropout: Option<&'a Dropout>,
}

/// What forward keeps of one group for backward.
pub(super) struct Record<T: Real> {
    /// Outputs of the layers, [R, D] each.
    boundaries: Vec<Scratch<T>>,
    /// One per layer under [`Recompute::All`], else none.
    kept: Vec<Kept<T>>,
}

impl<T: Real> Record<T> {
    /// The input of a layer, or of the closing norm for `layer` = number of layers.
    fn input<'a>(&'a self, layer: usize, x: &'a [T]) -> &'a [T] {
        if layer == 0 { x } else { &self.boundaries[layer - 1] }
    }
}

/// Packed layers for backward, and for repeating forward where nothing was kept.
struct BackwardLayers<'a, T: Real> {
    backward: Vec<BackwardLayer<'a, T>>,
    forward: Option<Vec<ForwardLayer<'a, T>>>,
}

fn locked<T>(piece: &Mutex<T>) -> MutexGuard<'_, T> {
    piece.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T: Real> Call<'_, T> {
    fn shape(&self) -> Shape {
        self.stack.shape
    }

    fn layer<'b>(&'b self, index: usize, group: &'b Group) -> LayerCall<'b> {
        LayerCall {
            shape: self.shape(),
            activation: self.stack.activation,
            index,
            group,
            key_mask: self.key_mask.map(|mask| &mask[group.rows.clone()]),
            dropout: self.dropout,
        }
    }

    fn rows_of<'b>(&self, group: &Group, rows: &'b [T]) -> &'b [T] {
        &rows[group.rows.start * self.shape().width..group.rows.end * self.shape().width]
    }

    /// Writes the output of every row; keeps what `recompute` asks for, nothing for none.
    pub(super) fn forward(&self, x: &[T], recompute: Option<Recompute>, y: &mut [T]) -> Vec<Record<T>> {
        let layers = self.stack.forward_layers();
        let pieces = split_rows(y, self.groups, self.shape().width);
        let records = threads::map(self.groups.len(), |index| {
            let group = &self.groups[index];
            let (x, mut y) = (self.rows_of(group, x), locked(&pieces[index]));
            match recompute {
                None => {
                    self.forward_unrecorded(&layers, group, x, &mut y);
                    None
                }
                Some(recompute) => Some(self.forward_recorded(&layers, group, x, recompute, &mut y)),
            }
        });
        records.into_iter().flatten().collect()
    }

    fn forward_unrecorded(&self, layers: &[ForwardLayer<'_, T>], group: &Group, x: &[T], y: &mut [T]) {
        let mut kept = Kept::new(self.shape(), group.rows.len());
        let mut scratch = ForwardScratch::new(self.shape(), group);
        let (mut input, mut output) = (Scratch::new(x.len()), Scratch::new(x.len()));
        input.copy_from_slice(x);
        for (index, layer) in layers.iter().enumerate() {
            self.layer(index, group).forward(layer, &input, &mut kept, &mut scratch, Some(&mut output));
            std::mem::swap(&mut input, &mut output);
        }
        layer_norm_rows(&input, self.stack.closing, y);
    }

    fn forward_recorded(
        &self,
        layers: &[ForwardLayer<'_, T>],
        group: &Group,
        x: &[T],
        recompute: Recompute,
        y: &mut [T],
    ) -> Record<T> {
        let mut scratch = ForwardScratch::new(self.shape(), group);
        let mut record = Record { boundaries: Vec::new(), kept: Vec::new() };
        let mut passing = None;
        for (index, layer) in layers.iter().enumerate() {
            let mut kept = passing.take().unwrap_or_else(|| Kept::new(self.shape(), group.rows.len()));
            let mut output = Scratch::new(x.len());
            let input = record.input(index, x);
            self.layer(index, group).forward(layer, input, &mut kept, &mut scratch, Some(&mut output));
            record.boundaries.push(output);
            match recompute {
                Recompute::All => record.kept.push(kept),
                Recompute::Boundary => passing = Some(kept),
            }
        }
        layer_norm_rows(record.input(layers.len(), x), self.stack.closing, y);
        record
    }

    /// Writes the gradient of the input and returns those of all parameters, end to end.
    pub(super) fn backward(
        &self,
        x: &[T],
        records: Vec<Record<T>>,
        wanted: &[bool],
        dy: &[T],
        dx: &mut [T],
    ) -> Scratch<T> {
        let shape = self.shape();
        let keeps_all = records.iter().all(|record| record.kept.len() == shape.layers);
        let layers = BackwardLayers {
            backward: self.stack.backward_layers(),
            forward: (!keeps_all).then(|| self.stack.forward_layers()),
        };
        let pieces = split_rows(dx, self.groups, shape.width);
        let records: Vec<_> = records.into_iter().map(|record| Mutex::new(Some(record))).collect();
        let shards = shard_count(self.groups.len(), shape.parameter_len());
        let sums = threads::map(shards, |shard| {
            let mut sums = Scratch::zeros(shape.parameter_len());
            for index in (shard..self.groups.len()).step_by(shards) {
                let group = &self.groups[index];
                let record = locked(&records[index]).take().expect("each group goes backward once");
                let (x, dy) = (self.rows_of(group, x), self.rows_of(group, dy));
                let gradient = StackGradient { shape, sums: &mut sums, wanted };
                self.backward_group(&layers, group, x, record, gradient, dy, &mut locked(&pieces[index]));
            }
            sums
        });
        sum_shards(sums, shape.parameter_len())
    }

    #[expect(clippy::too_many_arguments, reason = "one task's share of everything")]
    fn backward_group(
        &self,
        layers: &BackwardLayers<'_, T>,
        group: &Group,
        x: &[T],
        mut record: Record<T>,
        mut gradient: StackGradient<'_, T>,
        dy: &[T],
        d: &mut [T],
    ) {
        let shape = self.shape();
        d.fill(T::ZERO);
        layer_norm_rows_backward(record.input(shape.layers, x), self.stack.closing, dy, d, gradient.closing());
        let mut scratch = BackwardScratch::new(shape, group);
        let mut repeat = layers.forward.as_ref().map(|forward| (forward, ForwardScratch::new(shape, group)));
        let mut passing = None;
        for layer in (0..shape.layers).rev() {
            let call = self.layer(layer, group);
            let kept = record.kept.pop().or(passing.take());
            let mut kept = kept.unwrap_or_else(|| Kept::new(shape, group.rows.len()));
            let input = record.input(layer, x);
            if let Some((forward, scratch)) = &mut repeat {
                call.forward(&forward[layer], input, &mut kept, scratch, None);
            }
            call.backward(&layers.backward[layer], input, &kept, &mut scratch, gradient.layer(layer), d);
            passing = Some(kept);
        }
    }
}

/// The sum of all parts in their order.
fn sum_shards<T: Real>(parts: Vec<Scratch<T>>, len: usize) -> Scratch<T> {
    let mut parts = parts.into_iter();
    let mut total = parts.next().unwrap_or_else(|| Scratch::zeros(len));
    let rest: Vec<Scratch<T>> = parts.collect();
    let piece_len = 1 << 14;
    threads::for_each_piece(&mut total, piece_len, |index, piece| {
        for part in &rest {
            for (sum, x) in piece.iter_mut().zip(&part[index * piece_len..]) {
                *sum += *x;
            }
        }
    });
    total
}
