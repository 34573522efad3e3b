//! Random numbers drawn from words that the caller provides. Knows no generator.

/// Four random words as a pure function of two numbers: what they are for, such as the number of a permutation, and their
/// place in that. A counter-based generator with the seed inside.
pub type RandomWords<'a> = &'a (dyn Fn(u32, u32) -> [u32; 4] + Sync);

/// Words of one sequence, one after the other.
pub(crate) struct Draws<'a> {
    words: RandomWords<'a>,
    sequence: u32,
    block: u32,
    held: [u32; 4],
    used: usize,
}

impl<'a> Draws<'a> {
    pub fn new(words: RandomWords<'a>, sequence: u32) -> Self {
        Self { words, sequence, block: 0, held: [0; 4], used: 4 }
    }

    fn word(&mut self) -> u32 {
        if self.used == 4 {
            self.held = (self.words)(self.sequence, self.block);
            self.block += 1;
            self.used = 0;
        }
        self.used += 1;
        self.held[self.used - 1]
    }

    /// A whole number below `limit`, each equally likely.
    ///
    /// Lemire 2019, doi:10.1145/3230636.
    pub fn below(&mut self, limit: u32) -> u32 {
        loop {
            let product = u64::from(self.word()) * u64::from(limit);
            let rest = product as u32;
            if rest >= limit || rest >= limit.wrapping_neg() % limit {
                return (product >> 32) as u32;
            }
        }
    }

    /// Brings values into a random order, each order equally likely.
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.below(last as u32 + 1) as usize);
        }
    }

    /// A number with the standard normal distribution.
    ///
    /// Box & Muller 1958, doi:10.1214/aoms/1177706645.
    pub fn normal(&mut self) -> f64 {
        let (radius, angle) = (self.unit(), self.unit());
        (-2.0 * (1.0 - radius).ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }

    /// A number in [0, 1) with 53 random bits.
    fn unit(&mut self) -> f64 {
        let bits = u64::from(self.word()) << 32 | u64::from(self.word());
        (bits >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use seq_testing::random::Random;

    /// Words of a seed, for tests.
    pub fn words(seed: u64) -> impl Fn(u32, u32) -> [u32; 4] + Sync {
        move |sequence, block| {
            let mut random =
                Random::new(seed ^ (u64::from(sequence) << 32 | u64::from(block)).wrapping_mul(0x9e37_79b9));
            let (a, b) = (random.bits(), random.bits());
            [a as u32, (a >> 32) as u32, b as u32, (b >> 32) as u32]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffles_give_every_order_equally_often() {
        let words = testing::words(1);
        let mut times = std::collections::HashMap::new();
        for sequence in 0..12_000 {
            let mut order = [0, 1, 2];
            Draws::new(&words, sequence).shuffle(&mut order);
            *times.entry(order).or_insert(0) += 1;
        }
        assert_eq!(times.len(), 6);
        assert!(times.values().all(|&found: &i32| (found - 2000).abs() <= 200), "{times:?}");
    }

    #[test]
    fn numbers_below_a_limit_are_equally_likely_even_for_large_limits() {
        let words = testing::words(2);
        let mut draws = Draws::new(&words, 0);
        let limit = 3 << 30;
        let lower = (0..30_000).filter(|_| draws.below(limit) < 1 << 30).count();
        assert!((lower as f64 / 30_000.0 - 1.0 / 3.0).abs() <= 0.012, "{lower}");
        assert!((0..1000).all(|_| draws.below(1) == 0));
    }

    #[test]
    fn normal_numbers_have_mean_0_and_variance_1() {
        let words = testing::words(3);
        let mut draws = Draws::new(&words, 0);
        let values: Vec<f64> = (0..20_000).map(|_| draws.normal()).collect();
        let mean = values.iter().sum::<f64>() / 20_000.0;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 20_000.0;
        assert!(mean.abs() <= 0.03 && (variance - 1.0).abs() <= 0.04, "{mean} {variance}");
    }
}
