//! Matrix products whose right operand is packed once and used often.
//!
//! For `f32` with AVX-512, or AVX2 and FMA, these are own loops: the right operand lies in panels of two
//! vectors, the left one is read where it is. Elsewhere the products of `seq_tensor::matmul` are used. The order
//! of additions for an element depends on the inner size alone, so a row's result does not depend on
//! the rows beside it.

use seq_tensor::matmul::{MatrixRef, gemm};

use crate::packed::{Matrix, Packed, Panels};
use crate::real::Real;

/// What a product is added to.
#[derive(Clone, Copy)]
pub(crate) enum Start<'a, T> {
    /// Nothing: the place may hold anything.
    Zero,
    /// The same row everywhere.
    Row(&'a [T]),
    /// What stands there.
    Present,
}

/// `c = start + left right`, where rows of `c` are `stride` apart.
///
/// # Panics
/// If the shapes do not fit or `c` is too short.
pub(crate) fn product<T: Real>(
    left: Matrix<'_, T>,
    right: &Packed<T>,
    start: Start<'_, T>,
    c: &mut [T],
    stride: usize,
) {
    let ((rows, depth), (right_depth, columns)) = (left.shape(), right.shape());
    assert_eq!(depth, right_depth, "inner dimensions differ: {rows} x {depth} times {right_depth} x {columns}");
    if rows == 0 || columns == 0 {
        return;
    }
    assert!(stride >= columns, "row stride {stride} is less than {columns} columns");
    assert!(c.len() >= (rows - 1) * stride + columns, "{} elements cannot hold {rows} x {columns}", c.len());
    if let Start::Row(row) = start {
        assert_eq!(row.len(), columns, "a row of the result has {columns} numbers");
    }
    // SAFETY: the matrix and the lines above checked every condition.
    unsafe {
        match right {
            Packed::Full(right) => T::product(left, right, start, c, stride),
            Packed::Rounded(right) => right.product(left, start, c, stride),
        }
    }
}

