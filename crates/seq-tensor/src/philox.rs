//! Counter-based random numbers: Philox 4x32-10.
//!
//! A draw is a pure function of a key (the run's seed) and a counter (what the draw is for), so it does
//! not matter in which order, on which thread or in which batch it happens, and backward can repeat it.
//!
//! Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3",
//! doi:10.1145/2063384.2063405; test vectors published with the Random123 library.

/// Site of the masks that hide nucleotides in training.
pub const NUCLEOTIDE_MASK_SITE: u32 = 0x1000_0000;
/// Site of initial parameter values.
pub const INITIALISATION_SITE: u32 = 0x2000_0000;

const MULTIPLIERS: (u32, u32) = (0xD251_1F53, 0xCD9E_8D57);
const WEYL: (u32, u32) = (0x9E37_79B9, 0xBB67_AE85);
const ROUNDS: usize = 10;
/// Blocks that are computed in step.
const BLOCKS: usize = 8;

/// Four 32-bit words that depend on every bit of `counter` and `key`.
pub fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let mut c = counter;
    let mut k = key;
    for round in 0..ROUNDS {
        if round > 0 {
            k = [k[0].wrapping_add(WEYL.0), k[1].wrapping_add(WEYL.1)];
        }
        let p0 = u64::from(MULTIPLIERS.0) * u64::from(c[0]);
        let p1 = u64::from(MULTIPLIERS.1) * u64::from(c[2]);
        c = [(p1 >> 32) as u32 ^ c[1] ^ k[0], p1 as u32, (p0 >> 32) as u32 ^ c[3] ^ k[1], p0 as u32];
    }
    c
}

/// The draws of one purpose within one run.
///
/// `site` tells the place that draws (layer and kind of dropout, masking, initialisation, ...), `step`
/// the update or epoch; together with the seed they select the stream. A draw inside the stream is
/// addressed by a logical sequence id and a position, never by where the sequence lies in a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    key: [u32; 2],
    site: u32,
    step: u32,
}

impl Stream {
    /// The stream of `seed`, `site` and `step`.
    pub fn new(seed: u64, site: u32, step: u32) -> Self {
        Self { key: [seed as u32, (seed >> 32) as u32], site, step }
    }

    /// The same seed and step at another place.
    pub fn at_site(self, site: u32) -> Self {
        Self { site, ..self }
    }

    /// Words number `4 * block .. 4 * block + 4` of sequence `sequence`.
    pub fn block(self, sequence: u32, block: u32) -> [u32; 4] {
        philox([block, sequence, self.site, self.step], self.key)
    }

    /// One word: number `position` of sequence `sequence`.
    pub fn word(self, sequence: u32, position: u32) -> u32 {
        self.block(sequence, position / 4)[(position % 4) as usize]
    }

    /// Words number `first .. first + out.len()` of sequence `sequence`.
    pub fn words(self, sequence: u32, first: u32, out: &mut [u32]) {
        let lead = (first.wrapping_neg() % 4).min(out.len() as u32);
        let (head, body) = out.split_at_mut(lead as usize);
        for (i, word) in head.iter_mut().enumerate() {
            *word = self.word(sequence, first + i as u32);
        }
        let first_block = (first + lead) / 4;
        let (groups, tail) = body.as_chunks_mut::<{ 4 * BLOCKS }>();
        let group_count = groups.len() as u32;
        for (i, words) in groups.iter_mut().enumerate() {
            self.blocks(sequence, first_block + BLOCKS as u32 * i as u32, words);
        }
        for (i, words) in tail.chunks_mut(4).enumerate() {
            let block = first_block + BLOCKS as u32 * group_count + i as u32;
            words.copy_from_slice(&self.block(sequence, block)[..words.len()]);
        }
    }

