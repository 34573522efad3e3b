use seq_tensor::Tensor;
use seq_tensor::tensor::DType;
use seq_tensor::threads::set_threads;

use super::reference::Reference;
use super::*;
use crate::testing::{THREADS, assert_close, assert_single, assert_slopes, gradients, noise, tensor, values};

struct Case {
    width: usize,
    heads: usize,
    query_offsets: Vec<u32>,
    key_offsets: Vec<u32>,
    mask: Option<Vec<u8>>,
    dropout: Option<Dropout>,
    /// Query, key, value.
    inputs: [Vec<f64>; 3],
    parameters: [Vec<f64>; 4],
    cotangent: Vec<f64>,
}

struct Outcome {
    y: Vec<f64>,
    d_inputs: Vec<Vec<f64>>,
    d_parameters: Vec<Vec<f64>>,
}

fn offsets(lens: &[usize]) -> Vec<u32> {
    let mut offsets = vec![0u32];
    lens.iter().for_each(|len| offsets.push(offsets[offsets.len() - 1] + *len as u32));
    offsets
}

impl Case {
    fn new(width: usize, heads: usize, query_lens: &[usize], key_lens: &[usize]) -> Self {
        let (queries, keys): (usize, usize) = (query_lens.iter().sum(), key_lens.iter().sum());
        let scaled = |seed: u64, len: usize, scale: f64| noise(seed, len).into_iter().map(|x| scale * x).collect();
        let matrix = 1.5 / (width as f64).sqrt();
        Self {
            width,
            heads,
            query_offsets: offsets(query_lens),
            key_offsets: offsets(key_lens),
            mask: None,
            dropout: None,
            inputs: [scaled(1, queries * width, 2.0), scaled(2, keys * width, 2.0), scaled(3, keys * width, 2.0)],
            parameters: [
                scaled(4, 3 * width * width, matrix),
                scaled(5, 3 * width, 0.5),
                scaled(6, width * width, matrix),
                scaled(7, width, 0.5),
            ],
            cotangent: noise(8, queries * width),
        }
    }

    fn masked(mut self, pattern: &[u8]) -> Self {
        let keys = self.inputs[1].len() / self.width;
        self.mask = Some(pattern.iter().copied().cycle().take(keys).collect());
        self
    }

    fn dropping(mut self, probability: f64) -> Self {
        let sequence_ids = (0..self.query_offsets.len() as u32 - 1).map(|i| 50 + 3 * i).collect();
        self.dropout = Some(Dropout { probability, seed: 12, step: 5, site: 4096, sequence_ids });
        self
    }

    fn reference(&self) -> Reference<'_> {
        Reference {
            width: self.width,
            heads: self.heads,
            query_offsets: &self.query_offsets,
            key_offsets: &self.key_offsets,
            mask: self.mask.as_deref(),
            dropout: self.dropout.as_ref(),
        }
    }

    fn tensors(&self, dtype: DType) -> (AttentionInputs, AttentionParameters) {
        let width = self.width;
        let input = |i: usize| tensor(dtype, &self.inputs[i], &[self.inputs[i].len() / width, width]).variable();
        let parameter = |i: usize, shape: &[usize]| tensor(dtype, &self.parameters[i], shape).variable();
        let inputs = AttentionInputs {
            query: input(0),
            query_offsets: self.query_offsets.clone(),
            key: input(1),
            value: input(2),
            key_offsets: self.key_offsets.clone(),
            key_mask: self.mask.as_ref().map(|mask| Tensor::new(mask.clone(), &[mask.len()]).unwrap()),
        };
        let parameters = AttentionParameters {
            in_proj_weight: parameter(0, &[3 * width, width]),
            in_proj_bias: parameter(1, &[3 * width]),
            out_proj_weight: parameter(2, &[width, width]),
            out_proj_bias: parameter(3, &[width]),
        };
        (inputs, parameters)
    }

    fn options(&self) -> AttentionOptions {
        AttentionOptions { heads: self.heads, dropout: self.dropout.clone() }
    }

    fn run(&self, dtype: DType) -> Outcome {
        let (inputs, parameters) = self.tensors(dtype);
        let y = attention(&inputs, &parameters, &self.options()).unwrap();
        let inputs = [&inputs.query, &inputs.key, &inputs.value];
        let variables: Vec<Tensor> = inputs.into_iter().chain(parameters.tensors()).cloned().collect();
        let found = gradients(&y, &self.cotangent, &variables).into_iter();
        let mut d_inputs: Vec<Vec<f64>> = found.map(|gradient| values(&gradient.unwrap())).collect();
        let d_parameters = d_inputs.split_off(3);
        Outcome { y: values(&y), d_inputs, d_parameters }
    }
}

