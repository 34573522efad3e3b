//! The whole stack over one group of sequences on one thread, so that its rows stay in the cache from
//! the first layer to the last. Forward and backward of all groups, and the sum of their gradients.

use std::sync::{Mutex, PoisonError};

use seq_tensor::threads;

use crate::dropout::Dropout;
use crate::encoder::Recompute;
use crate::encoder::layer::LayerCall;
use crate::encoder::memory::{BackwardScratch, ForwardScratch, Kept};
use crate::encoder::stack::{Shape, Stack, StackGradient};
use crate::groups::{Group, shard_count, split_rows};
use crate::layer_norm::{layer_norm_rows, layer_norm_rows_backward};
use crate::real::Real;
use crate::workspace::{Workspace, with_workspace};

/// A stack and the batch it is applied to.
pub(super) struct Call<'a, T> {
    pub stack: &'a Stack<'a, T>,
    pub groups: &'a [Group],
    pub key_mask: Option<&'a [u8]>,
    pub dropout: Option<&'a Dropout>,
}

/// What forward keeps of one group for backward.
pub(super) struct Record<T> {
    /// Outputs of the layers, [layers, R, D].
    boundaries: Vec<T>,
    /// [`Kept`] of each layer, under [`Recompute::All`] only.
    kept: Vec<T>,
}

impl<T> Record<T> {
    /// The input of a layer, or of the closing norm for `layer` = number of layers.
    fn input<'a>(&'a self, layer: usize, x: &'a [T]) -> &'a [T] {
        match layer {
            0 => x,
            _ => &self.boundaries[(layer - 1) * x.len()..layer * x.len()],
        }
    }
}

