//! All kinds of lanes do the same.

use crate::lanes::{LaneLoop, Lanes, Plain};
use crate::lanes_x86::{run_avx2, run_avx512};

/// Every operation on the same numbers, as bits.
struct Everything<'o> {
    out: &'o mut Vec<[u32; 16]>,
}

impl LaneLoop for Everything<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let numbers: [u32; 16] = std::array::from_fn(|lane| 0x3f00_0000 + (lane as u32 * 0x0123_4567) % 0x0700_0000);
        let others: [u32; 16] = std::array::from_fn(|lane| numbers[15 - lane] ^ 0x0000_0155);
        let (a, b) = (L::load(&numbers), L::load(&others));
        let (x, y) = (L::float(a), L::float(b));
        let whole = [L::plus(a, b), L::minus(a, b), L::smaller(a, b), L::and(a, b)];
        let moved = [L::shift_right::<3>(a), L::shift_left::<5>(a), L::splat(77), L::bits(L::splat_float(0.1))];
        let floats = [L::add(x, y), L::sub(x, y), L::mul(x, y), L::div(x, y), L::mul_add(x, y, x)];
        let turned = [
            L::bits(L::abs(L::sub(x, y))),
            L::round(x),
            L::round(L::sub(x, y)),
            L::bits(L::from_signed(L::minus(a, b))),
        ];
        for value in whole.into_iter().chain(moved).chain(floats.map(L::bits)).chain(turned) {
            let mut stored = [0; 16];
            L::store(value, &mut stored);
            self.out.push(stored);
        }
    }
}

#[test]
fn all_registers_give_the_same_bits() {
    let (mut plain, mut avx2, mut avx512) = (Vec::new(), Vec::new(), Vec::new());
    Everything { out: &mut plain }.run::<Plain>();
    assert_eq!(plain.len(), 17);
    if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
        // SAFETY: just checked.
        unsafe { run_avx2(Everything { out: &mut avx2 }) };
        assert_eq!(avx2, plain);
    }
    if std::arch::is_x86_feature_detected!("avx512f") {
        // SAFETY: just checked.
        unsafe { run_avx512(Everything { out: &mut avx512 }) };
        assert_eq!(avx512, plain);
    }
}