fn cases() -> Vec<(&'static str, Case)> {
    vec![
        ("no sequence", Case::new(4, 2, &[], &[])),
        ("empty sequences", Case::new(4, 2, &[0, 3, 0, 2], &[2, 0, 0, 3])),
        ("one key", Case::new(6, 3, &[4, 1], &[1, 1])),
        ("odd lengths", Case::new(10, 2, &[5, 3, 1], &[3, 7, 2]).masked(&[1, 0, 1])),
        ("one column per head", Case::new(5, 5, &[3], &[4])),
        ("every key hidden", Case::new(4, 2, &[3, 2], &[2, 4]).masked(&[0, 0, 1, 1, 1, 1])),
        ("dropout", Case::new(8, 2, &[9, 4], &[5, 6]).masked(&[1, 1, 0, 1]).dropping(0.4)),
    ]
}

fn long() -> Case {
    Case::new(8, 2, &[400, 3], &[250, 130]).masked(&[1, 1, 1, 0]).dropping(0.1)
}

#[test]
fn outputs_and_weights_equal_the_reference_in_both_precisions() {
    for (name, case) in cases().into_iter().chain([("long", long())]) {
        let (y, weights) = case.reference().run(&case.inputs, &case.parameters);
        for (dtype, absolute, relative) in [(DType::F64, 1e-12, 1e-12), (DType::F32, 5e-6, 1e-5)] {
            assert_close(name, &case.run(dtype).y, &y, absolute, relative);
            let (inputs, parameters) = case.tensors(dtype);
            let found = attention_weights(&inputs, &parameters, &case.options()).unwrap();
            assert_close(name, &values(&found), &weights, absolute, relative);
            assert!(!found.needs_gradient());
        }
    }
}

#[test]
fn every_gradient_equals_finite_differences() {
    for (name, case) in cases() {
        assert_gradients(name, &case, 1);
    }
    assert_gradients("long", &long(), 211);
}

#[test]
fn gradients_in_single_precision_are_those_of_double_precision() {
    for (name, case) in cases().into_iter().chain([("long", long())]) {
        let (single, double) = (case.run(DType::F32), case.run(DType::F64));
        let of = |outcome: Outcome| [outcome.d_inputs, outcome.d_parameters].concat();
        for (i, (single, double)) in of(single).iter().zip(&of(double)).enumerate() {
            assert_single(&format!("{name}: tensor {i}"), single, double);
        }
    }
}

