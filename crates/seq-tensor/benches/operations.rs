//! Time of each operation, forward and with backward, on shapes of the default model.
//!
//! `cargo bench -p seq-tensor -- <part of a name>`; one line per scenario: best of several runs, and time
//! per element. In test runs (`cargo test --benches`) everything runs once.

use std::slice::from_ref;
use std::time::Instant;

use seq_tensor::ops::{self, ReducedAxes};
use seq_tensor::optimiser::{Adam, AdamOptions, clip_global_norm};
use seq_tensor::parameters::ParameterStore;
use seq_tensor::philox::Stream;
use seq_tensor::tape::backward;
use seq_tensor::{DType, Result, Tensor};

/// `oral-8`: 234 distinct ASVs of 101 tokens, D 128, V 7, in 541 slots of 8 samples.
const TOKENS: usize = 234 * 101;
const WIDTH: usize = 128;
const VOCABULARY: usize = 7;

fn random(shape: &[usize]) -> Tensor {
    let count: usize = shape.iter().product();
    let stream = Stream::new(1, 2, 3);
    let draw = |i: usize| stream.uniform(count as u32, i as u32) as f32 - 0.5;
    Tensor::new((0..count).map(draw).collect(), shape).expect("the count is the shape's")
}

struct Bench {
    filter: String,
    repeats: usize,
}

impl Bench {
    fn time(&self, name: &str, elements: usize, mut work: impl FnMut() -> Result<()>) {
        if !name.contains(&self.filter) {
            return;
        }
        let mut best = f64::INFINITY;
        for _ in 0..self.repeats {
            let start = Instant::now();
            work().expect("benches give fitting inputs");
            best = best.min(start.elapsed().as_secs_f64());
        }
        println!("{name:<42} {:>9.3} ms {:>8.3} ns/element", best * 1e3, best * 1e9 / elements as f64);
    }

    /// Forward alone, and forward with backward from the sum of the output.
    fn op(&self, name: &str, inputs: &[Tensor], op: impl Fn(&[Tensor]) -> Result<Tensor>) {
        let elements = inputs[0].len();
        self.time(&format!("{name}/oral-8/forward"), elements, || op(inputs).map(|_| ()));
        let variables: Vec<Tensor> = inputs.iter().map(Tensor::variable).collect();
        self.time(&format!("{name}/oral-8/with-backward"), elements, || {
            let y = op(&variables)?;
            let axes: Vec<usize> = (0..y.shape().len()).collect();
            backward(&ops::sum(&y, &axes, ReducedAxes::Drop)?).map(|_| ())
        });
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let filter = arguments.first().cloned().unwrap_or_default();
    let bench = Bench { filter, repeats: if is_bench { 15 } else { 1 } };
    element_wise(&bench);
    rows(&bench);
    indexed(&bench);
    training(&bench);
}

fn element_wise(bench: &Bench) {
    let (x, y) = (random(&[TOKENS, WIDTH]), random(&[TOKENS, WIDTH]));
    let (row, column) = (random(&[WIDTH]), random(&[TOKENS, 1]));
    bench.op("add", &[x.clone(), y.clone()], |t| ops::add(&t[0], &t[1]));
    bench.op("mul", &[x.clone(), y.clone()], |t| ops::mul(&t[0], &t[1]));
    bench.op("mul-row", &[x.clone(), row], |t| ops::mul(&t[0], &t[1]));
    bench.op("mul-column", &[x.clone(), column], |t| ops::mul(&t[0], &t[1]));
    bench.op("relu", from_ref(&x), |t| ops::relu(&t[0]));
    bench.op("gelu", from_ref(&x), |t| ops::gelu(&t[0]));
    bench.op("tanh", from_ref(&x), |t| ops::tanh(&t[0]));
    bench.op("exp", from_ref(&x), |t| ops::exp(&t[0]));
    bench.op("permute", from_ref(&x), |t| ops::permute(&t[0], &[1, 0]));
    let (offsets, ids): (Vec<u32>, Vec<u32>) = ((0..=234).map(|i| i * 101).collect(), (0..234).collect());
    let stream = Stream::new(1, 2, 3);
    bench.op("dropout", &[x], |t| ops::dropout(&t[0], 0.1, stream, &offsets, &ids));
}

fn rows(bench: &Bench) {
    let x = random(&[TOKENS, WIDTH]);
    let (weight, bias) = (random(&[WIDTH]), random(&[WIDTH]));
    bench.op("layer_norm", &[x.clone(), weight, bias], |t| ops::layer_norm(&t[0], &t[1], &t[2], 1e-5));
    bench.op("softmax", from_ref(&x), |t| ops::softmax(&t[0]));
    bench.op("sum-last", from_ref(&x), |t| ops::sum(&t[0], &[1], ReducedAxes::Drop));
    bench.op("sum-first", from_ref(&x), |t| ops::sum(&t[0], &[0], ReducedAxes::Drop));
    bench.op("max-last", from_ref(&x), |t| ops::max(&t[0], &[1], ReducedAxes::Drop));
    let (weight, bias) = (random(&[WIDTH, WIDTH]), random(&[WIDTH]));
    bench.op("linear-square", &[x.clone(), weight, bias], |t| ops::linear(&t[0], &t[1], Some(&t[2])));
    let (weight, bias) = (random(&[VOCABULARY, WIDTH]), random(&[VOCABULARY]));
    bench.op("linear-vocabulary", &[x, weight, bias], |t| ops::linear(&t[0], &t[1], Some(&t[2])));
    let targets = Tensor::new((0..TOKENS as i32).map(|i| i % 7).collect(), &[TOKENS]).expect("one per token");
    let logits = random(&[TOKENS, VOCABULARY]);
    bench.op("cross_entropy", &[logits], |t| ops::cross_entropy(&t[0], &targets, None));
    bench.op("pairwise_distance", &[random(&[64, WIDTH])], |t| ops::pairwise_distance(&t[0]));
}

fn indexed(bench: &Bench) {
    let slots: Vec<u32> = (0..541).map(|i| i * 7 % 234).collect();
    bench.op("gather_rows", &[random(&[234, WIDTH])], |t| ops::gather_rows(&t[0], &slots));
    let tokens = Tensor::new((0..TOKENS as i32).map(|i| i % 7).collect(), &[TOKENS]).expect("one per token");
    let offsets: Vec<u32> = (0..=234).map(|i| i * 101).collect();
    let tables = [random(&[VOCABULARY, WIDTH]), random(&[151, WIDTH])];
    bench.op("embed_sequences", &tables, |t| ops::embed_sequences(&tokens, &offsets, &t[0], &t[1]));
}

fn training(bench: &Bench) {
    let store = ParameterStore::new(DType::F32).expect("f32 is a float");
    store.declare("all", &random(&[2_530_000])).expect("the name is free");
    store.update(|contents| contents.entries[0].has_gradient = true);
    let mut adam = Adam::new(&store, AdamOptions::default()).expect("defaults are valid");
    bench.time("adam/encoder-2.5m/step", 2_530_000, || adam.step(1e-3));
    bench.time("clip_global_norm/encoder-2.5m/step", 2_530_000, || clip_global_norm(&store, 1.0).map(|_| ()));
}
