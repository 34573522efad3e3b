//! Unpacks LZ4 blocks of known size, in which `ssu` keeps ids and stripes. Knows not what they hold.

/// The `size` bytes of a block; `None` if it is damaged or unpacks to another number of bytes.
pub fn lz4_block(packed: &[u8], size: usize) -> Option<Vec<u8>> {
    // LZ4 cannot shrink data more than 255 times; more is not set aside for a claim.
    if size > packed.len().saturating_mul(255) {
        return None;
    }
    let mut bytes = vec![0; size];
    let written = lz4_flex::block::decompress_into(packed, &mut bytes).ok()?;
    (written == size).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 21 times `a`, then `bcde` and, where it is appended, `f`: a literal, a match of 19, and a last run of literals.
    const PACKED: [u8; 11] = [0x1f, b'a', 1, 0, 0, 0x60, b'a', b'b', b'c', b'd', b'e'];

    #[test]
    fn unpacks_literals_and_matches() {
        let mut packed = PACKED.to_vec();
        packed.push(b'f');
        assert_eq!(lz4_block(&packed, 26).as_deref(), Some(b"aaaaaaaaaaaaaaaaaaaaabcdef".as_slice()));
    }

    #[test]
    fn refuses_damage_and_other_sizes() {
        let mut packed = PACKED.to_vec();
        packed.push(b'f');
        assert_eq!(lz4_block(&packed, 27), None);
        assert_eq!(lz4_block(&packed, 25), None);
        assert_eq!(lz4_block(&PACKED, 26), None);
        assert_eq!(lz4_block(&[0x1f, b'a', 9, 0, 0], 20), None);
        assert_eq!(lz4_block(&[], usize::MAX), None);
        assert_eq!(lz4_block(&[0x10, b'a'], usize::MAX), None);
    }
}
