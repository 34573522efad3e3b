//! Attention in plain loops over doubles. Defines "correct".

use seq_tensor::philox::{Stream, drop_threshold};

use crate::dropout::Dropout;
use crate::encoder::reference::linear;

/// A call: inputs of width D with their offsets, and the parameters in the order of the op.
pub(crate) struct Reference<'a> {
    pub width: usize,
    pub heads: usize,
    pub query_offsets: &'a [u32],
    pub key_offsets: &'a [u32],
    pub mask: Option<&'a [u8]>,
    pub dropout: Option<&'a Dropout>,
}

impl Reference<'_> {
    fn kept(&self, sequence: usize, position: usize) -> f64 {
        let Some(dropout) = self.dropout else { return 1.0 };
        let stream = Stream::new(dropout.seed, dropout.site, dropout.step);
        let word = stream.word(dropout.sequence_ids[sequence], position as u32);
        if word < drop_threshold(dropout.probability) { 0.0 } else { 1.0 / (1.0 - dropout.probability) }
    }

    /// Output of every query, and the weights of every sequence before drops.
    pub(crate) fn run(&self, inputs: &[Vec<f64>; 3], parameters: &[Vec<f64>; 4]) -> (Vec<f64>, Vec<f64>) {
        let [in_weight, in_bias, out_weight, out_bias] = parameters;
        let (width, head_width) = (self.width, self.width / self.heads);
        let project = |third: usize| {
            let rows = inputs[third].chunks(width).map(<[f64]>::to_vec).collect();
            let weight = &in_weight[third * width * width..(third + 1) * width * width];
            linear(&rows, weight, &in_bias[third * width..(third + 1) * width])
        };
        let (q, k, v) = (project(0), project(1), project(2));
        let mut context = vec![vec![0.0; width]; q.len()];
        let mut all_weights = Vec::new();
        for sequence in 0..self.query_offsets.len() - 1 {
            let of = |offsets: &[u32]| offsets[sequence] as usize..offsets[sequence + 1] as usize;
            let (queries, keys) = (of(self.query_offsets), of(self.key_offsets));
            for head in 0..self.heads {
                let columns = head * head_width..(head + 1) * head_width;
                for query in queries.clone() {
                    let visible = |key: &usize| self.mask.is_none_or(|mask| mask[*key] != 0);
                    let exponential = |key: usize| {
                        let product: f64 = columns.clone().map(|c| q[query][c] * k[key][c]).sum();
                        (product / (head_width as f64).sqrt()).exp()
                    };
                    let sum: f64 = keys.clone().filter(visible).map(exponential).sum();
                    for key in keys.clone() {
                        let weight = if visible(&key) { exponential(key) / sum } else { 0.0 };
                        all_weights.push(weight);
                        let row = head * queries.len() + query - queries.start;
                        let kept = self.kept(sequence, row * keys.len() + key - keys.start);
                        for c in columns.clone() {
                            context[query][c] += weight * kept * v[key][c];
                        }
                    }
                }
            }
        }
        let y = linear(&context, out_weight, out_bias);
        (y.into_iter().flatten().collect(), all_weights)
    }
}