    /// [`Self::block`] for several consecutive blocks in step, which the compiler can vectorise.
    fn blocks(self, sequence: u32, first_block: u32, out: &mut [u32; 4 * BLOCKS]) {
        let mut c0: [u32; BLOCKS] = std::array::from_fn(|i| first_block + i as u32);
        let (mut c1, mut c2, mut c3) = ([sequence; BLOCKS], [self.site; BLOCKS], [self.step; BLOCKS]);
        let mut k = self.key;
        for round in 0..ROUNDS {
            if round > 0 {
                k = [k[0].wrapping_add(WEYL.0), k[1].wrapping_add(WEYL.1)];
            }
            for (((c0, c1), c2), c3) in c0.iter_mut().zip(&mut c1).zip(&mut c2).zip(&mut c3) {
                let p0 = u64::from(MULTIPLIERS.0) * u64::from(*c0);
                let p1 = u64::from(MULTIPLIERS.1) * u64::from(*c2);
                *c0 = (p1 >> 32) as u32 ^ *c1 ^ k[0];
                *c2 = (p0 >> 32) as u32 ^ *c3 ^ k[1];
                (*c1, *c3) = (p1 as u32, p0 as u32);
            }
        }
        let (words, _) = out.as_chunks_mut::<4>();
        for ((((word, c0), c1), c2), c3) in words.iter_mut().zip(c0).zip(c1).zip(c2).zip(c3) {
            *word = [c0, c1, c2, c3];
        }
    }

    /// A double in [0, 1) with 53 random bits; positions count pairs of words.
    pub fn uniform(self, sequence: u32, position: u32) -> f64 {
        let words = self.block(sequence, position / 2);
        let (high, low) = if position.is_multiple_of(2) { (words[0], words[1]) } else { (words[2], words[3]) };
        let bits = (u64::from(high) << 32 | u64::from(low)) >> 11;
        bits as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// A standard normal double (Box-Muller); one block per draw.
    pub fn normal(self, sequence: u32, position: u32) -> f64 {
        let words = self.block(sequence, position);
        let fraction =
            |high: u32, low: u32| ((u64::from(high) << 32 | u64::from(low)) >> 11) as f64 * (1.0 / (1u64 << 53) as f64);
        let radius = (-2.0 * (1.0 - fraction(words[0], words[1])).ln()).sqrt();
        radius * (std::f64::consts::TAU * fraction(words[2], words[3])).cos()
    }
}

/// The largest word that drops at probability `p`: an element is dropped where `word < threshold`.
///
/// # Panics
/// If `p` is not in [0, 1).
pub fn drop_threshold(p: f64) -> u32 {
    assert!((0.0..1.0).contains(&p), "dropout probability must be in [0, 1), got {p}");
    (p * 4_294_967_296.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_published_random123_vectors() {
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox([u32::MAX; 4], [u32::MAX; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn many_words_are_the_single_words_from_any_start() {
        let stream = Stream::new(7, 3, 1);
        for first in 0..9 {
            for len in [0, 1, 3, 4, 5, 70] {
                let mut words = vec![0; len];
                stream.words(11, first, &mut words);
                let single: Vec<u32> = (0..len as u32).map(|i| stream.word(11, first + i)).collect();
                assert_eq!(words, single);
            }
        }
    }

    #[test]
    fn draws_have_the_moments_of_their_distributions() {
        let stream = Stream::new(7, 3, 1);
        let n = 20_000u32;
        let uniform: Vec<f64> = (0..n).map(|i| stream.uniform(5, i)).collect();
        let normal: Vec<f64> = (0..n).map(|i| stream.normal(6, i)).collect();
        let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
        let variance = |x: &[f64]| mean(&x.iter().map(|v| (v - mean(x)).powi(2)).collect::<Vec<_>>());
        assert!((mean(&uniform) - 0.5).abs() <= 0.01);
        assert!((variance(&uniform) - 1.0 / 12.0).abs() <= 0.003);
        assert!(mean(&normal).abs() <= 0.03);
        assert!((variance(&normal) - 1.0).abs() <= 0.04);
        let dropped = (0..n).filter(|&i| stream.word(9, i) < drop_threshold(0.1)).count();
        assert!((dropped as f64 / f64::from(n) - 0.1).abs() <= 0.01);
    }
}
