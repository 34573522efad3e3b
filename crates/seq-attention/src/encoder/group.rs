//! The whole stack over one group of sequences on one thread, so that its rows stay in the cache from
//! the first layer to the last. Forward and backward of all groups, and the sum of their gradients.

use std::sync::{Mutex, MutexGuard, PoisonError};

use seq_tensor::memory::HeldBytes;
use seq_tensor::threads;

use crate::dropout::Dropout;
use crate::encoder::Recompute;
use crate::encoder::layer::LayerCall;
use crate::encoder::memory::{BackwardScratch, ForwardScratch, Kept, Repeated};
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
    /// Outputs of the layers, [R, D] each; none under [`Recompute::None`].
    boundaries: Vec<Scratch<T>>,
    /// One per layer under [`Recompute::Selective`] and [`Recompute::All`], else none.
    kept: Vec<Kept<T>>,
    /// One per layer under [`Recompute::All`], else none.
    repeated: Vec<Repeated<T>>,
    /// Makes the memory counters see it.
    _held: HeldBytes,
}

impl<T: Real> Record<T> {
    fn empty() -> Self {
        Self { boundaries: Vec::new(), kept: Vec::new(), repeated: Vec::new(), _held: HeldBytes::new(0) }
    }

    /// The input of a layer, or of the closing norm for `layer` = number of layers.
    fn input<'a>(&'a self, layer: usize, x: &'a [T]) -> &'a [T] {
        if layer == 0 { x } else { &self.boundaries[layer - 1] }
    }
}

/// Bytes that a record of a group holds under a policy.
fn record_bytes<T: Real>(shape: Shape, rows: usize, recompute: Recompute) -> usize {
    let boundary = rows * shape.width * size_of::<T>();
    let (kept, repeated) = (Kept::<T>::bytes(shape, rows), Repeated::<T>::bytes(shape, rows));
    shape.layers
        * match recompute {
            Recompute::None => 0,
            Recompute::Boundary => boundary,
            Recompute::Selective => boundary + kept,
            Recompute::All => boundary + kept + repeated,
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
            precision: self.stack.precision,
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
                Some(Recompute::None) => {
                    self.forward_unrecorded(&layers, group, x, &mut y);
                    Some(Record::empty())
                }
                Some(recompute) => {
                    let record = self.forward_recorded(&layers, group, x, recompute);
                    layer_norm_rows(record.input(self.shape().layers, x), self.stack.closing, &mut y);
                    Some(record)
                }
            }
        });
        records.into_iter().flatten().collect()
    }

    fn forward_unrecorded(&self, layers: &[ForwardLayer<'_, T>], group: &Group, x: &[T], y: &mut [T]) {
        let mut kept = Kept::new(self.shape(), group.rows.len());
        let mut repeated = ForwardScratch::passing(self.shape(), group);
        let mut scratch = ForwardScratch::new(self.shape(), group);
        let (mut input, mut output) = (Scratch::new(x.len()), Scratch::new(x.len()));
        input.copy_from_slice(x);
        for (index, layer) in layers.iter().enumerate() {
            let call = self.layer(index, group);
            call.forward(layer, &input, &mut kept, &mut repeated, &mut scratch, Some(&mut output));
            std::mem::swap(&mut input, &mut output);
        }
        layer_norm_rows(&input, self.stack.closing, y);
    }

    /// All layers without the closing norm.
    fn forward_recorded(
        &self,
        layers: &[ForwardLayer<'_, T>],
        group: &Group,
        x: &[T],
        recompute: Recompute,
    ) -> Record<T> {
        let (shape, rows) = (self.shape(), group.rows.len());
        let mut scratch = ForwardScratch::new(shape, group);
        let held = HeldBytes::new(record_bytes::<T>(shape, rows, recompute));
        let mut record = Record { _held: held, ..Record::empty() };
        let mut passing = (None, None);
        for (index, layer) in layers.iter().enumerate() {
            let mut kept = passing.0.take().unwrap_or_else(|| Kept::new(shape, rows));
            let mut repeated = passing.1.take().unwrap_or_else(|| match recompute {
                Recompute::All => Repeated::new(shape, rows),
                _ => ForwardScratch::passing(shape, group),
            });
            let mut output = Scratch::new(x.len());
            let input = record.input(index, x);
            let call = self.layer(index, group);
            call.forward(layer, input, &mut kept, &mut repeated, &mut scratch, Some(&mut output));
            record.boundaries.push(output);
            match recompute {
                Recompute::None | Recompute::Boundary => passing = (Some(kept), Some(repeated)),
                Recompute::Selective => {
                    record.kept.push(kept);
                    passing.1 = Some(repeated);
                }
                Recompute::All => {
                    record.kept.push(kept);
                    record.repeated.push(repeated);
                }
            }
        }
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
                let gradient = StackGradient { shape, sums: &mut sums, wanted, precision: self.stack.precision };
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
        if let Some(forward) = layers.forward.as_ref().filter(|_| record.boundaries.len() < shape.layers) {
            record = self.forward_recorded(forward, group, x, Recompute::Boundary);
        }
        d.fill(T::ZERO);
        layer_norm_rows_backward(record.input(shape.layers, x), self.stack.closing, dy, d, gradient.closing());
        let mut scratch = BackwardScratch::new(shape, group);
        let mut repeat = layers.forward.as_ref().map(|forward| (forward, ForwardScratch::new(shape, group)));
        let mut passing = (None, None);
        for layer in (0..shape.layers).rev() {
            let call = self.layer(layer, group);
            let kept = record.kept.pop().or(passing.0.take());
            let mut kept = kept.unwrap_or_else(|| Kept::new(shape, group.rows.len()));
            let (was_kept, mut repeated) = match record.repeated.pop() {
                Some(repeated) => (true, repeated),
                None => (false, passing.1.take().unwrap_or_else(|| Repeated::new(shape, group.rows.len()))),
            };
            let input = record.input(layer, x);
            if let Some((forward, scratch)) = &mut repeat {
                call.forward(&forward[layer], input, &mut kept, &mut repeated, scratch, None);
            }
            let backward = &layers.backward[layer];
            if !was_kept {
                call.repeat(backward, input, &kept, &mut repeated);
            }
            call.backward(backward, input, &kept, &repeated, &mut scratch, gradient.layer(layer), d);
            passing = (Some(kept), Some(repeated));
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
