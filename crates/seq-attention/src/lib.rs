//! Variable-length attention, the transformer encoder over packed sequences, attention pooling.
//!
//! Sequences lie end to end in one tensor of rows; `offsets` tell where each starts. Nothing is padded.
//! What a sequence gives never depends on its neighbours in the batch or on the number of threads.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod activation;
mod arithmetic;
pub mod attention;
pub mod attention_pooling;
#[cfg(all(test, target_arch = "x86_64"))]
mod bf16_vectors;
mod dropout;
pub mod encoder;
mod groups;
mod head;
mod lanes;
mod layer_norm;
mod linear;
mod long_rows;
mod packed;
mod pairs;
mod peak;
mod precision;
mod product;
#[cfg(target_arch = "x86_64")]
mod product_avx2;
#[cfg(target_arch = "x86_64")]
mod product_avx512;
#[cfg(target_arch = "x86_64")]
mod product_bf16;
mod product_rate;
mod random_words;
mod real;
mod rounded;
mod scratch;
#[cfg(test)]
mod testing;
#[cfg(target_arch = "x86_64")]
mod tiles_avx512;
mod transpose;

pub use activation::Activation;
pub use attention::{AttentionInputs, AttentionOptions, AttentionParameters, attention, attention_weights};
pub use attention_pooling::{PoolingParameters, attention_pooling};
pub use dropout::Dropout;
pub use encoder::{EncoderOptions, Recompute, encoder};
pub use peak::peak_operations_per_second;
pub use precision::{Precision, multiplies_bf16};
pub use product_rate::{ProductSizes, product_operations_per_second};
