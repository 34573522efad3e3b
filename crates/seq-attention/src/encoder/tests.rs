use seq_tensor::Tensor;
use seq_tensor::tensor::DType;
use seq_tensor::threads::set_threads;

use super::reference::Reference;
use super::*;
use crate::testing::{THREADS, assert_close, assert_single, assert_slopes, gradients, noise, tensor, values};

const POLICIES: [Recompute; 4] = [Recompute::None, Recompute::Boundary, Recompute::Selective, Recompute::All];

/// A stack, a batch and a cotangent.
struct Case {
    width: usize,
    heads: usize,
    hidden: usize,
    layers: usize,
    activation: Activation,
    offsets: Vec<u32>,
    mask: Vec<u8>,
    dropout: Option<Dropout>,
    x: Vec<f64>,
    parameters: Vec<Vec<f64>>,
    cotangent: Vec<f64>,
}

struct Outcome {
    y: Vec<f64>,
    dx: Vec<f64>,
    d_parameters: Vec<Vec<f64>>,
}

impl Case {
    fn new(width: usize, heads: usize, hidden: usize, layers: usize, lens: &[usize]) -> Self {
        let mut offsets = vec![0u32];
        for len in lens {
            offsets.push(offsets[offsets.len() - 1] + *len as u32);
        }
        let rows: usize = lens.iter().sum();
        let shape = Shape { width, heads, hidden, layers };
        let lens = shape.lens();
        let parameters = lens.iter().enumerate().map(|(i, len)| {
            // Matrices small enough that attention does not saturate, norms around one.
            let is_norm_weight = matches!(i % 12, 8 | 10) || i == 12 * layers;
            let scale = if is_norm_weight { 0.3 } else { 0.8 / (width as f64).sqrt() };
            let base = if is_norm_weight { 1.0 } else { 0.0 };
            noise(100 + i as u64, *len).into_iter().map(|x| base + scale * x).collect()
        });
        Self {
            width,
            heads,
            hidden,
            layers,
            activation: Activation::Gelu,
            mask: vec![1; rows],
            dropout: None,
            x: noise(1, rows * width).into_iter().map(|x| 2.0 * x).collect(),
            parameters: parameters.collect(),
            cotangent: noise(2, rows * width),
            offsets,
        }
    }

    fn rows(&self) -> usize {
        self.mask.len()
    }

    /// Hides some keys inside every sequence but keeps the first of each visible.
    fn hiding_some(mut self) -> Self {
        let hidden = noise(3, self.rows());
        for (mask, draw) in self.mask.iter_mut().zip(hidden) {
            *mask = u8::from(draw > -0.4);
        }
        for pair in self.offsets.windows(2).filter(|pair| pair[0] < pair[1]) {
            self.mask[pair[0] as usize] = 1;
        }
        self
    }

    fn dropping(mut self, probability: f64) -> Self {
        let sequence_ids = (0..self.offsets.len() as u32 - 1).map(|i| 1000 + 7 * i).collect();
        self.dropout = Some(Dropout { probability, seed: 11, step: 3, site: 2048, sequence_ids });
        self
    }

    fn reference(&self) -> Reference<'_> {
        Reference {
            width: self.width,
            heads: self.heads,
            hidden: self.hidden,
            activation: self.activation,
            parameters: &self.parameters,
            dropout: self.dropout.as_ref(),
        }
    }

    fn expected(&self) -> Vec<f64> {
        self.reference().batch(&self.x, &self.offsets, &self.mask)
    }

    fn parameter_shapes(&self) -> Vec<Vec<usize>> {
        let (d, f) = (self.width, self.hidden);
        let layer = [
            vec![3 * d, d],
            vec![3 * d],
            vec![d, d],
            vec![d],
            vec![f, d],
            vec![f],
            vec![d, f],
            vec![d],
            vec![d],
            vec![d],
            vec![d],
            vec![d],
        ];
        let mut shapes = vec![layer; self.layers].concat();
        shapes.extend([vec![d], vec![d]]);
        shapes
    }

    fn options(&self, recompute: Recompute) -> EncoderOptions {
        EncoderOptions { heads: self.heads, activation: self.activation, recompute, dropout: self.dropout.clone() }
    }

    fn run(&self, dtype: DType, recompute: Recompute) -> Outcome {
        let x = tensor(dtype, &self.x, &[self.rows(), self.width]).variable();
        let parameters: Vec<Tensor> = self
            .parameters
            .iter()
            .zip(self.parameter_shapes())
            .map(|(data, shape)| tensor(dtype, data, &shape).variable())
            .collect();
        let mask = Tensor::new(self.mask.clone(), &[self.rows()]).unwrap();
        let mask = self.mask.contains(&0).then_some(&mask);
        let y = encoder(&x, &self.offsets, mask, &parameters, &self.options(recompute)).unwrap();
        let variables: Vec<Tensor> = std::iter::once(x).chain(parameters).collect();
        let mut found = gradients_of(&y, &self.cotangent, &variables).into_iter();
        Outcome { y: values(&y), dx: found.next().unwrap(), d_parameters: found.collect() }
    }
}

