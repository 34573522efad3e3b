//! Attention between two packed batches: outputs, weights and every gradient.

use seq_attention::{AttentionInputs, AttentionOptions, AttentionParameters, attention, attention_weights};
use seq_tensor::tensor::DType;
use seq_testing::VectorCase;

use crate::comparison::{Kind, assert_within, equal_offsets, gradients, mask, size, tensor, values};

#[test]
fn attention_cross_multi_key() {
    let case = VectorCase::load("01_primitives/attention_cross_multi_key");
    let cotangent = case.tensor("in/cotangent").data;
    for dtype in [DType::F64, DType::F32] {
        let rows = |name: &str| {
            let input = case.tensor(name);
            tensor(dtype, &input.data, &[input.shape[0] * input.shape[1], input.shape[2]]).variable()
        };
        let offsets = |name: &str| equal_offsets(case.tensor(name).shape[0], case.tensor(name).shape[1]);
        let parameter = |name: &str| {
            let weight = case.tensor(&format!("weights/{name}"));
            tensor(dtype, &weight.data, &weight.shape).variable()
        };
        let inputs = AttentionInputs {
            query: rows("in/query"),
            query_offsets: offsets("in/query"),
            key: rows("in/key"),
            value: rows("in/value"),
            key_offsets: offsets("in/key"),
            key_mask: Some(mask(&case.tensor("in/key_mask").data)),
        };
        let parameters = AttentionParameters {
            in_proj_weight: parameter("in_proj_weight"),
            in_proj_bias: parameter("in_proj_bias"),
            out_proj_weight: parameter("out_proj.weight"),
            out_proj_bias: parameter("out_proj.bias"),
        };
        let options = AttentionOptions { heads: size(&case, "heads"), dropout: None };
        let y = attention(&inputs, &parameters, &options).unwrap();
        let weights = attention_weights(&inputs, &parameters, &options).unwrap();
        assert_within("out/y", dtype, Kind::Output, &values(&y), &case.tensor("out/y").data);
        assert_within("out/attention", dtype, Kind::Output, &values(&weights), &case.tensor("out/attention").data);
        let variables = [
            ("grad_in/query", &inputs.query),
            ("grad_in/key", &inputs.key),
            ("grad_in/value", &inputs.value),
            ("grad/in_proj_weight", &parameters.in_proj_weight),
            ("grad/in_proj_bias", &parameters.in_proj_bias),
            ("grad/out_proj.weight", &parameters.out_proj_weight),
            ("grad/out_proj.bias", &parameters.out_proj_bias),
        ];
        let gradients = gradients(&y, &cotangent, &variables.map(|(_, variable)| variable));
        for ((name, _), gradient) in variables.iter().zip(gradients) {
            assert_within(name, dtype, Kind::Gradient, &gradient, &case.tensor(name).data);
        }
    }
}
