//! Operations on tensors, one file or folder each. Every file opens with its contract.
//!
//! Forward checks shapes and dtypes. An operation records how its gradient flows, or that it has none.

pub mod binary;
pub mod cast;
pub mod compare;
pub mod concat;
pub mod cross_entropy;
pub mod dropout;
pub mod embed_sequences;
pub mod expand;
pub mod gather_rows;
pub mod layer_norm;
pub mod linear;
pub mod matmul;
pub mod pairwise_distance;
pub mod permute;
pub mod random_uniform;
pub mod reduce;
pub mod reshape;
pub mod slice;
pub mod softmax;
pub mod unary;
pub mod where_mask;

pub use binary::{add, div, maximum, minimum, mul, sub};
pub use cast::cast;
pub use compare::{equal, greater};
pub use concat::concat;
pub use cross_entropy::{cross_entropy, nll};
pub use dropout::dropout;
pub use embed_sequences::embed_sequences;
pub use expand::expand;
pub use gather_rows::{gather_rows, scatter_add_rows};
pub use layer_norm::layer_norm;
pub use linear::linear;
pub use matmul::matmul;
pub use pairwise_distance::pairwise_distance;
pub use permute::permute;
pub use random_uniform::random_uniform;
pub use reduce::{ReducedAxes, argmax, max, mean, sum};
pub use reshape::reshape;
pub use slice::slice;
pub use softmax::{log_softmax, softmax};
pub use unary::{abs, exp, gelu, huber, ln, ln_1p, neg, relu, scale_shift, sigmoid, softplus, sqrt, square, tanh};
pub use where_mask::where_mask;