fn gradients_of(y: &Tensor, cotangent: &[f64], variables: &[Tensor]) -> Vec<Vec<f64>> {
    gradients(y, cotangent, variables).into_iter().map(|gradient| values(&gradient.unwrap())).collect()
}

fn cases() -> Vec<(&'static str, Case)> {
    let relu = |mut case: Case| {
        case.activation = Activation::Relu;
        case
    };
    let all_hidden = |mut case: Case| {
        case.mask.fill(0);
        case
    };
    vec![
        ("no sequence", Case::new(8, 2, 16, 2, &[])),
        ("only empty sequences", Case::new(8, 2, 16, 2, &[0, 0])),
        ("lengths 0 and 1", Case::new(8, 2, 16, 1, &[0, 1, 0, 1, 1, 0])),
        ("odd lengths and widths", Case::new(15, 3, 7, 2, &[5, 13, 2]).hiding_some()),
        ("one column per head", Case::new(6, 6, 5, 1, &[4, 3])),
        ("one head", Case::new(5, 1, 3, 2, &[7, 9]).hiding_some()),
        ("no layer", Case::new(6, 2, 0, 0, &[3, 4])),
        ("relu", relu(Case::new(8, 4, 32, 2, &[11, 6]).hiding_some())),
        ("every key hidden", all_hidden(Case::new(8, 2, 8, 2, &[3, 4]))),
        ("dropout", Case::new(8, 2, 12, 2, &[9, 1, 14]).hiding_some().dropping(0.3)),
        ("several blocks of queries", Case::new(8, 2, 8, 1, &[300]).hiding_some().dropping(0.1)),
        ("several groups", Case::new(8, 2, 8, 1, &[60, 70, 5, 130, 2])),
    ]
}

#[test]
fn outputs_equal_the_reference_in_both_precisions() {
    for (name, case) in cases() {
        let expected = case.expected();
        for recompute in POLICIES {
            assert_close(name, &case.run(DType::F64, recompute).y, &expected, 1e-12, 1e-12);
            assert_close(name, &case.run(DType::F32, recompute).y, &expected, 5e-6, 1e-5);
        }
    }
}

#[test]
fn outputs_without_a_record_have_the_same_bits() {
    for (name, case) in cases() {
        let x = tensor(DType::F32, &case.x, &[case.rows(), case.width]);
        let parameters: Vec<Tensor> = case
            .parameters
            .iter()
            .zip(case.parameter_shapes())
            .map(|(data, shape)| tensor(DType::F32, data, &shape))
            .collect();
        let mask = Tensor::new(case.mask.clone(), &[case.rows()]).unwrap();
        let options = case.options(Recompute::All);
        let y = encoder(&x, &case.offsets, Some(&mask), &parameters, &options).unwrap();
        assert!(!y.needs_gradient());
        assert_eq!(values(&y), case.run(DType::F32, Recompute::All).y, "{name}");
    }
}

/// Every input and parameter element against the slope of the reference's loss.
fn assert_gradients(name: &str, case: &Case, every: usize) {
    let found = case.run(DType::F64, Recompute::All);
    let loss = |y: Vec<f64>| -> f64 { y.iter().zip(&case.cotangent).map(|(y, c)| y * c).sum() };
    let at_x = |x: &[f64]| loss(case.reference().batch(x, &case.offsets, &case.mask));
    assert_slopes(&format!("{name}: x"), &case.x, &found.dx, (0..case.x.len()).step_by(every), at_x);
    for (p, data) in case.parameters.iter().enumerate() {
        let at_parameter = |moved: &[f64]| {
            let mut parameters = case.parameters.clone();
            parameters[p] = moved.to_vec();
            loss(Reference { parameters: &parameters, ..case.reference() }.batch(&case.x, &case.offsets, &case.mask))
        };
        let what = format!("{name}: parameter {p}");
        assert_slopes(&what, data, &found.d_parameters[p], (0..data.len()).step_by(every), at_parameter);
    }
}

