mod case;

use seq_tensor::Tensor;
use seq_tensor::tensor::DType;
use seq_tensor::threads::set_threads;

use super::reference::Reference;
use super::*;
use crate::long_rows::LONG;
use crate::testing::{THREADS, assert_close, assert_single, assert_slopes, gradients, tensor, values};
use case::{Case, Outcome, cases};

const POLICIES: [Recompute; 4] = [Recompute::None, Recompute::Boundary, Recompute::Selective, Recompute::All];

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
fn gradients_of_long_sequences_equal_finite_differences() {
    assert_gradients("blocks", &Case::new(4, 2, 3, 1, &[290]).hiding_some().dropping(0.2), 101);
    assert_gradients("shared", &Case::new(4, 2, 3, 1, &[LONG + 3]).hiding_some().dropping(0.2), 211);
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

/// Asserts that numbers differ from those of full precision by no more than `share` of the largest.
fn assert_near(what: &str, found: &[f64], full: &[f64], share: f64) {
    let largest = full.iter().fold(1e-3f64, |largest, x| largest.max(x.abs()));
    assert_close(what, found, full, share * largest, 0.0);
}

#[test]
fn rounded_factors_move_outputs_and_gradients_by_the_rounding_of_bf16() {
    let large = Case::new(64, 4, 256, 2, &[151, 20, 3]).hiding_some().dropping(0.1);
    // Kinks make gradients of relu jump.
    let smooth = cases().into_iter().filter(|(name, _)| *name != "relu");
    for (name, case) in smooth.chain([("large", large)]) {
        let full = case.run(DType::F64, Recompute::All);
        let rounded = case.rounded();
        for dtype in [DType::F32, DType::F64] {
            let found = rounded.run(dtype, Recompute::All);
            assert_near(name, &found.y, &full.y, 0.02);
            assert_near(name, &found.dx, &full.dx, 0.03);
            for (i, (found, full)) in found.d_parameters.iter().zip(&full.d_parameters).enumerate() {
                assert_near(&format!("{name}: parameter {i}"), found, full, 0.03);
            }
            if full.y.len() > 100 && rounded.layers > 0 {
                let moved = found.y.iter().zip(&full.y).any(|(found, full)| (found - full).abs() > 1e-4);
                assert!(moved, "{name}: rounding left every output as it was");
            }
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
    for (name, case) in cases().into_iter().flat_map(|(name, case)| [(name, case.clone()), (name, case.rounded())]) {
        for dtype in [DType::F32, DType::F64] {
            let all = case.run(dtype, Recompute::All);
            for recompute in POLICIES {
                let what = format!("{name}, {recompute:?}, {:?}", case.precision);
                assert_same_bits(&what, &case.run(dtype, recompute), &all);
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
    // Sequences that are shared between threads, beside short ones.
    let long = Case::new(16, 4, 24, 2, &[5, LONG + 90, LONG, 60]).hiding_some().dropping(0.1);
    for long in [long.clone(), long.rounded()] {
        set_threads(1);
        let one = long.run(DType::F32, Recompute::Selective);
        for (threads, recompute) in [(2, Recompute::Selective), (3, Recompute::None), (4, Recompute::All)] {
            set_threads(threads);
            assert_same_bits("threads, long", &one, &long.run(DType::F32, recompute));
        }
    }
    set_threads(0);
}

#[test]
fn a_sequence_gives_the_same_bits_alone_and_in_any_packing() {
    let together = Case::new(24, 3, 50, 2, &[9, 1, 151, 14, 0, 30]).hiding_some().dropping(0.2);
    let dropout = together.dropout.clone().unwrap();
    let rounded = together.clone().rounded();
    for (together, dtype) in [(&together, DType::F32), (&together, DType::F64), (&rounded, DType::F32)] {
        let all = together.run(dtype, Recompute::Boundary);
        for (i, pair) in together.offsets.windows(2).enumerate() {
            let (from, to) = (pair[0] as usize, pair[1] as usize);
            let elements = from * 24..to * 24;
            let mut alone = Case::new(24, 3, 50, 2, &[to - from]);
            alone.x = together.x[elements.clone()].to_vec();
            alone.cotangent = together.cotangent[elements.clone()].to_vec();
            alone.mask = together.mask[from..to].to_vec();
            alone.precision = together.precision;
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
