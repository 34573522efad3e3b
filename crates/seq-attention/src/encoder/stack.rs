//! The weights of a stack as slices in the order of the contract, and gradients laid out alike.

use crate::activation::Activation;
use crate::layer_norm::{Norm, NormGradient};
use crate::linear::{Linear, LinearGradient};

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

/// The parameters of one layer.
#[derive(Clone, Copy)]
pub(crate) struct Layer<'a, T> {
    pub attention_norm: Norm<'a, T>,
    pub in_projection: Linear<'a, T>,
    pub out_projection: Linear<'a, T>,
    pub feed_forward_norm: Norm<'a, T>,
    pub expansion: Linear<'a, T>,
    pub contraction: Linear<'a, T>,
}

/// The parameters of a stack.
pub(crate) struct Stack<'a, T> {
    pub shape: Shape,
    pub activation: Activation,
    pub layers: Vec<Layer<'a, T>>,
    pub closing: Norm<'a, T>,
}

impl<'a, T> Stack<'a, T> {
    /// `parameters` in the order of the contract, sizes checked.
    pub(crate) fn new(shape: Shape, activation: Activation, parameters: &[&'a [T]]) -> Self {
        let (layers, closing) = parameters.split_at(shape.layers * LAYER_PARAMETERS);
        let layers = layers.chunks_exact(LAYER_PARAMETERS).map(|p| Layer {
            in_projection: Linear { weight: p[0], bias: p[1] },
            out_projection: Linear { weight: p[2], bias: p[3] },
            expansion: Linear { weight: p[4], bias: p[5] },
            contraction: Linear { weight: p[6], bias: p[7] },
            attention_norm: Norm { weight: p[8], bias: p[9], epsilon: INNER_EPSILON },
            feed_forward_norm: Norm { weight: p[10], bias: p[11], epsilon: INNER_EPSILON },
        });
        let closing = Norm { weight: closing[0], bias: closing[1], epsilon: CLOSING_EPSILON };
        Self { shape, activation, layers: layers.collect(), closing }
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
        let mut linear = |first: usize| LinearGradient {
            weight: Some(piece()).filter(|_| wanted[first]),
            bias: Some(piece()).filter(|_| wanted[first + 1]),
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
