use super::*;
use crate::testing::{Input, check_against, code, doubles, random, wanted};

fn reference(inputs: &[Input]) -> Input {
    let (x, weight) = (&inputs[0], &inputs[1]);
    let (width_out, width_in) = (weight.shape[0], weight.shape[1]);
    let rows = x.shape[..x.shape.len() - 1].iter().product::<usize>();
    let mut out = Vec::new();
    for row in 0..rows {
        for o in 0..width_out {
            let products = (0..width_in).map(|i| x.data[row * width_in + i] * weight.data[o * width_in + i]);
            out.push(products.sum::<f64>() + inputs.get(2).map_or(0.0, |bias| bias.data[o]));
        }
    }
    let shape: Vec<usize> = x.shape[..x.shape.len() - 1].iter().copied().chain([width_out]).collect();
    wanted(&shape, out)
}

#[test]
fn products_and_gradients_follow_their_definition() {
    let cases: [(&[usize], usize); 8] = [
        (&[3, 5], 4),
        (&[5], 4),
        (&[2, 3, 5], 1),
        (&[1, 1], 1),
        (&[0, 5], 4),
        (&[4, 0], 3),
        (&[4, 3], 0),
        (&[700, 33], 65),
    ];
    for (shape, width_out) in cases {
        let width_in = *shape.last().unwrap();
        let inputs = [random(51, shape), random(52, &[width_out, width_in]), random(53, &[width_out])];
        check_against("linear", &inputs, |t| linear(&t[0], &t[1], Some(&t[2])), reference);
        check_against("linear without bias", &inputs[..2], |t| linear(&t[0], &t[1], None), reference);
    }
}

#[test]
fn a_row_does_not_depend_on_the_rows_beside_it() {
    let (x, weight, bias) = (random(54, &[300, 40]), random(55, &[50, 40]).tensor(), random(56, &[50]).tensor());
    for dtype in [crate::DType::F32, crate::DType::F64] {
        let cast = |tensor: &Tensor| crate::ops::cast(tensor, dtype).unwrap();
        let all = doubles(&linear(&cast(&x.tensor()), &cast(&weight), Some(&cast(&bias))).unwrap());
        for (start, end) in [(0, 1), (7, 8), (299, 300), (5, 140), (130, 133)] {
            let part = Tensor::new(x.data[start * 40..end * 40].to_vec(), &[end - start, 40]).unwrap();
            let part = doubles(&linear(&cast(&part), &cast(&weight), Some(&cast(&bias))).unwrap());
            assert!(part.iter().zip(&all[start * 50..]).all(|(a, b)| a.to_bits() == b.to_bits()));
        }
    }
}

#[test]
fn shapes_that_do_not_fit_are_refused() {
    let f = |shape: &[usize]| Tensor::new(vec![0f32; shape.iter().product()], shape).unwrap();
    assert_eq!(code(linear(&f(&[2, 3]), &f(&[4, 2]), None)), "TENSOR_SHAPE");
    assert_eq!(code(linear(&f(&[]), &f(&[4, 2]), None)), "TENSOR_SHAPE");
    assert_eq!(code(linear(&f(&[2, 3]), &f(&[3]), None)), "TENSOR_SHAPE");
    assert_eq!(code(linear(&f(&[2, 3]), &f(&[4, 3]), Some(&f(&[3])))), "TENSOR_SHAPE");
    assert_eq!(code(linear(&f(&[2, 3]), &Tensor::new(vec![0f64; 3], &[1, 3]).unwrap(), None)), "TENSOR_DTYPE");
}
