use super::*;
use crate::testing::{Input, check_against, code, doubles, random, wanted};

fn stream() -> Stream {
    Stream::new(77, 5, 3)
}

#[test]
fn the_stream_decides_which_elements_are_kept_and_scaled() {
    for (offsets, ids, width) in
        [(&[0, 2, 2, 5][..], &[9, 1, 4][..], 3), (&[0], &[], 4), (&[0, 1], &[0], 1), (&[0, 700], &[8], 101)]
    {
        let count = *offsets.last().unwrap() as usize;
        let keep = |sequence: usize, element: usize| {
            f64::from(stream().word(ids[sequence], element as u32)) >= (0.3 * 4_294_967_296.0f64).floor()
        };
        let want = |t: &[Input]| {
            let mut out = Vec::new();
            for (sequence, range) in ranges(offsets).enumerate() {
                let x = &t[0].data[range.start * width..range.end * width];
                let scaled = x.iter().enumerate().map(|(i, x)| if keep(sequence, i) { x / 0.7 } else { 0.0 });
                out.extend(scaled);
            }
            wanted(&[count, width], out)
        };
        let x = [random(151, &[count, width])];
        check_against("dropout", &x, |t| dropout(&t[0], 0.3, stream(), offsets, ids), want);
    }
}

#[test]
fn a_sequence_gets_the_same_mask_in_any_packing() {
    let x = Tensor::new(vec![1f32; 60], &[20, 3]).unwrap();
    let together = doubles(&dropout(&x, 0.5, stream(), &[0, 4, 11, 20], &[3, 8, 6]).unwrap());
    let part = Tensor::new(vec![1f32; 21], &[7, 3]).unwrap();
    let alone = doubles(&dropout(&part, 0.5, stream(), &[0, 7], &[8]).unwrap());
    assert_eq!(together[12..33], alone);
    let other_step = doubles(&dropout(&part, 0.5, Stream::new(77, 5, 4), &[0, 7], &[8]).unwrap());
    assert_ne!(other_step, alone);
}

#[test]
fn about_the_asked_share_is_dropped_and_the_mean_stays() {
    let x = Tensor::new(vec![1f32; 100_000], &[1000, 100]).unwrap();
    let y = doubles(&dropout(&x, 0.1, stream(), &[0, 1000], &[0]).unwrap());
    let dropped = y.iter().filter(|y| **y == 0.0).count() as f64 / 1e5;
    assert!((dropped - 0.1).abs() <= 0.005, "{dropped}");
    assert!((y.iter().sum::<f64>() / 1e5 - 1.0).abs() <= 0.006);
}

#[test]
fn probability_0_changes_nothing_and_records_nothing() {
    let x = random(152, &[2, 3]).tensor().variable();
    let y = dropout(&x, 0.0, stream(), &[0, 2], &[0]).unwrap();
    assert_eq!(doubles(&y), doubles(&x));
    let total = crate::ops::sum(&y, &[0, 1], crate::ops::ReducedAxes::Drop).unwrap();
    assert_eq!(doubles(crate::tape::backward(&total).unwrap().get(&x).unwrap()), [1.0; 6]);
}

#[test]
fn probabilities_offsets_and_ids_that_do_not_fit_are_refused() {
    let x = random(153, &[2, 3]).tensor();
    for probability in [-0.1, 1.0, f64::NAN] {
        assert_eq!(code(dropout(&x, probability, stream(), &[0, 2], &[0])), "TENSOR_VALUE");
    }
    assert_eq!(code(dropout(&x, 0.1, stream(), &[0, 3], &[0])), "TENSOR_VALUE");
    assert_eq!(code(dropout(&x, 0.1, stream(), &[0, 2], &[])), "TENSOR_VALUE");
    assert_eq!(code(dropout(&random(154, &[6]).tensor(), 0.1, stream(), &[0, 6], &[0])), "TENSOR_SHAPE");
}
