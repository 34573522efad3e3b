//! The loops of attention, threaded over groups of sequences.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use seq_tensor::threads;

use crate::attention::part::{Pair, Part, parts};
use crate::dropout::{DropKind, Dropout};
use crate::groups::shard_count;
use crate::head::{Head, HeadGradients, HeadScratch, HeadShape, Place, Rows, STATISTICS, set_visibility};
use crate::linear::{BackwardMap, ForwardMap, Linear, LinearGradient};
use crate::real::Real;
use crate::scratch::Scratch;

/// A call with its elements.
pub(super) struct Call<'a, T> {
    pub query: &'a [T],
    pub key: &'a [T],
    pub value: &'a [T],
    pub query_offsets: &'a [u32],
    pub key_offsets: &'a [u32],
    pub key_mask: Option<&'a [u8]>,
    pub in_projection: Linear<'a, T>,
    pub out_projection: Linear<'a, T>,
    pub heads: usize,
    pub dropout: Option<&'a Dropout>,
}

/// What forward keeps of one group.
pub(super) struct Record<T> {
    /// Projected rows: queries, keys, values.
    projections: [Vec<T>; 3],
    /// Weighted values, heads side by side.
    context: Vec<T>,
    /// Maximum and inverse sum of each row of scores, head by head within a sequence.
    statistics: Vec<T>,
}

/// Gradients of everything.
pub(super) struct Gradients<T> {
    pub query: Vec<T>,
    pub key: Vec<T>,
    pub value: Vec<T>,
    /// Weights and biases end to end.
    pub parameters: Vec<T>,
}

/// Packed weights for backward.
struct BackwardMaps<T: Real> {
    thirds: [BackwardMap<T>; 3],
    out: BackwardMap<T>,
}