/// [`product`] by `seq_tensor::matmul`, on an operand packed row-major.
pub(crate) fn plain_product<T: Real>(
    left: Matrix<'_, T>,
    right: &Panels<T>,
    start: Start<'_, T>,
    c: &mut [T],
    stride: usize,
) {
    let (depth, columns) = right.shape();
    if let Start::Row(row) = start {
        for c in c.chunks_mut(stride).take(left.shape().0) {
            c[..columns].copy_from_slice(row);
        }
    }
    let beta = if matches!(start, Start::Zero) { T::ZERO } else { T::ONE };
    gemm(T::ONE, left.plain(), MatrixRef::new(right.data(), depth, columns), beta, c, stride);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precision::Precision;
    use crate::rounded::RoundedPanels;
    use crate::testing::noise;

    /// A product by one of the loops.
    type Loops<T> = unsafe fn(Matrix<'_, T>, &Panels<T>, Start<'_, T>, &mut [T], usize);

    fn check<T: Real>(
        (rows, depth, columns): (usize, usize, usize),
        tolerance: f64,
        panel: Option<usize>,
        product: Loops<T>,
    ) {
        let cast = |x: Vec<f64>| -> Vec<T> { x.into_iter().map(T::from_f64).collect() };
        let (a, b) = (cast(noise(1, rows * (depth + 3))), cast(noise(2, depth * (columns + 2))));
        let (at, bt) = (cast(noise(3, depth * (rows + 1))), cast(noise(4, columns * (depth + 5))));
        let row = cast(noise(5, columns));
        let before = cast(noise(6, rows * (columns + 4)));
        let lefts = [Matrix::new(&a, rows, depth, depth + 3), Matrix::new(&at, depth, rows, rows + 1).t()];
        let rights = [Matrix::new(&b, depth, columns, columns + 2), Matrix::new(&bt, columns, depth, depth + 5).t()];
        let at = |m: Matrix<'_, T>, r: usize, c: usize| m.data()[r * m.steps().0 + c * m.steps().1].to_f64();
        for (left, right) in lefts.into_iter().flat_map(|left| rights.map(|right| (left, right))) {
            let packed = Panels::in_panels(right, T::from_f64(0.5), panel);
            for start in [Start::Zero, Start::Row(&row), Start::Present] {
                let mut c = before.clone();
                if matches!(start, Start::Zero) {
                    c.iter_mut().for_each(|x| *x = T::from_f64(f64::NAN));
                }
                // SAFETY: sizes agree, panels are those of the loops, and the caller saw the features.
                unsafe { product(left, &packed, start, &mut c, columns + 4) };
                for r in 0..rows {
                    for j in 0..columns {
                        let initial = match start {
                            Start::Zero => 0.0,
                            Start::Row(row) => row[j].to_f64(),
                            Start::Present => before[r * (columns + 4) + j].to_f64(),
                        };
                        let sum: f64 = (0..depth).map(|k| at(left, r, k) * 0.5 * at(right, k, j)).sum();
                        let found = c[r * (columns + 4) + j].to_f64();
                        let difference = (found - initial - sum).abs();
                        assert!(difference <= tolerance, "{rows} x {depth} x {columns} at {r}, {j}: {found}");
                    }
                }
            }
        }
    }

    const SHAPES: [(usize, usize, usize); 10] = [
        (1, 1, 1),
        (3, 5, 7),
        (6, 4, 16),
        (7, 9, 17),
        (13, 0, 5),
        (0, 3, 4),
        (5, 2, 0),
        (150, 300, 33),
        (25, 600, 48),
        (193, 20, 64),
    ];

    #[test]
    fn products_equal_plain_sums_for_every_orientation_and_odd_shapes() {
        for shape in SHAPES.into_iter().filter(|(rows, _, columns)| rows * columns > 0) {
            check::<f32>(shape, 5e-5, f32::panel(), f32::product);
            check::<f64>(shape, 1e-12, f64::panel(), f64::product);
            check::<f32>(shape, 5e-5, None, plain_product);
        }
    }

    #[test]
    fn rounded_products_equal_plain_sums_of_rounded_factors() {
        fn check<T: Real>((rows, depth, columns): (usize, usize, usize), tolerance: f64, panel: Option<usize>) {
            let cast = |x: Vec<f64>| -> Vec<T> { x.into_iter().map(T::from_f64).collect() };
            let (a, b) = (cast(noise(1, rows * depth)), cast(noise(2, depth * columns)));
            let row = cast(noise(5, columns));
            let lefts = [Matrix::new(&a, rows, depth, depth), Matrix::new(&a, depth, rows, rows).t()];
            let rights = [Matrix::new(&b, depth, columns, columns), Matrix::new(&b, columns, depth, depth).t()];
            let at = |m: Matrix<'_, T>, r: usize, c: usize| m.data()[r * m.steps().0 + c * m.steps().1];
            for (left, right) in lefts.into_iter().flat_map(|left| rights.map(|right| (left, right))) {
                let mut c = vec![T::ZERO; rows * columns];
                let packed = match panel {
                    None => Packed::new(right, T::from_f64(0.3), Precision::Bf16),
                    panel => Packed::Rounded(RoundedPanels::of_numbers(right, T::from_f64(0.3), panel)),
                };
                product(left, &packed, Start::Row(&row), &mut c, columns);
                for (i, found) in c.into_iter().enumerate() {
                    let (r, j) = (i / columns, i % columns);
                    let factor = |k| (at(right, k, j) * T::from_f64(0.3)).to_bf16().to_f64();
                    let sum: f64 = (0..depth).map(|k| at(left, r, k).to_bf16().to_f64() * factor(k)).sum();
                    let difference = (found.to_f64() - row[j].to_f64() - sum).abs();
                    assert!(difference <= tolerance, "{rows} x {depth} x {columns} at {r}, {j}: {difference}");
                }
            }
        }
        for shape in SHAPES.into_iter().filter(|(rows, _, columns)| rows * columns > 0) {
            check::<f32>(shape, 5e-5, None);
            check::<f32>(shape, 5e-5, f32::panel());
            check::<f64>(shape, 1e-12, None);
        }
    }

    #[test]
    fn empty_products_write_nothing() {
        for (rows, depth, columns) in SHAPES.into_iter().filter(|(rows, _, columns)| rows * columns == 0) {
            let (a, b) = (vec![1f32; rows * depth], vec![1f32; depth * columns]);
            let packed = Packed::new(Matrix::new(&b, depth, columns, columns), 1.0, Precision::Full);
            product(Matrix::new(&a, rows, depth, depth), &packed, Start::Zero, &mut [], columns);
        }
    }

    /// The widest loops alone would hide the others on a processor that has them.
    #[test]
    #[cfg(target_arch = "x86_64")]
    fn the_loops_of_every_instruction_set_equal_plain_sums() {
        use crate::arithmetic::{has_avx2_and_fma, has_avx512};
        use crate::{product_avx2, product_avx512};
        for shape in SHAPES.into_iter().filter(|(rows, _, columns)| rows * columns > 0) {
            if has_avx2_and_fma() {
                check::<f32>(shape, 5e-5, Some(product_avx2::PANEL), |a, b, start, c, stride| {
                    // SAFETY: the features are there, and `check` keeps the conditions on shapes.
                    unsafe { product_avx2::product(a, b, start, c, stride) }
                });
            }
            if has_avx512() {
                check::<f32>(shape, 5e-5, Some(product_avx512::PANEL), |a, b, start, c, stride| {
                    // SAFETY: the features are there, and `check` keeps the conditions on shapes.
                    unsafe { product_avx512::product(a, b, start, c, stride) }
                });
            }
        }
    }

    #[test]
    fn columns_between_the_rows_of_the_result_stay_as_they_are() {
        let (a, b) = (noise(1, 7 * 5), noise(2, 5 * 18));
        let [a, b] = [a, b].map(|x| x.into_iter().map(|x| x as f32).collect::<Vec<_>>());
        let mut c = vec![9f32; 7 * 25];
        let packed = Packed::new(Matrix::new(&b, 5, 18, 18), 1.0, Precision::Full);
        product(Matrix::new(&a, 7, 5, 5), &packed, Start::Zero, &mut c, 25);
        assert!(c.chunks(25).all(|row| row[18..].iter().all(|x| *x == 9.0) && row[..18].iter().all(|x| *x != 9.0)));
    }

    #[test]
    fn a_row_has_the_same_bits_wherever_it_stands() {
        let (depth, columns) = (300, 21);
        let a: Vec<f32> = noise(1, 200 * depth).into_iter().map(|x| x as f32).collect();
        let b: Vec<f32> = noise(2, depth * columns).into_iter().map(|x| x as f32).collect();
        let packed = Packed::new(Matrix::new(&b, depth, columns, columns), 1.0, Precision::Full);
        let run = |a: &[f32], rows: usize| {
            let mut c = vec![0f32; rows * columns];
            product(Matrix::new(a, rows, depth, depth), &packed, Start::Zero, &mut c, columns);
            c
        };
        let all = run(&a, 200);
        for row in [0, 1, 5, 6, 143, 144, 199] {
            assert_eq!(run(&a[row * depth..(row + 1) * depth], 1), all[row * columns..(row + 1) * columns]);
        }
    }
}
