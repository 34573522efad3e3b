//! Unpacks the chunks in which HDF5 keeps a data set, many at a time. Knows no file, and not what the elements mean.
//!
//! Format: HDF5 File Format Specification 3.0, III.A.1 and IV.A.2.l; deflate stands in the wrapping of zlib (RFC 1950).

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use libdeflater::Decompressor;

/// What was done to the bytes of a chunk when it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunkFilter {
    /// Packed by deflate, with the checksum of zlib.
    Deflate,
    /// The first bytes of all elements stand together, then the second bytes, and so on.
    Shuffle,
}

/// What elements become on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    /// They stay as they are.
    None,
    /// Signed 64-bit integers become doubles, rounded to the nearest.
    SignedToDouble,
    /// Unsigned 64-bit integers become doubles, rounded to the nearest.
    UnsignedToDouble,
}

/// How all chunks of a data set are stored.
#[derive(Debug, Clone, Copy)]
pub struct ChunkLayout<'a> {
    /// In the order in which they were applied.
    pub filters: &'a [ChunkFilter],
    /// Bytes of an element.
    pub element_bytes: usize,
    /// Bytes of an unpacked chunk; a multiple of `element_bytes`, above zero.
    pub chunk_bytes: usize,
    /// What elements become.
    pub conversion: Conversion,
}

/// A chunk as it lies in a file.
#[derive(Debug, Clone, Copy)]
pub struct StoredChunk<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Filters that were left out when it was written, by bits.
    pub left_out: u32,
}

/// A chunk that does not unpack to as many bytes as it must, or whose checksum is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DamagedChunk {
    /// Which chunk of those given: the first damaged one.
    pub index: usize,
}

