//! Attention pooling: outputs and every gradient.

use seq_attention::{PoolingParameters, attention_pooling};
use seq_tensor::tensor::DType;
use seq_testing::VectorCase;

use crate::comparison::{Kind, assert_loss, assert_within, equal_offsets, gradients, mask, tensor, values};

fn check(name: &str) {
    let case = VectorCase::load(&format!("01_primitives/{name}"));
    let (x, cotangent) = (case.tensor("in/x"), case.tensor("in/cotangent").data);
    let rows = x.shape[0] * x.shape[1];
    let has_mask = !case.tensor_names("in/mask").is_empty();
    let mask = has_mask.then(|| mask(&case.tensor("in/mask").data));
    for dtype in [DType::F64, DType::F32] {
        let parameter = |name: &str| {
            let weight = case.tensor(&format!("weights/{name}"));
            tensor(dtype, &weight.data, &weight.shape).variable()
        };
        let parameters = PoolingParameters {
            query: parameter("query.weight"),
            norm_weight: parameter("norm.weight"),
            norm_bias: parameter("norm.bias"),
        };
        let input = tensor(dtype, &x.data, &[rows, x.shape[2]]).variable();
        let offsets = equal_offsets(x.shape[0], x.shape[1]);
        let y = attention_pooling(&input, &offsets, mask.as_ref(), &parameters).unwrap();
        assert_loss(&case, dtype, &values(&y), &cotangent);
        assert_within("out/y", dtype, Kind::Output, &values(&y), &case.tensor("out/y").data);
        let variables = [&input, &parameters.query, &parameters.norm_weight, &parameters.norm_bias];
        let names = ["grad_in/x", "grad/query.weight", "grad/norm.weight", "grad/norm.bias"];
        for (name, gradient) in names.iter().zip(gradients(&y, &cotangent, &variables)) {
            assert_within(name, dtype, Kind::Gradient, &gradient, &case.tensor(name).data);
        }
    }
}

#[test]
fn pooling_length_one() {
    check("pooling_length_one");
}

#[test]
fn pooling_masks() {
    check("pooling_masks");
}

#[test]
fn pooling_no_mask() {
    check("pooling_no_mask");
}

#[test]
fn pooling_small_variance() {
    check("pooling_small_variance");
}
