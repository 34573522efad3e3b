//! Matrix products on one thread over slices that may be strided blocks of larger matrices.
//!
//! Callers cut their work into pieces and run these inside them, so the order of additions depends on
//! the shapes alone.

use crate::element::Element;

/// How a stored row-major matrix enters a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orientation {
    /// As stored.
    Plain,
    /// Rows and columns exchanged.
    Transposed,
}

/// A read-only row-major matrix: `data[r * row_stride + c]`.
#[derive(Clone, Copy, Debug)]
pub struct MatrixRef<'a, T> {
    data: &'a [T],
    rows: usize,
    columns: usize,
    row_stride: usize,
    orientation: Orientation,
}

impl<'a, T: Element> MatrixRef<'a, T> {
    /// A dense matrix of `rows` x `columns`.
    ///
    /// # Panics
    /// If the slice is too short.
    pub fn new(data: &'a [T], rows: usize, columns: usize) -> Self {
        Self::strided(data, rows, columns, columns)
    }

    /// A block of a wider matrix whose rows lie `row_stride` elements apart.
    ///
    /// # Panics
    /// If the slice is too short, or rows would overlap.
    pub fn strided(data: &'a [T], rows: usize, columns: usize, row_stride: usize) -> Self {
        assert!(row_stride >= columns, "row stride {row_stride} is less than {columns} columns");
        assert!(
            rows == 0 || columns == 0 || data.len() >= (rows - 1) * row_stride + columns,
            "{} elements cannot hold {rows} x {columns} with row stride {row_stride}",
            data.len()
        );
        Self { data, rows, columns, row_stride, orientation: Orientation::Plain }
    }

    /// The transposed matrix; nothing moves.
    pub fn t(self) -> Self {
        let orientation = match self.orientation {
            Orientation::Plain => Orientation::Transposed,
            Orientation::Transposed => Orientation::Plain,
        };
        Self { orientation, ..self }
    }

    fn shape(&self) -> (usize, usize) {
        match self.orientation {
            Orientation::Plain => (self.rows, self.columns),
            Orientation::Transposed => (self.columns, self.rows),
        }
    }

    fn strides(&self) -> (isize, isize) {
        match self.orientation {
            Orientation::Plain => (self.row_stride as isize, 1),
            Orientation::Transposed => (1, self.row_stride as isize),
        }
    }
}

/// `c = alpha * a b + beta * c`, where `c` is row-major with rows `c_stride` apart.
///
/// With `beta` zero the old content of `c` is not read, so it may be anything.
///
/// # Panics
/// If the shapes do not fit or `c` is too short.
pub fn gemm<T: Element>(alpha: T, a: MatrixRef<'_, T>, b: MatrixRef<'_, T>, beta: T, c: &mut [T], c_stride: usize) {
    let (m, k) = a.shape();
    let (b_rows, n) = b.shape();
    assert_eq!(k, b_rows, "inner dimensions differ: {m} x {k} times {b_rows} x {n}");
    if m == 0 || n == 0 {
        return;
    }
    assert!(c_stride >= n, "row stride {c_stride} is less than {n} columns");
    assert!(c.len() >= (m - 1) * c_stride + n, "{} elements cannot hold the {m} x {n} product", c.len());
    let (row_a, column_a) = a.strides();
    let (row_b, column_b) = b.strides();
    // SAFETY: the constructors checked that every element of `a` and `b` lies in its slice, the
    // assertions above do so for `c`, and the exclusive borrow of `c` rules out overlap.
    unsafe {
        T::gemm(
            m,
            k,
            n,
            alpha,
            a.data.as_ptr(),
            row_a,
            column_a,
            b.data.as_ptr(),
            row_b,
            column_b,
            beta,
            c.as_mut_ptr(),
            c_stride as isize,
            1,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_plain_loops_for_every_orientation_and_odd_shapes() {
        for (m, k, n) in [(1, 1, 1), (3, 5, 7), (17, 9, 2), (2, 0, 3), (0, 4, 4)] {
            let a: Vec<f64> = (0..m * k).map(|i| (i as f64 * 0.37).sin()).collect();
            let b: Vec<f64> = (0..k * n).map(|i| (i as f64 * 0.91).cos()).collect();
            let mut expected = vec![0.5; m * n];
            for r in 0..m {
                for c in 0..n {
                    let sum: f64 = (0..k).map(|i| a[r * k + i] * b[i * n + c]).sum();
                    expected[r * n + c] = 2.0 * sum + 3.0 * 0.5;
                }
            }
            let transpose = |x: &[f64], rows: usize, columns: usize| -> Vec<f64> {
                (0..rows * columns).map(|i| x[(i % rows) * columns + i / rows]).collect()
            };
            let (at, bt) = (transpose(&a, m, k), transpose(&b, k, n));
            for (left, right) in [
                (MatrixRef::new(&a, m, k), MatrixRef::new(&b, k, n)),
                (MatrixRef::new(&at, k, m).t(), MatrixRef::new(&b, k, n)),
                (MatrixRef::new(&a, m, k), MatrixRef::new(&bt, n, k).t()),
                (MatrixRef::new(&at, k, m).t(), MatrixRef::new(&bt, n, k).t()),
            ] {
                let mut c = vec![0.5; m * n];
                gemm(2.0, left, right, 3.0, &mut c, n);
                for (got, want) in c.iter().zip(&expected) {
                    assert!((got - want).abs() <= 1e-12, "{m} x {k} x {n}: {got} is not {want}");
                }
            }
        }
    }
}
