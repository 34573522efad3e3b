//! Chunks packed here, by the other half of the library or by hand, come back as they were.

use libdeflater::{CompressionLvl, Compressor};
use proptest::prelude::*;
use seq_table::{ChunkFilter, ChunkLayout, Conversion, DamagedChunk, StoredChunk, unpack_chunks};

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::new(4).expect("level 4 exists"));
    let mut packed = vec![0; compressor.zlib_compress_bound(bytes.len())];
    let written = compressor.zlib_compress(bytes, &mut packed).expect("the bound is enough");
    packed.truncate(written);
    packed
}

fn shuffled(bytes: &[u8], element_bytes: usize) -> Vec<u8> {
    (0..element_bytes).flat_map(|byte| bytes.iter().skip(byte).step_by(element_bytes).copied()).collect()
}

/// A chunk as a writer leaves it.
fn stored(bytes: &[u8], layout: &ChunkLayout<'_>, left_out: u32) -> Vec<u8> {
    let applied = layout.filters.iter().enumerate().filter(|(i, _)| left_out & (1 << i) == 0);
    applied.fold(bytes.to_vec(), |bytes, (_, filter)| match filter {
        ChunkFilter::Deflate => deflated(&bytes),
        ChunkFilter::Shuffle => shuffled(&bytes, layout.element_bytes),
    })
}

fn lists() -> impl Strategy<Value = &'static [ChunkFilter]> {
    use ChunkFilter::{Deflate, Shuffle};
    prop::sample::select(vec![&[][..], &[Deflate], &[Shuffle], &[Shuffle, Deflate]])
}

proptest! {
    #[test]
    fn gives_any_range_of_any_chunks(
        filters in lists(),
        element_bytes in prop::sample::select(vec![1_usize, 2, 4, 8]),
        elements in 1_usize..40,
        contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 320), 1..9),
        left_out in prop::collection::vec(0_u32..4, 9),
        (from, to) in (0_usize..40, 0_usize..40),
        threads in 1_usize..4,
    ) {
        let chunk_bytes = elements * element_bytes;
        let layout = ChunkLayout { filters, element_bytes, chunk_bytes, conversion: Conversion::None };
        let whole: Vec<u8> = contents.iter().flat_map(|content| &content[..chunk_bytes]).copied().collect();
        let packed: Vec<_> = whole.chunks(chunk_bytes).zip(&left_out).map(|(chunk, &out)| stored(chunk, &layout, out)).collect();
        let chunks: Vec<_> = packed.iter().zip(&left_out).map(|(bytes, &left_out)| StoredChunk { bytes, left_out }).collect();
        let skipped = from % elements * element_bytes;
        let missing = to % elements * element_bytes;
        prop_assume!(skipped + missing < whole.len() && (chunks.len() > 1 || skipped + missing < chunk_bytes));
        let mut target = vec![0xaa; whole.len() - skipped - missing];
        unpack_chunks(&chunks, &layout, skipped, &mut target, threads).unwrap();
        prop_assert_eq!(&target[..], &whole[skipped..whole.len() - missing]);
    }
}

const DEFLATE: ChunkLayout<'_> =
    ChunkLayout { filters: &[ChunkFilter::Deflate], element_bytes: 8, chunk_bytes: 16, conversion: Conversion::None };

/// The damage found among chunks of 16 bytes.
fn damage(packed: &[Vec<u8>], layout: &ChunkLayout<'_>, threads: usize) -> Result<(), DamagedChunk> {
    let chunks: Vec<_> = packed.iter().map(|bytes| StoredChunk { bytes, left_out: 0 }).collect();
    unpack_chunks(&chunks, layout, 8, &mut vec![0; 16 * chunks.len() - 16], threads)
}

#[test]
fn names_the_first_damaged_chunk() {
    let good = deflated(&[7; 16]);
    let mut wrong_sum = good.clone();
    *wrong_sum.last_mut().unwrap() ^= 1;
    let bad =
        [wrong_sum, good[..good.len() - 5].to_vec(), deflated(&[7; 15]), deflated(&[7; 17]), Vec::new(), vec![0; 40]];
    for damaged in bad {
        for index in 0..7 {
            let mut packed = vec![good.clone(); 7];
            packed[index] = damaged.clone();
            packed[6] = damaged.clone();
            for threads in [1, 2, 3] {
                assert_eq!(damage(&packed, &DEFLATE, threads), Err(DamagedChunk { index }), "{damaged:?}");
            }
        }
    }
    assert_eq!(damage(&vec![good; 7], &DEFLATE, 2), Ok(()));
}

#[test]
fn refuses_unpacked_chunks_of_another_size() {
    for filters in [&[][..], &[ChunkFilter::Shuffle]] {
        let layout = ChunkLayout { filters, ..DEFLATE };
        assert_eq!(damage(&[vec![0; 16], vec![0; 16], vec![0; 17]], &layout, 1), Err(DamagedChunk { index: 2 }));
        assert_eq!(damage(&[vec![0; 15], vec![0; 16], vec![0; 16]], &layout, 1), Err(DamagedChunk { index: 0 }));
    }
}

#[test]
fn makes_doubles_of_wide_integers() {
    let signed = [0, 1, -1, (1 << 53) + 1, i64::MAX, i64::MIN];
    let bytes: Vec<u8> = signed.iter().flat_map(|value| value.to_le_bytes()).collect();
    let doubles = |conversion| {
        let layout = ChunkLayout { filters: &[], element_bytes: 8, chunk_bytes: 48, conversion };
        let mut target = [0; 40];
        unpack_chunks(&[StoredChunk { bytes: &bytes, left_out: 0 }], &layout, 8, &mut target, 1).unwrap();
        target.as_chunks::<8>().0.iter().map(|&element| f64::from_le_bytes(element)).collect::<Vec<_>>()
    };
    let [big, half] = [2_f64.powi(53), 2_f64.powi(63)];
    assert_eq!(doubles(Conversion::SignedToDouble), [1.0, -1.0, big, half, -half]);
    assert_eq!(doubles(Conversion::UnsignedToDouble), [1.0, 2.0 * half, big, half, half]);
}

#[test]
#[should_panic(expected = "the target ends in the last chunk")]
fn refuses_a_target_of_another_size() {
    let _ = unpack_chunks(&[StoredChunk { bytes: &[0; 16], left_out: 1 }], &DEFLATE, 8, &mut [0; 16], 1);
}