#[test]
fn every_gradient_equals_finite_differences() {
    let case = || Case::new(6, 2, 5, 2, &[3, 0, 1, 5]);
    assert_gradients("plain", &case(), 1);
    assert_gradients("hidden keys", &case().hiding_some(), 1);
    assert_gradients("dropout", &case().hiding_some().dropping(0.35), 1);
    assert_gradients("relu", &Case { activation: Activation::Relu, ..case() }, 1);
    assert_gradients("every key hidden", &Case { mask: vec![0; 9], ..case() }, 1);
    assert_gradients("one column per head", &Case::new(4, 4, 3, 1, &[3, 2]), 1);
    assert_gradients("no layer", &Case::new(5, 1, 0, 0, &[3]), 1);
}

#[test]
fn gradients_across_blocks_of_queries_equal_finite_differences() {
    assert_gradients("long", &Case::new(4, 2, 3, 1, &[290]).hiding_some().dropping(0.2), 101);
}

#[test]
fn gradients_in_single_precision_are_those_of_double_precision() {
    let large = Case::new(64, 4, 256, 2, &[151, 20, 3]).hiding_some().dropping(0.1);
    for (name, case) in cases().into_iter().chain([("large", large)]) {
        let (single, double) = (case.run(DType::F32, Recompute::All), case.run(DType::F64, Recompute::All));
        assert_single(name, &single.dx, &double.dx);
        for (i, (single, double)) in single.d_parameters.iter().zip(&double.d_parameters).enumerate() {
            assert_single(&format!("{name}: parameter {i}"), single, double);
        }
    }
}

fn assert_same_bits(name: &str, a: &Outcome, b: &Outcome) {
    assert_eq!(a.y, b.y, "{name}: y");
    assert_eq!(a.dx, b.dx, "{name}: dx");
    assert_eq!(a.d_parameters, b.d_parameters, "{name}: parameters");
}

