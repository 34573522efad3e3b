//! Transformer stacks: outputs and every gradient.

use seq_attention::{Activation, EncoderOptions, Precision, Recompute, encoder};
use seq_tensor::Tensor;
use seq_tensor::tensor::DType;
use seq_testing::{VectorCase, VectorTensor, numbers};

use crate::comparison::{Kind, assert_loss, assert_within, equal_offsets, gradients, mask, size, tensor, values};

/// Names of the parameters of a stack in the order of the op.
fn parameter_names(layers: usize) -> Vec<String> {
    const LAYER: [&str; 12] = [
        "self_attn.in_proj_weight",
        "self_attn.in_proj_bias",
        "self_attn.out_proj.weight",
        "self_attn.out_proj.bias",
        "linear1.weight",
        "linear1.bias",
        "linear2.weight",
        "linear2.bias",
        "norm1.weight",
        "norm1.bias",
        "norm2.weight",
        "norm2.bias",
    ];
    let in_layer = |layer: usize| LAYER.map(|name| format!("encoder.layers.{layer}.{name}"));
    (0..layers).flat_map(in_layer).chain(["norm.weight".into(), "norm.bias".into()]).collect()
}

fn options(case: &VectorCase, recompute: Recompute) -> EncoderOptions {
    let activation = match case.json["config"]["activation"].as_str().unwrap() {
        "gelu" => Activation::Gelu,
        "relu" => Activation::Relu,
        other => panic!("activation {other}"),
    };
    EncoderOptions { heads: size(case, "heads"), activation, recompute, dropout: None, precision: Precision::Full }
}

struct Outcome {
    y: Vec<f64>,
    dx: Vec<f64>,
    d_parameters: Vec<Vec<f64>>,
}

/// A stack's result and gradients for x of shape [B, L, D].
fn run(dtype: DType, case: &VectorCase, x: &VectorTensor, cotangent: &[f64], parameters: &[VectorTensor]) -> Outcome {
    let rows = x.shape[0] * x.shape[1];
    let offsets = equal_offsets(x.shape[0], x.shape[1]);
    let x = tensor(dtype, &x.data, &[rows, x.shape[2]]).variable();
    let parameters: Vec<Tensor> = parameters.iter().map(|p| tensor(dtype, &p.data, &p.shape).variable()).collect();
    let has_mask = !case.tensor_names("in/mask").is_empty();
    let mask = has_mask.then(|| mask(&case.tensor("in/mask").data));
    let y = encoder(&x, &offsets, mask.as_ref(), &parameters, &options(case, Recompute::Boundary)).unwrap();
    let variables: Vec<&Tensor> = std::iter::once(&x).chain(&parameters).collect();
    let mut found = gradients(&y, cotangent, &variables).into_iter();
    Outcome { y: values(&y), dx: found.next().unwrap(), d_parameters: found.collect() }
}

fn check(name: &str) {
    let case = VectorCase::load(&format!("01_primitives/{name}"));
    let names = parameter_names(size(&case, "layers"));
    let parameters: Vec<_> = names.iter().map(|name| case.tensor(&format!("weights/{name}"))).collect();
    assert_eq!(case.tensor_names("weights/").len(), names.len(), "every weight is used");
    let (x, cotangent) = (case.tensor("in/x"), case.tensor("in/cotangent").data);
    for dtype in [DType::F64, DType::F32] {
        let found = run(dtype, &case, &x, &cotangent, &parameters);
        let what = |tensor: &str| format!("{name}: {tensor}");
        assert_loss(&case, dtype, &found.y, &cotangent);
        assert_within(&what("out/y"), dtype, Kind::Output, &found.y, &case.tensor("out/y").data);
        assert_within(&what("grad_in/x"), dtype, Kind::Gradient, &found.dx, &case.tensor("grad_in/x").data);
        for (parameter, gradient) in names.iter().zip(&found.d_parameters) {
            let expected = case.tensor(&format!("grad/{parameter}")).data;
            assert_within(&what(parameter), dtype, Kind::Gradient, gradient, &expected);
        }
    }
}

#[test]
fn stack_gelu_no_mask() {
    check("stack_gelu_no_mask");
}