impl<T: Real> Call<'_, T> {
    fn width(&self) -> usize {
        self.out_projection.bias.len()
    }

    fn parts(&self) -> Vec<Part> {
        parts(self.query_offsets, self.key_offsets)
    }

    fn inputs(&self, part: &Part) -> [&[T]; 3] {
        let of = |data, rows: &Range<usize>| -> &[T] { self.rows(data, rows.clone()) };
        [of(self.query, &part.queries), of(self.key, &part.keys), of(self.value, &part.keys)]
    }

    fn rows<'b>(&self, data: &'b [T], rows: Range<usize>) -> &'b [T] {
        &data[rows.start * self.width()..rows.end * self.width()]
    }

    /// One third of the input projection: 0 queries, 1 keys, 2 values.
    fn projection(&self, third: usize) -> Linear<'_, T> {
        let (width, Linear { weight, bias, precision }) = (self.width(), self.in_projection);
        Linear {
            weight: &weight[third * width * width..(third + 1) * width * width],
            bias: &bias[third * width..(third + 1) * width],
            precision,
        }
    }

    fn forward_maps(&self) -> [ForwardMap<'_, T>; 3] {
        [0, 1, 2].map(|third| self.projection(third).forward_map())
    }

    fn project(&self, part: &Part, maps: &[ForwardMap<'_, T>; 3]) -> [Vec<T>; 3] {
        let inputs = self.inputs(part);
        std::array::from_fn(|third| {
            let mut projected = vec![T::ZERO; inputs[third].len()];
            maps[third].apply(inputs[third], &mut projected);
            projected
        })
    }

    fn shape(&self, pair: &Pair) -> HeadShape {
        HeadShape { queries: pair.queries.len(), keys: pair.keys.len(), width: self.width() / self.heads }
    }

    fn head<'b>(&self, pair: &Pair, index: usize, projections: &'b [Vec<T>; 3], visibility: &'b [T]) -> Head<'b, T> {
        let (shape, width) = (self.shape(pair), self.width());
        let rows = |third: usize, from: usize| Rows {
            data: &projections[third][from * width + index * shape.width..],
            stride: width,
        };
        let drops = self.dropout.map(|dropout| {
            let drops = dropout.drops(0, DropKind::AttentionWeights, pair.index);
            (drops, (index * shape.queries * shape.keys) as u64)
        });
        let (from_query, from_key) = (pair.queries.start, pair.keys.start);
        Head {
            shape,
            queries: rows(0, from_query),
            keys: rows(1, from_key),
            values: rows(2, from_key),
            visibility,
            drops,
            precision: self.in_projection.precision,
        }
    }

    fn set_visibility(&self, part: &Part, pair: &Pair, visibility: &mut [T]) {
        let from = part.keys.start;
        let mask = self.key_mask.map(|mask| &mask[from + pair.keys.start..from + pair.keys.end]);
        set_visibility(mask, pair.keys.len(), visibility);
    }

    fn statistics_range(&self, pair: &Pair, head: usize) -> Range<usize> {
        let len = pair.queries.len() * STATISTICS;
        let start = pair.queries.start * STATISTICS * self.heads + head * len;
        start..start + len
    }

    fn attend(&self, part: &Part, maps: &[ForwardMap<'_, T>; 3]) -> Record<T> {
        let (width, rows) = (self.width(), part.queries.len());
        let projections = self.project(part, maps);
        let mut context = vec![T::ZERO; rows * width];
        let mut statistics = vec![T::ZERO; rows * STATISTICS * self.heads];
        for pair in part.pairs(self.query_offsets, self.key_offsets) {
            let shape = self.shape(&pair);
            let (mut visibility, mut scores) = (Scratch::new(shape.row_len()), Scratch::new(shape.block_len()));
            self.set_visibility(part, &pair, &mut visibility);
            for index in 0..self.heads {
                let head = self.head(&pair, index, &projections, &visibility);
                let from = pair.queries.start * width + index * shape.width;
                let to = from + (shape.queries - 1) * width + shape.width;
                let statistics = &mut statistics[self.statistics_range(&pair, index)];
                head.forward(&mut scores, &mut context[from..to], width, statistics);
            }
        }
        Record { projections, context, statistics }
    }

    /// The output of every query, and what backward needs if `recorded`.
    pub(super) fn forward(&self, recorded: bool) -> (Vec<T>, Vec<Record<T>>) {
        let (parts, maps, out) = (self.parts(), self.forward_maps(), self.out_projection.forward_map());
        let done = threads::map(parts.len(), |index| {
            let record = self.attend(&parts[index], &maps);
            let mut y = vec![T::ZERO; record.context.len()];
            out.apply(&record.context, &mut y);
            (y, recorded.then_some(record))
        });
        let mut y = Vec::with_capacity(self.query.len());
        let mut records = Vec::new();
        for (rows, record) in done {
            y.extend(rows);
            records.extend(record);
        }
        (y, records)
    }

    /// The weights of every sequence, [H, queries, keys] each.
    pub(super) fn weights(&self) -> Vec<T> {
        let (parts, maps) = (self.parts(), self.forward_maps());
        let done = threads::map(parts.len(), |index| {
            let part = &parts[index];
            let projections = self.project(part, &maps);
            let mut weights = Vec::new();
            for pair in part.pairs(self.query_offsets, self.key_offsets) {
                let mut visibility = vec![T::ZERO; self.shape(&pair).row_len()];
                self.set_visibility(part, &pair, &mut visibility);
                for index in 0..self.heads {
                    self.head(&pair, index, &projections, &visibility).extend_with_weights(&mut weights);
                }
            }
            weights
        });
        done.concat()
    }

    /// Gradients of all inputs and parameters; consumes what forward kept.
    pub(super) fn backward(&self, records: Vec<Record<T>>, dy: &[T]) -> Gradients<T> {
        let parts = self.parts();
        let width = self.width();
        let parameter_len = 4 * width * width + 4 * width;
        let shards = shard_count(parts.len(), parameter_len);
        let maps = BackwardMaps {
            thirds: [0, 1, 2].map(|third| self.projection(third).backward_map()),
            out: self.out_projection.backward_map(),
        };
        let records: Vec<_> = records.into_iter().map(|record| Mutex::new(Some(record))).collect();
        let done = threads::map(shards, |shard| {
            let mut sums = vec![T::ZERO; parameter_len];
            let mut inputs = Vec::new();
            for index in (shard..parts.len()).step_by(shards) {
                let record = records[index].lock().unwrap_or_else(PoisonError::into_inner).take();
                let record = record.expect("each part goes backward once");
                inputs.push(self.backward_part(&parts[index], &maps, &record, dy, &mut sums));
            }
            (sums, inputs)
        });
        let mut parameters = vec![T::ZERO; parameter_len];
        let mut of_parts: Vec<_> = parts.iter().map(|_| Default::default()).collect();
        for (shard, (sums, inputs)) in done.into_iter().enumerate() {
            for (sum, x) in parameters.iter_mut().zip(sums) {
                *sum += x;
            }
            for (place, found) in of_parts[shard..].iter_mut().step_by(shards).zip(inputs) {
                *place = found;
            }
        }
        let mut gradients = Gradients { query: Vec::new(), key: Vec::new(), value: Vec::new(), parameters };
        for [query, key, value] in of_parts {
            let _: &Vec<T> = &query;
            gradients.query.extend(query);
            gradients.key.extend(key);
            gradients.value.extend(value);
        }
        gradients
    }

    /// Gradients of the part's rows of queries, keys and values; adds those of parameters to `sums`.
    fn backward_part(
        &self,
        part: &Part,
        maps: &BackwardMaps<T>,
        record: &Record<T>,
        dy: &[T],
        sums: &mut [T],
    ) -> [Vec<T>; 3] {
        let width = self.width();
        let (in_weight, rest) = sums.split_at_mut(3 * width * width);
        let (in_bias, rest) = rest.split_at_mut(3 * width);
        let (out_weight, out_bias) = rest.split_at_mut(width * width);
        let dy = self.rows(dy, part.queries.clone());
        let gradient =
            LinearGradient { weight: Some(out_weight), bias: Some(out_bias), precision: self.out_projection.precision };
        gradient.add(part.queries.len(), &record.context, dy);
        let mut d_context = vec![T::ZERO; dy.len()];
        maps.out.apply(dy, &mut d_context);

        let projected = self.attend_backward(part, record, &d_context);
        let mut rest = projected.as_slice();
        let inputs = self.inputs(part);
        std::array::from_fn(|third| {
            let (d_projected, tail) = rest.split_at(inputs[third].len());
            rest = tail;
            let gradient = LinearGradient {
                weight: Some(&mut in_weight[third * width * width..(third + 1) * width * width]),
                bias: Some(&mut in_bias[third * width..(third + 1) * width]),
                precision: self.in_projection.precision,
            };
            gradient.add(inputs[third].len() / width, inputs[third], d_projected);
            let mut d_input = vec![T::ZERO; d_projected.len()];
            maps.thirds[third].apply(d_projected, &mut d_input);
            d_input
        })
    }

    /// Gradients of the projected queries, keys and values, end to end.
    fn attend_backward(&self, part: &Part, record: &Record<T>, d_context: &[T]) -> Vec<T> {
        let width = self.width();
        let (queries, keys) = (part.queries.len(), part.keys.len());
        let mut projected = vec![T::ZERO; (queries + 2 * keys) * width];
        for pair in part.pairs(self.query_offsets, self.key_offsets) {
            let shape = self.shape(&pair);
            let [mut visibility, mut row] = [(); 2].map(|()| Scratch::new(shape.row_len()));
            let [mut weights, mut gradients] = [(); 2].map(|()| Scratch::new(shape.block_len()));
            self.set_visibility(part, &pair, &mut visibility);
            for index in 0..self.heads {
                let column = index * shape.width;
                let place = |row: usize| Place { start: row * width + column, stride: width };
                let from = pair.queries.start * width + column;
                self.head(&pair, index, &record.projections, &visibility).backward(
                    Rows { data: &record.context[from..], stride: width },
                    Rows { data: &d_context[from..], stride: width },
                    &record.statistics[self.statistics_range(&pair, index)],
                    HeadScratch { weights: &mut weights, gradients: &mut gradients, row: &mut row },
                    HeadGradients {
                        buffer: &mut projected,
                        queries: place(pair.queries.start),
                        keys: place(queries + pair.keys.start),
                        values: place(queries + keys + pair.keys.start),
                    },
                );
            }
        }
        projected
    }
}