fn locked<'a, 'b, T>(piece: &'a Mutex<&'b mut [T]>) -> std::sync::MutexGuard<'a, &'b mut [T]> {
    piece.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T: Real> Call<'_, T> {
    fn shape(&self) -> Shape {
        self.stack.shape
    }

    fn layer<'b>(&'b self, index: usize, group: &'b Group) -> LayerCall<'b, T> {
        LayerCall {
            shape: self.shape(),
            activation: self.stack.activation,
            index,
            layer: self.stack.layers[index],
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
        let pieces = split_rows(y, self.groups, self.shape().width);
        let records = threads::map(self.groups.len(), |index| {
            let group = &self.groups[index];
            let (x, mut y) = (self.rows_of(group, x), locked(&pieces[index]));
            match recompute {
                None => {
                    self.forward_unrecorded(group, x, &mut y);
                    None
                }
                Some(recompute) => Some(self.forward_recorded(group, x, recompute, &mut y)),
            }
        });
        records.into_iter().flatten().collect()
    }

    fn forward_unrecorded(&self, group: &Group, x: &[T], y: &mut [T]) {
        let (shape, rows) = (self.shape(), group.rows.len());
        let len = 2 * x.len() + Kept::<T>::len(shape, rows) + ForwardScratch::<T>::len(shape, group);
        with_workspace(len, |memory| {
            let (mut input, mut output) = (memory.take(x.len()), memory.take(x.len()));
            let mut kept = Kept::carve(shape, rows, memory);
            let mut scratch = ForwardScratch::carve(shape, group, memory);
            input.copy_from_slice(x);
            for layer in 0..shape.layers {
                self.layer(layer, group).forward(input, &mut kept, &mut scratch, Some(output));
                std::mem::swap(&mut input, &mut output);
            }
            layer_norm_rows(input, self.stack.closing, y);
        });
    }

    fn forward_recorded(&self, group: &Group, x: &[T], recompute: Recompute, y: &mut [T]) -> Record<T> {
        let (shape, rows) = (self.shape(), group.rows.len());
        let kept_len = Kept::<T>::len(shape, rows);
        let keeps_all = recompute == Recompute::All;
        let mut boundaries = vec![T::ZERO; shape.layers * x.len()];
        let mut all_kept = vec![T::ZERO; if keeps_all { shape.layers * kept_len } else { 0 }];
        let workspace = ForwardScratch::<T>::len(shape, group) + if keeps_all { 0 } else { kept_len };
        with_workspace(workspace, |memory| {
            let mut scratch = ForwardScratch::carve(shape, group, memory);
            let passing = if keeps_all { &mut [] } else { memory.take(kept_len) };
            for layer in 0..shape.layers {
                let (before, output) = boundaries[..(layer + 1) * x.len()].split_at_mut(layer * x.len());
                let input = if layer == 0 { x } else { &before[(layer - 1) * x.len()..] };
                let kept = if keeps_all { &mut all_kept[layer * kept_len..][..kept_len] } else { &mut *passing };
                let mut kept = Kept::carve(shape, rows, &mut Workspace::over(kept));
                self.layer(layer, group).forward(input, &mut kept, &mut scratch, Some(output));
            }
        });
        let record = Record { boundaries, kept: all_kept };
        layer_norm_rows(record.input(shape.layers, x), self.stack.closing, y);
        record
    }

    /// Writes the gradient of the input and returns those of all parameters, end to end.
    pub(super) fn backward(&self, x: &[T], records: Vec<Record<T>>, wanted: &[bool], dy: &[T], dx: &mut [T]) -> Vec<T> {
        let shape = self.shape();
        let pieces = split_rows(dx, self.groups, shape.width);
        let records: Vec<_> = records.into_iter().map(|record| Mutex::new(Some(record))).collect();
        let shards = shard_count(self.groups.len(), shape.parameter_len());
        let sums = threads::map(shards, |shard| {
            let mut sums = vec![T::ZERO; shape.parameter_len()];
            for index in (shard..self.groups.len()).step_by(shards) {
                let group = &self.groups[index];
                let record = records[index].lock().unwrap_or_else(PoisonError::into_inner).take();
                let record = record.expect("each group goes backward once");
                let (x, dy, mut dx) = (self.rows_of(group, x), self.rows_of(group, dy), locked(&pieces[index]));
                let gradient = StackGradient { shape, sums: &mut sums, wanted };
                self.backward_group(group, x, record, gradient, dy, &mut dx);
            }
            sums
        });
        sum_shards(sums, shape.parameter_len())
    }

    fn backward_group(
        &self,
        group: &Group,
        x: &[T],
        mut record: Record<T>,
        mut gradient: StackGradient<'_, T>,
        dy: &[T],
        d: &mut [T],
    ) {
        let (shape, rows) = (self.shape(), group.rows.len());
        d.fill(T::ZERO);
        layer_norm_rows_backward(record.input(shape.layers, x), self.stack.closing, dy, d, gradient.closing());
        let kept_len = Kept::<T>::len(shape, rows);
        let mut all_kept = std::mem::take(&mut record.kept);
        let again = all_kept.is_empty();
        let forward_len = if again { kept_len + ForwardScratch::<T>::len(shape, group) } else { 0 };
        with_workspace(BackwardScratch::<T>::len(shape, group) + forward_len, |memory| {
            let mut scratch = BackwardScratch::carve(shape, group, memory);
            let mut repeat =
                again.then(|| (Kept::carve(shape, rows, memory), ForwardScratch::carve(shape, group, memory)));
            for layer in (0..shape.layers).rev() {
                let (input, call) = (record.input(layer, x), self.layer(layer, group));
                let parameters = gradient.layer(layer);
                match &mut repeat {
                    Some((kept, forward_scratch)) => {
                        call.forward(input, kept, forward_scratch, None);
                        call.backward(input, kept, &mut scratch, parameters, d);
                    }
                    None => {
                        let memory = &mut all_kept[layer * kept_len..][..kept_len];
                        let kept = Kept::carve(shape, rows, &mut Workspace::over(memory));
                        call.backward(input, &kept, &mut scratch, parameters, d);
                    }
                }
            }
        });
    }
}

/// The sum of all parts in their order.
fn sum_shards<T: Real>(parts: Vec<Vec<T>>, len: usize) -> Vec<T> {
    let mut parts = parts.into_iter();
    let mut total = parts.next().unwrap_or_else(|| vec![T::ZERO; len]);
    let rest: Vec<Vec<T>> = parts.collect();
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
