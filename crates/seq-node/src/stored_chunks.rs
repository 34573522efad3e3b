//! The binding of `seq-table` for files of HDF5: unpacking of chunks.

use napi::bindgen_prelude::BufferSlice;
use napi::{Error, Result};
use napi_derive::napi;
use seq_table::{ChunkFilter, ChunkLayout, Conversion, StoredChunk};

/// Numbers that tell one chunk: its offset in the bytes given, its size, and the filters left out, by bits.
const NUMBERS_PER_CHUNK: usize = 3;

/// How all chunks of a data set are stored.
#[napi(object, object_to_js = false)]
pub struct ChunkStorage {
    /// Numbers of HDF5, in the order in which the filters were applied: 1 deflate, 2 shuffle.
    pub filters: Vec<u32>,
    /// Bytes of an element.
    pub element_bytes: u32,
    /// Bytes of an unpacked chunk.
    pub chunk_bytes: u32,
    /// Integers of 64 bits that become doubles. Default: none.
    #[napi(ts_type = "'int64' | 'uint64'")]
    pub doubles_of: Option<String>,
}

/// Unpacks chunks that follow each other into `target`, from byte `skipped` of the first on. `places` has three numbers
/// per chunk: its offset in `packed`, its size, and the filters left out, by bits. Null, or which chunk is damaged.
#[napi(catch_unwind)]
pub fn unpack_chunks(
    packed: &[u8],
    places: &[u32],
    storage: ChunkStorage,
    skipped: u32,
    #[napi(ts_arg_type = "Buffer")] mut target: BufferSlice,
    threads: u32,
) -> Result<Option<u32>> {
    let filters = storage.filters.iter().map(|&id| match id {
        1 => Ok(ChunkFilter::Deflate),
        2 => Ok(ChunkFilter::Shuffle),
        _ => Err(Error::from_reason(format!("unpackChunks: no filter {id}"))),
    });
    let filters = filters.collect::<Result<Vec<_>>>()?;
    let layout = ChunkLayout {
        filters: &filters,
        element_bytes: storage.element_bytes as usize,
        chunk_bytes: storage.chunk_bytes as usize,
        conversion: match storage.doubles_of.as_deref() {
            Some("int64") => Conversion::SignedToDouble,
            Some("uint64") => Conversion::UnsignedToDouble,
            _ => Conversion::None,
        },
    };
    let chunks = places.as_chunks::<NUMBERS_PER_CHUNK>().0.iter().map(|&[offset, size, left_out]| {
        let bytes = packed.get(offset as usize..).and_then(|bytes| bytes.get(..size as usize));
        bytes
            .map(|bytes| StoredChunk { bytes, left_out })
            .ok_or_else(|| Error::from_reason("unpackChunks: no such bytes"))
    });
    let chunks = chunks.collect::<Result<Vec<_>>>()?;
    let damaged = seq_table::unpack_chunks(&chunks, &layout, skipped as usize, &mut target, threads as usize).err();
    Ok(damaged.map(|chunk| chunk.index as u32))
}
