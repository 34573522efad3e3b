//! Runs a loop with the widest vectors that the processor has. Knows no loop.

/// A loop whose body is compiled once per vector width; `run` must be `#[inline(always)]`.
pub(crate) trait Loop {
    fn run(self);
}

/// Runs a loop with AVX2 and FMA where the processor has both. Products and sums are fused only where the loop says so.
pub(crate) fn run_wide(work: impl Loop) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
        // SAFETY: the processor has AVX2 and FMA, as was just checked.
        return unsafe { run_avx2(work) };
    }
    work.run();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn run_avx2(work: impl Loop) {
    work.run();
}