#[test]
fn all_recompute_policies_give_the_same_bits() {
    for (name, case) in cases() {
        for dtype in [DType::F32, DType::F64] {
            let all = case.run(dtype, Recompute::All);
            for recompute in POLICIES {
                assert_same_bits(&format!("{name}, {recompute:?}"), &case.run(dtype, recompute), &all);
            }
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let _turn = THREADS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let case = Case::new(16, 4, 24, 2, &[40; 30]).hiding_some().dropping(0.1);
    set_threads(1);
    let one = case.run(DType::F32, Recompute::Boundary);
    for threads in [2, 3] {
        set_threads(threads);
        assert_same_bits("threads", &one, &case.run(DType::F32, Recompute::Boundary));
    }
    set_threads(0);
}

#[test]
fn a_sequence_gives_the_same_bits_alone_and_in_any_packing() {
    let together = Case::new(24, 3, 50, 2, &[9, 1, 151, 14, 0, 30]).hiding_some().dropping(0.2);
    let dropout = together.dropout.clone().unwrap();
    for dtype in [DType::F32, DType::F64] {
        let all = together.run(dtype, Recompute::Boundary);
        for (i, pair) in together.offsets.windows(2).enumerate() {
            let (from, to) = (pair[0] as usize, pair[1] as usize);
            let elements = from * 24..to * 24;
            let mut alone = Case::new(24, 3, 50, 2, &[to - from]);
            alone.x = together.x[elements.clone()].to_vec();
            alone.cotangent = together.cotangent[elements.clone()].to_vec();
            alone.mask = together.mask[from..to].to_vec();
            alone.dropout = Some(Dropout { sequence_ids: [dropout.sequence_ids[i]].into(), ..dropout.clone() });
            let alone = alone.run(dtype, Recompute::Boundary);
            assert_eq!(alone.y, all.y[elements.clone()], "sequence {i}");
            assert_eq!(alone.dx, all.dx[elements], "sequence {i}");
        }
    }
}

#[test]
fn drops_change_with_step_and_site_and_repeat_otherwise() {
    let case = |step: u32, site: u32| {
        let mut case = Case::new(8, 2, 8, 1, &[20]).dropping(0.5);
        let dropout = case.dropout.take().unwrap();
        case.dropout = Some(Dropout { step, site, ..dropout });
        case.run(DType::F32, Recompute::Boundary).y
    };
    assert_eq!(case(3, 1024), case(3, 1024));
    assert_ne!(case(3, 1024), case(4, 1024));
    assert_ne!(case(3, 1024), case(3, 2048));
}

#[test]
fn frozen_parameters_get_no_gradient_and_do_not_change_the_others() {
    let case = Case::new(8, 2, 12, 2, &[9, 4]);
    let all = case.run(DType::F64, Recompute::All);
    let parameters: Vec<Tensor> = case
        .parameters
        .iter()
        .zip(case.parameter_shapes())
        .enumerate()
        .map(|(i, (data, shape))| {
            let parameter = tensor(DType::F64, data, &shape);
            if i % 3 == 0 { parameter.variable() } else { parameter }
        })
        .collect();
    let x = tensor(DType::F64, &case.x, &[case.rows(), case.width]);
    let y = encoder(&x, &case.offsets, None, &parameters, &case.options(Recompute::All)).unwrap();
    for (i, gradient) in gradients(&y, &case.cotangent, &parameters).into_iter().enumerate() {
        assert_eq!(gradient.map(|g| values(&g)), (i % 3 == 0).then(|| all.d_parameters[i].clone()), "parameter {i}");
    }
}

#[test]
fn a_nan_in_one_sequence_stays_there() {
    let mut case = Case::new(8, 2, 8, 1, &[4, 5]);
    case.x[3] = f64::NAN;
    let y = case.run(DType::F32, Recompute::All).y;
    assert!(y[..32].iter().all(|y| y.is_nan()) && y[32..].iter().all(|y| y.is_finite()));
}

#[test]
fn what_earlier_calls_left_in_memory_does_not_matter() {
    let clean = || Case::new(8, 2, 12, 2, &[13, 5]).hiding_some().dropping(0.2);
    let first = clean().run(DType::F32, Recompute::All);
    let mut bad = clean();
    bad.x.fill(f64::NAN);
    for recompute in POLICIES {
        bad.run(DType::F32, recompute);
        assert_same_bits("after NaN", &first, &clean().run(DType::F32, recompute));
    }
}

#[test]
fn wrong_inputs_are_told() {
    let case = Case::new(8, 2, 12, 1, &[3, 4]);
    let parameters: Vec<Tensor> = case
        .parameters
        .iter()
        .zip(case.parameter_shapes())
        .map(|(data, shape)| tensor(DType::F32, data, &shape))
        .collect();
    let x = tensor(DType::F32, &case.x, &[7, 8]);
    let options = case.options(Recompute::All);
    let told = |result: Result<Tensor>| result.map_err(|error| (error.code(), error.to_string())).unwrap_err();
    let with = |options: &EncoderOptions| told(encoder(&x, &case.offsets, None, &parameters, options));

    assert_eq!(with(&EncoderOptions { heads: 3, ..options.clone() }).0, "TENSOR_VALUE");
    assert_eq!(with(&EncoderOptions { heads: 0, ..options.clone() }).0, "TENSOR_VALUE");
    let dropout = Dropout { probability: 1.5, seed: 0, step: 0, site: 0, sequence_ids: [1, 2].into() };
    assert_eq!(with(&EncoderOptions { dropout: Some(dropout), ..options.clone() }).0, "TENSOR_VALUE");
    assert_eq!(told(encoder(&x, &[0, 3, 6], None, &parameters, &options)).0, "TENSOR_VALUE");
    assert_eq!(told(encoder(&x, &case.offsets, None, &parameters[1..], &options)).0, "TENSOR_VALUE");
    let mask = Tensor::new(vec![1u8; 6], &[6]).unwrap();
    assert_eq!(told(encoder(&x, &case.offsets, Some(&mask), &parameters, &options)).0, "TENSOR_SHAPE");
    let mask = Tensor::new(vec![1i32; 7], &[7]).unwrap();
    assert_eq!(told(encoder(&x, &case.offsets, Some(&mask), &parameters, &options)).0, "TENSOR_DTYPE");
    let mut wrong = parameters.clone();
    wrong.swap(8, 4);
    let (code, sentence) = told(encoder(&x, &case.offsets, None, &wrong, &options));
    assert_eq!(code, "TENSOR_SHAPE");
    assert!(sentence.contains("of layer 0"), "{sentence}");
    let mut mixed = parameters;
    mixed[3] = tensor(DType::F64, &case.parameters[3], &[8]);
    assert_eq!(told(encoder(&x, &case.offsets, None, &mixed, &options)).0, "TENSOR_DTYPE");
}
