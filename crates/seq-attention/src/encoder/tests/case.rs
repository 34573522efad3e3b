//! Stacks with their batches, and what a run of one gives.

use seq_tensor::Tensor;
use seq_tensor::tensor::DType;

use super::super::reference::Reference;
use super::super::*;
use crate::long_rows::LONG;
use crate::testing::{gradients, noise, tensor, values};

/// A stack, a batch and a cotangent.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) width: usize,
    pub(super) heads: usize,
    pub(super) hidden: usize,
    pub(super) layers: usize,
    pub(super) activation: Activation,
    pub(super) offsets: Vec<u32>,
    pub(super) mask: Vec<u8>,
    pub(super) dropout: Option<Dropout>,
    pub(super) precision: Precision,
    pub(super) x: Vec<f64>,
    pub(super) parameters: Vec<Vec<f64>>,
    pub(super) cotangent: Vec<f64>,
}

pub(super) struct Outcome {
    pub(super) y: Vec<f64>,
    pub(super) dx: Vec<f64>,
    pub(super) d_parameters: Vec<Vec<f64>>,
}

impl Case {
    pub(super) fn new(width: usize, heads: usize, hidden: usize, layers: usize, lens: &[usize]) -> Self {
        let mut offsets = vec![0u32];
        for len in lens {
            offsets.push(offsets[offsets.len() - 1] + *len as u32);
        }
        let rows: usize = lens.iter().sum();
        let shape = Shape { width, heads, hidden, layers };
        let lens = shape.lens();
        let parameters = lens.iter().enumerate().map(|(i, len)| {
            // Matrices small enough that attention does not saturate, norms around one.
            let is_norm_weight = matches!(i % 12, 8 | 10) || i == 12 * layers;
            let scale = if is_norm_weight { 0.3 } else { 0.8 / (width as f64).sqrt() };
            let base = if is_norm_weight { 1.0 } else { 0.0 };
            noise(100 + i as u64, *len).into_iter().map(|x| base + scale * x).collect()
        });
        Self {
            width,
            heads,
            hidden,
            layers,
            activation: Activation::Gelu,
            mask: vec![1; rows],
            dropout: None,
            precision: Precision::Full,
            x: noise(1, rows * width).into_iter().map(|x| 2.0 * x).collect(),
            parameters: parameters.collect(),
            cotangent: noise(2, rows * width),
            offsets,
        }
    }

    pub(super) fn rows(&self) -> usize {
        self.mask.len()
    }

    /// Hides some keys inside every sequence but keeps the first of each visible.
    pub(super) fn hiding_some(mut self) -> Self {
        let hidden = noise(3, self.rows());
        for (mask, draw) in self.mask.iter_mut().zip(hidden) {
            *mask = u8::from(draw > -0.4);
        }
        for pair in self.offsets.windows(2).filter(|pair| pair[0] < pair[1]) {
            self.mask[pair[0] as usize] = 1;
        }
        self
    }

    pub(super) fn dropping(mut self, probability: f64) -> Self {
        let sequence_ids = (0..self.offsets.len() as u32 - 1).map(|i| 1000 + 7 * i).collect();
        self.dropout = Some(Dropout { probability, seed: 11, step: 3, site: 2048, sequence_ids });
        self
    }

    pub(super) fn rounded(self) -> Self {
        Self { precision: Precision::Bf16, ..self }
    }

    pub(super) fn reference(&self) -> Reference<'_> {
        Reference {
            width: self.width,
            heads: self.heads,
            hidden: self.hidden,
            activation: self.activation,
            parameters: &self.parameters,
            dropout: self.dropout.as_ref(),
        }
    }

    pub(super) fn expected(&self) -> Vec<f64> {
        self.reference().batch(&self.x, &self.offsets, &self.mask)
    }

    pub(super) fn parameter_shapes(&self) -> Vec<Vec<usize>> {
        let (d, f) = (self.width, self.hidden);
        let layer = [
            vec![3 * d, d],
            vec![3 * d],
            vec![d, d],
            vec![d],
            vec![f, d],
            vec![f],
            vec![d, f],
            vec![d],
            vec![d],
            vec![d],
            vec![d],
            vec![d],
        ];
        let mut shapes = vec![layer; self.layers].concat();
        shapes.extend([vec![d], vec![d]]);
        shapes
    }

    pub(super) fn options(&self, recompute: Recompute) -> EncoderOptions {
        let Self { heads, activation, precision, .. } = *self;
        EncoderOptions { heads, activation, recompute, dropout: self.dropout.clone(), precision }
    }

    pub(super) fn run(&self, dtype: DType, recompute: Recompute) -> Outcome {
        let x = tensor(dtype, &self.x, &[self.rows(), self.width]).variable();
        let parameters: Vec<Tensor> = self
            .parameters
            .iter()
            .zip(self.parameter_shapes())
            .map(|(data, shape)| tensor(dtype, data, &shape).variable())
            .collect();
        let mask = Tensor::new(self.mask.clone(), &[self.rows()]).unwrap();
        let mask = self.mask.contains(&0).then_some(&mask);
        let y = encoder(&x, &self.offsets, mask, &parameters, &self.options(recompute)).unwrap();
        let variables: Vec<Tensor> = std::iter::once(x).chain(parameters).collect();
        let mut found = gradients_of(&y, &self.cotangent, &variables).into_iter();
        Outcome { y: values(&y), dx: found.next().unwrap(), d_parameters: found.collect() }
    }
}

pub(super) fn gradients_of(y: &Tensor, cotangent: &[f64], variables: &[Tensor]) -> Vec<Vec<f64>> {
    gradients(y, cotangent, variables).into_iter().map(|gradient| values(&gradient.unwrap())).collect()
}

pub(super) fn cases() -> Vec<(&'static str, Case)> {
    let relu = |mut case: Case| {
        case.activation = Activation::Relu;
        case
    };
    let all_hidden = |mut case: Case| {
        case.mask.fill(0);
        case
    };
    vec![
        ("no sequence", Case::new(8, 2, 16, 2, &[])),
        ("only empty sequences", Case::new(8, 2, 16, 2, &[0, 0])),
        ("lengths 0 and 1", Case::new(8, 2, 16, 1, &[0, 1, 0, 1, 1, 0])),
        ("odd lengths and widths", Case::new(15, 3, 7, 2, &[5, 13, 2]).hiding_some()),
        ("one column per head", Case::new(6, 6, 5, 1, &[4, 3])),
        ("one head", Case::new(5, 1, 3, 2, &[7, 9]).hiding_some()),
        ("no layer", Case::new(6, 2, 0, 0, &[3, 4])),
        ("relu", relu(Case::new(8, 4, 32, 2, &[11, 6]).hiding_some())),
        ("every key hidden", all_hidden(Case::new(8, 2, 8, 2, &[3, 4]))),
        ("dropout", Case::new(8, 2, 12, 2, &[9, 1, 14]).hiding_some().dropping(0.3)),
        ("several blocks of queries", Case::new(8, 2, 8, 1, &[300]).hiding_some().dropping(0.1)),
        ("a sequence shared between threads", Case::new(6, 3, 7, 2, &[3, LONG + 13]).hiding_some().dropping(0.1)),
        ("several groups", Case::new(8, 2, 8, 1, &[60, 70, 5, 130, 2])),
    ]
}