fn assert_gradients(name: &str, case: &Case, every: usize) {
    let found = case.run(DType::F64);
    let loss = |inputs: &[Vec<f64>; 3], parameters: &[Vec<f64>; 4]| -> f64 {
        let (y, _) = case.reference().run(inputs, parameters);
        y.iter().zip(&case.cotangent).map(|(y, c)| y * c).sum()
    };
    for (i, data) in case.inputs.iter().enumerate() {
        let what = format!("{name}: input {i}");
        assert_slopes(&what, data, &found.d_inputs[i], (0..data.len()).step_by(every), |moved| {
            let mut inputs = case.inputs.clone();
            inputs[i] = moved.to_vec();
            loss(&inputs, &case.parameters)
        });
    }
    for (i, data) in case.parameters.iter().enumerate() {
        let what = format!("{name}: parameter {i}");
        assert_slopes(&what, data, &found.d_parameters[i], (0..data.len()).step_by(every.min(13)), |moved| {
            let mut parameters = case.parameters.clone();
            parameters[i] = moved.to_vec();
            loss(&case.inputs, &parameters)
        });
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let _turn = THREADS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let case = Case::new(16, 4, &[30, 100, 2].repeat(9), &[60, 20, 80].repeat(9)).dropping(0.1);
    set_threads(1);
    let one = case.run(DType::F32);
    for threads in [2, 3] {
        set_threads(threads);
        let many = case.run(DType::F32);
        assert!(one.y == many.y && one.d_inputs == many.d_inputs && one.d_parameters == many.d_parameters);
    }
    set_threads(0);
}

#[test]
fn a_sequence_gives_the_same_bits_alone_and_in_any_packing() {
    let (query_lens, key_lens) = ([5, 40, 1, 90], [7, 1, 30, 64]);
    let together = Case::new(12, 3, &query_lens, &key_lens).masked(&[1, 1, 0]).dropping(0.2);
    let all = together.run(DType::F32);
    for i in 0..4 {
        let range = |offsets: &[u32]| 12 * offsets[i] as usize..12 * offsets[i + 1] as usize;
        let (queries, keys) = (range(&together.query_offsets), range(&together.key_offsets));
        let mut alone = Case::new(12, 3, &[query_lens[i]], &[key_lens[i]]);
        let [query, key, value] = &together.inputs;
        alone.inputs = [query[queries.clone()].to_vec(), key[keys.clone()].to_vec(), value[keys.clone()].to_vec()];
        alone.cotangent = together.cotangent[queries.clone()].to_vec();
        alone.mask = together.mask.as_ref().map(|mask| mask[keys.start / 12..keys.end / 12].to_vec());
        let dropout = together.dropout.clone().unwrap();
        alone.dropout = Some(Dropout { sequence_ids: [dropout.sequence_ids[i]].into(), ..dropout });
        let alone = alone.run(DType::F32);
        assert_eq!(alone.y, all.y[queries.clone()], "sequence {i}");
        let parts = [queries, keys.clone(), keys];
        for (part, (alone, all)) in parts.into_iter().zip(alone.d_inputs.iter().zip(&all.d_inputs)) {
            assert_eq!(*alone, all[part], "sequence {i}");
        }
    }
}

#[test]
fn wrong_inputs_are_told() {
    let case = Case::new(6, 2, &[3, 2], &[2, 2]);
    let (inputs, parameters) = case.tensors(DType::F32);
    let options = case.options();
    let code = |inputs: &AttentionInputs, parameters: &AttentionParameters, options: &AttentionOptions| {
        attention(inputs, parameters, options).unwrap_err().code()
    };
    let heads = |heads| AttentionOptions { heads, dropout: None };
    assert_eq!(code(&inputs, &parameters, &heads(0)), "TENSOR_VALUE");
    assert_eq!(code(&inputs, &parameters, &heads(4)), "TENSOR_VALUE");
    let dropout = Dropout { probability: 0.1, seed: 0, step: 0, site: 0, sequence_ids: [1].into() };
    let dropping = AttentionOptions { heads: 2, dropout: Some(dropout) };
    assert_eq!(code(&inputs, &parameters, &dropping), "TENSOR_VALUE");
    let wrong = AttentionInputs { key_offsets: vec![0, 4], ..inputs.clone() };
    assert_eq!(code(&wrong, &parameters, &options), "TENSOR_VALUE");
    let wrong = AttentionInputs { query_offsets: vec![0, 3, 4], ..inputs.clone() };
    assert_eq!(code(&wrong, &parameters, &options), "TENSOR_VALUE");
    let wrong = AttentionInputs { value: inputs.query.clone(), ..inputs.clone() };
    assert_eq!(code(&wrong, &parameters, &options), "TENSOR_SHAPE");
    let wrong = AttentionInputs { key_mask: Some(Tensor::new(vec![1u8; 3], &[3]).unwrap()), ..inputs.clone() };
    assert_eq!(code(&wrong, &parameters, &options), "TENSOR_SHAPE");
    let wrong = AttentionParameters { out_proj_weight: parameters.in_proj_weight.clone(), ..parameters.clone() };
    assert_eq!(code(&inputs, &wrong, &options), "TENSOR_SHAPE");
    let wrong = AttentionInputs { key: tensor(DType::F64, &case.inputs[1], &[4, 6]), ..inputs };
    assert_eq!(code(&wrong, &parameters, &options), "TENSOR_DTYPE");
}
