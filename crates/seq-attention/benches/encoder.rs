//! Times of the encoder: forward, and forward with backward, for named field sizes.
//!
//! `cargo bench -p seq-attention --bench encoder [-- threads scenario ...]`. Prints the best of several rounds and the
//! rate of the arithmetic in matrix products, beside the peak of fused multiply-adds measured in the same run.

use std::hint::black_box;
use std::time::Instant;

use seq_attention::{Activation, Dropout, EncoderOptions, Precision, Recompute, encoder, peak_operations_per_second};
use seq_tensor::Tensor;
use seq_tensor::ops::{ReducedAxes, sum};
use seq_tensor::tape::backward;
use seq_tensor::threads::{set_threads, threads};

const ROUNDS: usize = 7;
const POLICIES: [(Recompute, &str); 4] = [
    (Recompute::All, "all kept"),
    (Recompute::Selective, "selective"),
    (Recompute::Boundary, "boundaries"),
    (Recompute::None, "nothing kept"),
];

/// A batch and a stack.
struct Scenario {
    name: &'static str,
    width: usize,
    heads: usize,
    layers: usize,
    sequences: usize,
    len: usize,
}

const SCENARIOS: [Scenario; 5] = [
    Scenario { name: "nucleotides-default", width: 128, heads: 4, layers: 4, sequences: 64, len: 151 },
    Scenario { name: "nucleotides-small", width: 64, heads: 4, layers: 2, sequences: 64, len: 151 },
    Scenario { name: "community-gut-16s", width: 128, heads: 4, layers: 4, sequences: 32, len: 80 },
    Scenario { name: "community-long", width: 128, heads: 4, layers: 4, sequences: 4, len: 1024 },
    Scenario { name: "community-alone", width: 128, heads: 4, layers: 4, sequences: 1, len: 2048 },
];

impl Scenario {
    /// Floating-point operations of the matrix products of one forward pass.
    fn forward_operations(&self) -> f64 {
        let (d, f) = (self.width as f64, 4.0 * self.width as f64);
        let rows = (self.sequences * self.len) as f64;
        let per_row = 2.0 * (4.0 * d * d + 2.0 * d * f) + 4.0 * self.len as f64 * d;
        rows * per_row * self.layers as f64
    }

    fn parameters(&self) -> Vec<Tensor> {
        let (d, f) = (self.width, 4 * self.width);
        let layer: [&[usize]; 12] =
            [&[3 * d, d], &[3 * d], &[d, d], &[d], &[f, d], &[f], &[d, f], &[d], &[d], &[d], &[d], &[d]];
        let closing: [&[usize]; 2] = [&[d], &[d]];
        let shapes = (0..self.layers).flat_map(|_| layer).chain(closing);
        shapes.enumerate().map(|(i, shape)| wave(shape, 1.0 / (d as f32).sqrt(), i as f32).variable()).collect()
    }
}

fn wave(shape: &[usize], scale: f32, phase: f32) -> Tensor {
    let data = (0..shape.iter().product()).map(|i| scale * (i as f32 * 0.731 + phase).sin()).collect();
    Tensor::new(data, shape).expect("sizes agree")
}

/// Seconds of the fastest of several calls.
fn best(mut work: impl FnMut()) -> f64 {
    let time = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64()
    };
    (0..ROUNDS).map(|_| time(&mut work)).fold(f64::INFINITY, f64::min)
}

fn run(scenario: &Scenario, precision: Precision, peak: f64) {
    let Scenario { name, width, heads, sequences, len, .. } = *scenario;
    let offsets: Vec<u32> = (0..=sequences).map(|i| (i * len) as u32).collect();
    let x = wave(&[sequences * len, width], 1.0, 0.5).variable();
    let parameters = scenario.parameters();
    let operations = scenario.forward_operations();
    let report = |what: &str, seconds: f64, operations: f64| {
        let rate = operations / seconds;
        let share = 100.0 * rate / (peak * threads() as f64);
        println!(
            "encoder/{name}/cpu {precision:?} {what:<28} {:8.1} ms {:6.1} GFLOP/s {share:5.1} %",
            seconds * 1e3,
            rate * 1e-9
        );
    };
    for probability in [0.0, 0.1] {
        let sequence_ids = (0..sequences as u32).collect();
        let dropout = (probability > 0.0).then_some(Dropout { probability, seed: 1, step: 1, site: 0, sequence_ids });
        let options = |recompute| EncoderOptions {
            heads,
            activation: Activation::Gelu,
            recompute,
            dropout: dropout.clone(),
            precision,
        };
        let call = |recompute| encoder(&x, &offsets, None, &parameters, &options(recompute)).expect("sizes agree");
        let drops = if probability > 0.0 { ", dropout 0.1" } else { "" };
        let seconds = best(|| {
            black_box(seq_tensor::tape::no_grad(|| call(Recompute::Boundary)));
        });
        report(&format!("forward{drops}"), seconds, operations);
        for (recompute, label) in POLICIES {
            let seconds = best(|| {
                let loss = sum(&call(recompute), &[0, 1], ReducedAxes::Drop).expect("two axes");
                black_box(backward(&loss).expect("the loss is a scalar"));
            });
            report(&format!("step, {label}{drops}"), seconds, 3.0 * operations);
        }
    }
}

fn main() {
    let chosen = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    set_threads(chosen.unwrap_or(0));
    let peak = peak_operations_per_second();
    println!("{} threads, peak {:.1} GFLOP/s each; share of peak counts matrix products only", threads(), peak * 1e-9);
    let wanted = |scenario: &&Scenario| {
        let mut names =
            std::env::args().skip(1).filter(|argument| argument.starts_with(char::is_alphabetic)).peekable();
        names.peek().is_none() || names.any(|name| scenario.name.contains(&name))
    };
    for scenario in SCENARIOS.iter().filter(wanted) {
        for precision in [Precision::Full, Precision::Bf16] {
            run(scenario, precision, peak);
        }
    }
}
