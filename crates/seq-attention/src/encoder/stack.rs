//! The weights of a stack as slices in the order of the contract, and gradients laid out alike.

use seq_tensor::threads;

use crate::activation::Activation;
use crate::layer_norm::{Norm, NormGradient};
use crate::linear::{BackwardMap, ForwardMap, Linear, LinearGradient};
use crate::precision::Precision;
use crate::real::Real;

/// Parameters of one layer.
pub(crate) const LAYER_PARAMETERS: usize = 12;
/// Parameters of the closing norm.
pub(crate) const CLOSING_PARAMETERS: usize = 2;

const INNER_EPSILON: f64 = 1e-5;
const CLOSING_EPSILON: f64 = 1e-6;

/// Sizes that all layers share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Width D of a row.
    pub width: usize,
    /// Heads H; each has D / H columns.
    pub heads: usize,
    /// Width F between the two linear maps.
    pub hidden: usize,
    pub layers: usize,
}

impl Shape {
    /// Numbers of elements of one layer's parameters, in order.
    fn layer_lens(self) -> [usize; LAYER_PARAMETERS] {
        let Self { width: d, hidden: f, .. } = self;
        [3 * d * d, 3 * d, d * d, d, f * d, f, d * f, d, d, d, d, d]
    }

    /// Numbers of elements of all parameters, in order.
    pub(crate) fn lens(self) -> Vec<usize> {
        let mut lens = self.layer_lens().repeat(self.layers);
        lens.extend([self.width; CLOSING_PARAMETERS]);
        lens
    }

    pub(crate) fn parameter_len(self) -> usize {
        self.lens().iter().sum()
    }
}

/// The parameters of one layer; `L` is the form of its linear maps.
#[derive(Clone, Copy)]
pub(crate) struct Layer<'a, T, L> {
    pub attention_norm: Norm<'a, T>,
    pub in_projection: L,
    pub out_projection: L,
    pub feed_forward_norm: Norm<'a, T>,
    pub expansion: L,
    pub contraction: L,
}

impl<'a, T: Real> Layer<'a, T, Linear<'a, T>> {
    /// `p` in the order of the contract, sizes checked.
    fn new(p: &[&'a [T]], precision: Precision) -> Self {
        let linear = |first: usize| Linear { weight: p[first], bias: p[first + 1], precision };
        let norm = |first: usize| Norm { weight: p[first], bias: p[first + 1], epsilon: INNER_EPSILON };
        Self {
            in_projection: linear(0),
            out_projection: linear(2),
            expansion: linear(4),
            contraction: linear(6),
            attention_norm: norm(8),
            feed_forward_norm: norm(10),
        }
    }

    fn with_maps<L>(&self, map: impl Fn(Linear<'a, T>) -> L) -> Layer<'a, T, L> {
        Layer {
            attention_norm: self.attention_norm,
            in_projection: map(self.in_projection),
            out_projection: map(self.out_projection),
            feed_forward_norm: self.feed_forward_norm,
            expansion: map(self.expansion),
            contraction: map(self.contraction),
        }
    }
}

/// A layer with packed weights, to be applied.
pub(crate) type ForwardLayer<'a, T> = Layer<'a, T, ForwardMap<'a, T>>;
/// A layer with packed weights, to send gradients back.
pub(crate) type BackwardLayer<'a, T> = Layer<'a, T, BackwardMap<T>>;

/// The parameters of a stack.
pub(crate) struct Stack<'a, T> {
    pub shape: Shape,
    pub activation: Activation,
    pub precision: Precision,
    layers: Vec<Layer<'a, T, Linear<'a, T>>>,
    pub closing: Norm<'a, T>,
}

impl<'a, T: Real> Stack<'a, T> {
    /// `parameters` in the order of the contract, sizes checked.
    pub(crate) fn new(shape: Shape, activation: Activation, precision: Precision, parameters: &[&'a [T]]) -> Self {
        let (layers, closing) = parameters.split_at(shape.layers * LAYER_PARAMETERS);
        let layers = layers.chunks_exact(LAYER_PARAMETERS).map(|p| Layer::new(p, precision)).collect();
        let closing = Norm { weight: closing[0], bias: closing[1], epsilon: CLOSING_EPSILON };
        Self { shape, activation, precision, layers, closing }
    }

    /// Packs all weights for forward.
    pub(crate) fn forward_layers(&self) -> Vec<ForwardLayer<'a, T>> {
        threads::map(self.layers.len(), |layer| self.layers[layer].with_maps(Linear::forward_map))
    }

    /// Packs all weights for backward.
    pub(crate) fn backward_layers(&self) -> Vec<BackwardLayer<'a, T>> {
        threads::map(self.layers.len(), |layer| self.layers[layer].with_maps(Linear::backward_map))
    }
}

/// Where the gradients of one layer's parameters are added.
pub(crate) struct LayerGradient<'a, T> {
    pub attention_norm: NormGradient<'a, T>,
    pub in_projection: LinearGradient<'a, T>,
    pub out_projection: LinearGradient<'a, T>,
    pub feed_forward_norm: NormGradient<'a, T>,
    pub expansion: LinearGradient<'a, T>,
    pub contraction: LinearGradient<'a, T>,
}

/// The gradients of all parameters end to end, and which of them are wanted.
pub(crate) struct StackGradient<'a, T> {
    pub shape: Shape,
    pub sums: &'a mut [T],
    pub wanted: &'a [bool],
    pub precision: Precision,
}

impl<T> StackGradient<'_, T> {
    pub(crate) fn layer(&mut self, index: usize) -> LayerGradient<'_, T> {
        let lens = self.shape.layer_lens();
        let len: usize = lens.iter().sum();
        let wanted = &self.wanted[index * LAYER_PARAMETERS..];
        let mut rest = &mut self.sums[index * len..(index + 1) * len];
        let mut pieces = lens.into_iter().map(|len| {
            let (piece, tail) = std::mem::take(&mut rest).split_at_mut(len);
            rest = tail;
            piece
        });
        let mut piece = || pieces.next().expect("a layer has twelve parameters");
        let precision = self.precision;
        let mut linear = |first: usize| LinearGradient {
            weight: Some(piece()).filter(|_| wanted[first]),
            bias: Some(piece()).filter(|_| wanted[first + 1]),
            precision,
        };
        let (in_projection, out_projection, expansion, contraction) = (linear(0), linear(2), linear(4), linear(6));
        let mut norm = || NormGradient { weight: piece(), bias: piece() };
        let (attention_norm, feed_forward_norm) = (norm(), norm());
        LayerGradient { attention_norm, in_projection, out_projection, feed_forward_norm, expansion, contraction }
    }

    pub(crate) fn closing(&mut self) -> NormGradient<'_, T> {
        let from = self.sums.len() - CLOSING_PARAMETERS * self.shape.width;
        let (weight, bias) = self.sums[from..].split_at_mut(self.shape.width);
        NormGradient { weight, bias }
    }
}
