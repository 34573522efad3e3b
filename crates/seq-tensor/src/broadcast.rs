//! NumPy broadcasting: which shape several shapes stretch to, and the rows of that shape in which every
//! operand is either consecutive or one repeated element.

use std::ops::Range;

use crate::error::{Result, TensorError};

/// The common shape: axes are aligned at the end, and an axis of size 1 stretches.
///
/// # Errors
/// `TENSOR_SHAPE` if two sizes differ and neither is 1.
pub fn broadcast_shape(op: &'static str, shapes: &[&[usize]]) -> Result<Vec<usize>> {
    let rank = shapes.iter().map(|shape| shape.len()).max().unwrap_or(0);
    let mut common = vec![1; rank];
    for shape in shapes {
        let lead = rank - shape.len();
        for (size, &own) in common[lead..].iter_mut().zip(*shape) {
            if *size != own && *size != 1 && own != 1 {
                return Err(TensorError::shape(op, "sizes must be equal or 1, aligned at the last axis", shapes));
            }
            if own != 1 {
                *size = own;
            }
        }
    }
    Ok(common)
}

/// How `N` dense operands are read while the elements of their common shape are visited in order.
pub struct Rows<const N: usize> {
    extents: Vec<usize>,
    strides: Vec<[usize; N]>,
}

impl<const N: usize> Rows<N> {
    /// The rows of `common`, which [`broadcast_shape`] made of `shapes` or which is at least as large.
    pub fn new(common: &[usize], shapes: [&[usize]; N]) -> Self {
        let mut extents: Vec<usize> = Vec::new();
        let mut strides: Vec<[usize; N]> = Vec::new();
        let mut dense = [1; N];
        for axis in (0..common.len()).rev() {
            let mut stride = [0; N];
            for (operand, shape) in shapes.iter().enumerate() {
                let own = (axis + shape.len()).checked_sub(common.len()).map_or(1, |own_axis| shape[own_axis]);
                if own != 1 {
                    stride[operand] = dense[operand];
                }
                dense[operand] *= own;
            }
            if common[axis] == 1 {
                continue;
            }
            match (extents.last_mut(), strides.last()) {
                (Some(extent), Some(inner)) if (0..N).all(|i| stride[i] == inner[i] * *extent) => {
                    *extent *= common[axis];
                }
                _ => {
                    extents.push(common[axis]);
                    strides.push(stride);
                }
            }
        }
        if extents.is_empty() {
            extents.push(1);
            strides.push([0; N]);
        }
        Self { extents, strides }
    }

    /// 1 for each operand that is consecutive within a row, 0 for each that repeats one element.
    pub fn steps(&self) -> [usize; N] {
        self.strides[0]
    }

    /// Visits the rows that cover `range` of the common shape: `visit(elements, starts)` gets positions
    /// relative to the start of `range`, and where each operand's part begins.
    #[inline(always)]
    pub fn visit(&self, range: Range<usize>, mut visit: impl FnMut(Range<usize>, [usize; N])) {
        let width = self.extents[0];
        if range.is_empty() || width == 0 {
            return;
        }
        let mut index = vec![0; self.extents.len()];
        let mut rest = range.start;
        for (position, extent) in index.iter_mut().zip(&self.extents) {
            *position = rest % extent;
            rest /= extent;
        }
        let mut starts = [0; N];
        for (position, stride) in index.iter().zip(&self.strides).skip(1) {
            for (start, step) in starts.iter_mut().zip(stride) {
                *start += position * step;
            }
        }
        let mut done = 0;
        let mut column = index[0];
        let steps = self.steps();
        while done < range.len() {
            let count = (width - column).min(range.len() - done);
            visit(done..done + count, std::array::from_fn(|i| starts[i] + column * steps[i]));
            done += count;
            column = 0;
            self.next_row(&mut index, &mut starts);
        }
    }

    fn next_row(&self, index: &mut [usize], starts: &mut [usize; N]) {
        let axes = index.iter_mut().zip(&self.extents).zip(&self.strides).skip(1);
        for ((position, extent), stride) in axes {
            *position += 1;
            if *position < *extent {
                (0..N).for_each(|i| starts[i] += stride[i]);
                return;
            }
            (0..N).for_each(|i| starts[i] -= stride[i] * (extent - 1));
            *position = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_stretch_as_in_numpy_or_are_refused() {
        let common = |shapes: &[&[usize]]| broadcast_shape("t", shapes);
        assert_eq!(common(&[&[3, 1, 5], &[4, 1]]).unwrap(), [3, 4, 5]);
        assert_eq!(common(&[&[], &[2, 0]]).unwrap(), [2, 0]);
        assert_eq!(common(&[&[1], &[0]]).unwrap(), [0]);
        assert_eq!(common(&[&[3, 2], &[3]]).unwrap_err().code(), "TENSOR_SHAPE");
        assert_eq!(common(&[&[0], &[2]]).unwrap_err().code(), "TENSOR_SHAPE");
    }

    /// Offset of element `flat` of `common` in an operand, by the definition.
    fn offset(common: &[usize], shape: &[usize], flat: usize) -> usize {
        let mut rest = flat;
        let mut dense = 1;
        let mut offset = 0;
        for axis in (0..common.len()).rev() {
            let position = rest % common[axis];
            rest /= common[axis];
            if axis + shape.len() >= common.len() {
                let own = shape[axis + shape.len() - common.len()];
                if own != 1 {
                    offset += position * dense;
                }
                dense *= own;
            }
        }
        offset
    }

    #[test]
    fn rows_of_any_range_address_the_elements_that_the_definition_names() {
        let cases: [(&[usize], &[usize]); 7] = [
            (&[3, 1, 5], &[4, 1]),
            (&[2, 3, 4], &[2, 3, 4]),
            (&[2, 3, 4], &[]),
            (&[5, 1], &[1, 6]),
            (&[2, 1, 3, 1], &[1, 4, 1, 5]),
            (&[1], &[1]),
            (&[4, 2, 1], &[2, 3]),
        ];
        for (a, b) in cases {
            let common = broadcast_shape("t", &[a, b]).unwrap();
            let total: usize = common.iter().product();
            let rows = Rows::new(&common, [a, b]);
            for start in 0..total {
                for end in [start + 1, (start + 7).min(total), total] {
                    let mut seen = 0;
                    rows.visit(start..end, |elements, starts| {
                        assert_eq!(elements.start, seen);
                        seen = elements.end;
                        for (i, element) in elements.clone().enumerate() {
                            let step = rows.steps();
                            assert_eq!(starts[0] + i * step[0], offset(&common, a, start + element));
                            assert_eq!(starts[1] + i * step[1], offset(&common, b, start + element));
                        }
                    });
                    assert_eq!(seen, end - start);
                }
            }
        }
    }
}
