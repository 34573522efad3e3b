//! The random words of this addon for computations that take them from outside.

use seq_tensor::philox::Stream;

/// Site of the permutations of PERMANOVA. The values of sites are part of every reproducible result.
pub(super) const PERMUTATION_SITE: u32 = 0x4000_0000;
/// Site of the random vectors of PCoA.
pub(super) const PCOA_SITE: u32 = 0x4000_0001;

/// Words of a seed at a site.
pub(super) fn words(seed: f64, site: u32) -> impl Fn(u32, u32) -> [u32; 4] + Sync {
    let stream = Stream::new(seed as u64, site, 0);
    move |sequence, block| stream.block(sequence, block)
}