#[test]
fn stack_gelu_partial_masks() {
    check("stack_gelu_partial_masks");
}

#[test]
fn stack_relu_partial_masks() {
    check("stack_relu_partial_masks");
}

#[test]
fn stack_small_variance() {
    check("stack_small_variance");
}

/// The hash of the closed form, a double in [-1, 1).
fn hash(i: usize, k: u32, salt: u32) -> f64 {
    let mut x = (i as u32).wrapping_mul(0x9E37_79B1).wrapping_add(k.wrapping_mul(0x85EB_CA77)).wrapping_add(salt);
    x ^= x >> 16;
    x = x.wrapping_mul(0x21F0_AAAD);
    x ^= x >> 15;
    x = x.wrapping_mul(0x735A_2D97);
    x ^= x >> 15;
    f64::from(x) / f64::from(1u32 << 31) - 1.0
}

/// A weight from its entry in the JSON.
fn closed_form_weight(entry: &serde_json::Value, salt: u32) -> VectorTensor {
    let shape: Vec<usize> = numbers(&entry["shape"]).into_iter().map(|n| n as usize).collect();
    let [base, scale, sum] = ["base", "scale", "sum_float64"].map(|key| entry[key].as_f64().unwrap());
    let k = entry["k"].as_u64().unwrap() as u32;
    let single = |i: usize| f64::from((base + scale * hash(i, k, salt)) as f32);
    let data: Vec<f64> = (0..shape.iter().product()).map(single).collect();
    assert!((data.iter().sum::<f64>() - sum).abs() <= 1e-9, "{} follows the closed form", entry["name"]);
    VectorTensor { shape, data }
}

#[test]
fn stack_long_closed_form() {
    let case = VectorCase::load("01_primitives/stack_long_closed_form");
    let salt = case.json["closed_form"]["salt"].as_u64().unwrap() as u32;
    let entries = case.json["weights"].as_array().unwrap();
    let names = parameter_names(size(&case, "layers"));
    let entry = |name: &String| entries.iter().find(|entry| entry["name"] == name.as_str()).unwrap();
    let parameters: Vec<_> = names.iter().map(|name| closed_form_weight(entry(name), salt)).collect();
    let shape = vec![size(&case, "B"), size(&case, "L"), size(&case, "embedding_dim")];
    let wave = |k: u32, scale: f64| -> Vec<f64> {
        (0..shape.iter().product()).map(|i| f64::from((scale * hash(i, k, salt)) as f32)).collect()
    };
    let (x, cotangent) = (VectorTensor { data: wave(101, 1.5), shape: shape.clone() }, wave(102, 1.0));
    for dtype in [DType::F64, DType::F32] {
        let found = run(dtype, &case, &x, &cotangent, &parameters);
        assert_loss(&case, dtype, &found.y, &cotangent);
        assert_within("out/y", dtype, Kind::Output, &found.y, &case.tensor("out/y").data);
        assert_within("grad_in/x", dtype, Kind::Gradient, &found.dx, &case.tensor("grad_in/x").data);
        for (name, gradient) in names.iter().zip(&found.d_parameters) {
            assert_excerpts(&case, dtype, name, gradient);
        }
    }
}

/// The first elements of a gradient, every so-many-th element, and its norm.
fn assert_excerpts(case: &VectorCase, dtype: DType, name: &str, gradient: &[f64]) {
    let head = case.tensor(&format!("grad_head/{name}")).data;
    assert_within(&format!("head of {name}"), dtype, Kind::Gradient, &gradient[..head.len()], &head);
    let statistics = &case.json["gradient_statistics_float64"][name];
    let expected = case.tensor(&format!("grad_stride/{name}")).data;
    let strided = gradient.iter().step_by(statistics["stride"].as_u64().unwrap() as usize);
    let strided: Vec<f64> = strided.take(expected.len()).copied().collect();
    assert_within(&format!("stride of {name}"), dtype, Kind::Gradient, &strided, &expected);
    let norm = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
    assert_within(&format!("norm of {name}"), dtype, Kind::Loss, &[norm], &[statistics["l2"].as_f64().unwrap()]);
}