/// Unpacks chunks that follow each other into `target`, which takes their bytes from `skipped` of the first chunk on and
/// ends within the last. Every chunk is unpacked wholly, so damage in a part that is not asked for is seen, too.
///
/// `threads` is how many work at most, this one included; results are the same for any number. Beside `target` each of
/// them holds two chunks at most.
///
/// # Errors
///
/// [`DamagedChunk`] names the first chunk that is damaged; `target` then holds anything.
///
/// # Panics
///
/// If `target` does not begin in the first chunk and end in the last, or cuts an element.
pub fn unpack_chunks(
    chunks: &[StoredChunk<'_>],
    layout: &ChunkLayout<'_>,
    skipped: usize,
    target: &mut [u8],
    threads: usize,
) -> Result<(), DamagedChunk> {
    let &ChunkLayout { element_bytes, chunk_bytes, .. } = layout;
    assert!(
        element_bytes > 0 && chunk_bytes > 0 && chunk_bytes.is_multiple_of(element_bytes),
        "chunks of whole elements"
    );
    assert!(skipped < chunk_bytes && skipped.is_multiple_of(element_bytes), "the target begins in the first chunk");
    assert!(target.len().is_multiple_of(element_bytes), "the target has whole elements");
    assert_eq!((skipped + target.len()).div_ceil(chunk_bytes), chunks.len(), "the target ends in the last chunk");
    let first_bytes = target.len().min(chunk_bytes - skipped);
    let (first, others) = target.split_at_mut(first_bytes);
    let parts = std::iter::once(first).chain(others.chunks_mut(chunk_bytes));
    let pieces = Mutex::new(chunks.iter().zip(parts).enumerate());
    let damaged = AtomicUsize::new(usize::MAX);
    let work = || {
        let mut unpacker = Unpacker::new(layout);
        loop {
            let Some((index, (chunk, part))) = pieces.lock().unwrap_or_else(|lock| lock.into_inner()).next() else {
                break;
            };
            // What lies behind a damaged chunk is not wanted any more; what lies before it may be damaged, too.
            if index > damaged.load(Ordering::Relaxed) {
                break;
            }
            if unpacker.unpack(chunk, if index == 0 { skipped } else { 0 }, part).is_none() {
                damaged.fetch_min(index, Ordering::Relaxed);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads.min(chunks.len()) {
            // Where the system gives no thread, this one does all.
            if thread::Builder::new().spawn_scoped(scope, work).is_err() {
                break;
            }
        }
        work();
    });
    match damaged.into_inner() {
        usize::MAX => Ok(()),
        index => Err(DamagedChunk { index }),
    }
}

/// Unpacks one chunk after the other in memory that is kept.
struct Unpacker<'a> {
    layout: &'a ChunkLayout<'a>,
    inflater: Decompressor,
    /// What the filter undone last gave, and room for the next.
    whole: Vec<u8>,
    spare: Vec<u8>,
}

impl<'a> Unpacker<'a> {
    fn new(layout: &'a ChunkLayout<'a>) -> Self {
        Self { layout, inflater: Decompressor::new(), whole: Vec::new(), spare: Vec::new() }
    }

    /// The bytes of a chunk from `skipped` on, as many as `part` takes; `None` if it is damaged.
    fn unpack(&mut self, chunk: &StoredChunk<'_>, skipped: usize, part: &mut [u8]) -> Option<()> {
        let chunk_bytes = self.layout.chunk_bytes;
        let mut filters = self.layout.filters.iter().enumerate().rev().filter(|(i, _)| chunk.left_out & (1 << i) == 0);
        let (first, then) = (filters.next(), filters.next());
        match (first, then) {
            (None, _) => {
                part.copy_from_slice(whole_chunk(chunk.bytes, chunk_bytes)?.get(skipped..skipped + part.len())?)
            }
            (Some((_, &filter)), None) if part.len() == chunk_bytes => self.undo(filter, chunk.bytes, part)?,
            (Some((_, &filter)), then) => {
                let mut whole = std::mem::take(&mut self.whole);
                whole.resize(chunk_bytes, 0);
                self.undo(filter, chunk.bytes, &mut whole)?;
                for (_, &filter) in then.into_iter().chain(filters) {
                    let mut next = std::mem::take(&mut self.spare);
                    next.resize(chunk_bytes, 0);
                    self.undo(filter, &whole, &mut next)?;
                    self.spare = std::mem::replace(&mut whole, next);
                }
                part.copy_from_slice(whole.get(skipped..skipped + part.len())?);
                self.whole = whole;
            }
        }
        convert(part, self.layout.conversion);
        Some(())
    }

    /// Undoes one filter; `whole` has the size of a chunk.
    fn undo(&mut self, filter: ChunkFilter, bytes: &[u8], whole: &mut [u8]) -> Option<()> {
        match filter {
            ChunkFilter::Deflate => {
                let written = self.inflater.zlib_decompress(bytes, whole).ok()?;
                (written == whole.len()).then_some(())
            }
            ChunkFilter::Shuffle => {
                unshuffle(whole_chunk(bytes, whole.len())?, self.layout.element_bytes, whole);
                Some(())
            }
        }
    }
}

fn whole_chunk(bytes: &[u8], chunk_bytes: usize) -> Option<&[u8]> {
    (bytes.len() == chunk_bytes).then_some(bytes)
}

fn unshuffle(bytes: &[u8], element_bytes: usize, whole: &mut [u8]) {
    let count = whole.len() / element_bytes;
    for (byte, plane) in bytes.chunks_exact(count).enumerate() {
        for (element, &value) in whole.chunks_exact_mut(element_bytes).zip(plane) {
            element[byte] = value;
        }
    }
}

fn convert(part: &mut [u8], conversion: Conversion) {
    let double: fn([u8; 8]) -> f64 = match conversion {
        Conversion::None => return,
        Conversion::SignedToDouble => |bytes| i64::from_le_bytes(bytes) as f64,
        Conversion::UnsignedToDouble => |bytes| u64::from_le_bytes(bytes) as f64,
    };
    for element in part.as_chunks_mut::<8>().0 {
        *element = double(*element).to_le_bytes();
    }
}
