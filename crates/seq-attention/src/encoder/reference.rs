//! The stack in plain loops over doubles, one sequence and one number at a time. Defines "correct".

use seq_tensor::philox::{Stream, drop_threshold};

use crate::activation::Activation;
use crate::dropout::Dropout;

/// A stack with its parameters in the order of the contract.
pub(crate) struct Reference<'a> {
    pub width: usize,
    pub heads: usize,
    pub hidden: usize,
    pub activation: Activation,
    pub parameters: &'a [Vec<f64>],
    pub dropout: Option<&'a Dropout>,
}

type Matrix = Vec<Vec<f64>>;

pub(crate) fn linear(x: &Matrix, weight: &[f64], bias: &[f64]) -> Matrix {
    let map = |row: &Vec<f64>| {
        let inputs = row.len();
        let output = |o: usize| bias[o] + (0..inputs).map(|i| weight[o * inputs + i] * row[i]).sum::<f64>();
        (0..bias.len()).map(output).collect()
    };
    x.iter().map(map).collect()
}

pub(crate) fn layer_norm(x: &Matrix, weight: &[f64], bias: &[f64], epsilon: f64) -> Matrix {
    let norm = |row: &Vec<f64>| {
        let width = row.len() as f64;
        let mean = row.iter().sum::<f64>() / width;
        let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / width;
        let normal = row.iter().map(|x| (x - mean) / (variance + epsilon).sqrt());
        normal.zip(weight.iter().zip(bias)).map(|(x, (weight, bias))| x * weight + bias).collect()
    };
    x.iter().map(norm).collect()
}

fn add(a: &Matrix, b: &Matrix) -> Matrix {
    a.iter().zip(b).map(|(a, b)| a.iter().zip(b).map(|(a, b)| a + b).collect()).collect()
}

impl Reference<'_> {
    /// What the element at `position` of a sequence is multiplied by.
    fn kept(&self, layer: usize, kind: u32, sequence: usize, position: usize) -> f64 {
        let Some(dropout) = self.dropout else { return 1.0 };
        let site = dropout.site + 16 * layer as u32 + kind;
        let word = Stream::new(dropout.seed, site, dropout.step).word(dropout.sequence_ids[sequence], position as u32);
        if word < drop_threshold(dropout.probability) { 0.0 } else { 1.0 / (1.0 - dropout.probability) }
    }

    fn drop(&self, x: &mut Matrix, layer: usize, kind: u32, sequence: usize) {
        for (r, row) in x.iter_mut().enumerate() {
            let width = row.len();
            for (c, x) in row.iter_mut().enumerate() {
                *x *= self.kept(layer, kind, sequence, r * width + c);
            }
        }
    }

    fn attention(&self, projections: &Matrix, mask: &[u8], layer: usize, sequence: usize) -> Matrix {
        let (len, head_width) = (projections.len(), self.width / self.heads);
        let mut context = vec![vec![0.0; self.width]; len];
        for head in 0..self.heads {
            for (query, context) in context.iter_mut().enumerate() {
                let at =
                    |row: usize, part: usize, i: usize| projections[row][part * self.width + head * head_width + i];
                let score = |key: usize| (0..head_width).map(|i| at(query, 0, i) * at(key, 1, i)).sum::<f64>();
                let scores: Vec<f64> = (0..len).map(|key| score(key) / (head_width as f64).sqrt()).collect();
                let visible = || (0..len).filter(|&key| mask[key] != 0);
                let largest = visible().map(|key| scores[key]).fold(f64::NEG_INFINITY, f64::max);
                let sum: f64 = visible().map(|key| (scores[key] - largest).exp()).sum();
                for key in visible() {
                    let position = (head * len + query) * len + key;
                    let weight = (scores[key] - largest).exp() / sum * self.kept(layer, 0, sequence, position);
                    for i in 0..head_width {
                        context[head * head_width + i] += weight * at(key, 2, i);
                    }
                }
            }
        }
        context
    }

    fn activate(&self, x: f64) -> f64 {
        match self.activation {
            Activation::Gelu => 0.5 * x * (1.0 + libm::erf(x / 2f64.sqrt())),
            Activation::Relu => x.max(0.0),
        }
    }

    /// The output of one sequence.
    pub(crate) fn sequence(&self, mut x: Matrix, mask: &[u8], sequence: usize) -> Matrix {
        let layers = (self.parameters.len() - 2) / 12;
        for (layer, p) in self.parameters[..12 * layers].chunks(12).enumerate() {
            let projections = linear(&layer_norm(&x, &p[8], &p[9], 1e-5), &p[0], &p[1]);
            let mut branch = linear(&self.attention(&projections, mask, layer, sequence), &p[2], &p[3]);
            self.drop(&mut branch, layer, 1, sequence);
            x = add(&x, &branch);
            let mut hidden = linear(&layer_norm(&x, &p[10], &p[11], 1e-5), &p[4], &p[5]);
            assert!(hidden.iter().all(|row| row.len() == self.hidden));
            hidden.iter_mut().flatten().for_each(|x| *x = self.activate(*x));
            self.drop(&mut hidden, layer, 2, sequence);
            let mut branch = linear(&hidden, &p[6], &p[7]);
            self.drop(&mut branch, layer, 3, sequence);
            x = add(&x, &branch);
        }
        let closing = &self.parameters[12 * layers..];
        layer_norm(&x, &closing[0], &closing[1], 1e-6)
    }

    /// The output of every row of a packed batch.
    pub(crate) fn batch(&self, x: &[f64], offsets: &[u32], mask: &[u8]) -> Vec<f64> {
        let mut y = Vec::new();
        for (sequence, pair) in offsets.windows(2).enumerate() {
            let (from, to) = (pair[0] as usize, pair[1] as usize);
            let rows = x[from * self.width..to * self.width].chunks(self.width).map(<[f64]>::to_vec).collect();
            y.extend(self.sequence(rows, &mask[from..to], sequence).into_iter().flatten());
        }
        y
    }
}
