//! Unpacking of LZ4 blocks.

use napi::bindgen_prelude::{Buffer, Uint8Array};
use napi_derive::napi;

/// The `size` bytes of an LZ4 block; null if it is damaged or of another size.
#[napi(catch_unwind)]
pub fn lz4_block(packed: Uint8Array, size: u32) -> Option<Buffer> {
    seq_table::lz4_block(&packed, size as usize).map(Buffer::from)
}
