use seq_testing::{Random, VectorCase, assert_close, tolerance};

use super::*;
use crate::testing::{Input, check_against, code, doubles, random, wanted};

fn packed(lengths: &[usize]) -> Vec<u32> {
    let mut end = 0;
    [0].into_iter()
        .chain(lengths.iter().map(|len| {
            end += *len as u32;
            end
        }))
        .collect()
}

#[test]
fn token_and_position_rows_are_added_and_get_the_gradients_of_their_uses() {
    let many: Vec<usize> = (0..300).map(|i| i % 12).collect();
    for (lengths, vocabulary, positions, width) in
        [(&[2, 0, 3][..], 4, 3, 5), (&[][..], 2, 2, 2), (&[1], 1, 1, 1), (&[4, 2], 9, 6, 0), (&many, 7, 12, 33)]
    {
        let offsets = packed(lengths);
        let count = *offsets.last().unwrap() as usize;
        let mut source = Random::new(81);
        let tokens: Vec<i32> = (0..count).map(|_| source.below(vocabulary) as i32).collect();
        let token_tensor = Tensor::new(tokens.clone(), &[count]).unwrap();
        let want = |t: &[Input]| {
            let mut out = Vec::new();
            for range in ranges(&offsets) {
                for (position, token) in tokens[range].iter().enumerate() {
                    out.extend(
                        (0..width).map(|d| t[0].data[*token as usize * width + d] + t[1].data[position * width + d]),
                    );
                }
            }
            wanted(&[count, width], out)
        };
        let tables = [random(82, &[vocabulary, width]), random(83, &[positions, width])];
        check_against("embed", &tables, |t| embed_sequences(&token_tensor, &offsets, &t[0], &t[1]), want);
    }
}

#[test]
fn positions_equal_the_conformance_vectors() {
    let case = VectorCase::load("01_primitives/position_embedding");
    let (x, table, want) =
        (case.tensor("in/x"), case.tensor("weights/position_embedding.weight"), case.tensor("out/y"));
    let [samples, len, width] = x.shape[..] else { panic!("x has three axes") };
    let tokens = Tensor::new((0..(samples * len) as i32).collect(), &[samples * len]).unwrap();
    let x_table = Tensor::new(x.data, &[samples * len, width]).unwrap().variable();
    let table = Tensor::new(table.data, &table.shape).unwrap().variable();
    let offsets = packed(&vec![len; samples]);
    let y = embed_sequences(&tokens, &offsets, &x_table, &table).unwrap();
    assert_close("y", &doubles(&y), &want.data, &tolerance("float64/stored-float32"));
    let cotangent = Tensor::new(case.tensor("in/cotangent").data, &[samples * len, width]).unwrap();
    let product = crate::ops::mul(&y, &cotangent).unwrap();
    let loss = crate::ops::sum(&product, &[0, 1], crate::ops::ReducedAxes::Drop).unwrap();
    let gradients = crate::tape::backward(&loss).unwrap();
    for (name, variable) in [("grad/position_embedding.weight", &table), ("in/cotangent", &x_table)] {
        let got = doubles(gradients.get(variable).unwrap());
        assert_close(name, &got, &case.tensor(name).data, &tolerance("float64/stored-float32"));
    }
}

#[test]
fn tokens_offsets_and_lengths_that_do_not_fit_are_refused() {
    let tokens = Tensor::new(vec![0i32, 1, 2, 0], &[4]).unwrap();
    let (table, positions) = (random(84, &[3, 2]).tensor(), random(85, &[2, 2]).tensor());
    let embed =
        |offsets: &[u32], table: &Tensor, positions: &Tensor| embed_sequences(&tokens, offsets, table, positions);
    assert!(embed(&[0, 2, 4], &table, &positions).is_ok());
    let error = embed(&[0, 1, 4], &table, &positions).unwrap_err();
    assert_eq!(error.code(), "TENSOR_VALUE");
    assert!(error.to_string().contains("sequence 1 has 3 tokens but the position table has 2 rows"), "{error}");
    assert_eq!(code(embed(&[0, 2], &table, &positions)), "TENSOR_VALUE");
    let small = random(86, &[2, 2]).tensor();
    let error = embed(&[0, 2, 4], &small, &positions).unwrap_err().to_string();
    assert_eq!(error, "embed_sequences: index 2 at position 2 is outside 0..2 (1 such indices)");
    assert_eq!(code(embed(&[0, 2, 4], &table, &random(87, &[2, 3]).tensor())), "TENSOR_SHAPE");
    let negative = Tensor::new(vec![-1i32], &[1]).unwrap();
    assert_eq!(code(embed_sequences(&negative, &[0, 1], &table, &positions)), "TENSOR_INDEX");
    assert_eq!(code(embed_sequences(&table, &[0, 1], &table, &positions)), "TENSOR_SHAPE");
}
