//! Operands rounded to bf16 in words of two: the even one of two neighbours in the lower half, the odd one in the upper. A
//! last one without a neighbour gets zero. It multiplies nothing.

use crate::packed::Matrix;
use crate::precision::bf16_bits;
use crate::scratch::Scratch;

/// Columns of a panel.
const PANEL: usize = 32;

fn word(even: f32, odd: f32) -> u32 {
    u32::from(bf16_bits(even)) | u32::from(bf16_bits(odd)) << 16
}

/// A left operand: words of neighbours in a row, stored in the order of their source.
pub(crate) struct Pairs {
    pub data: Scratch<u32>,
    pub rows: usize,
    /// Words of a row.
    pub depth: usize,
    /// Whether words of a column lie side by side.
    pub transposed: bool,
}

impl Pairs {
    /// `scale` times a matrix.
    pub(crate) fn new(source: Matrix<'_, f32>, scale: f32) -> Self {
        let ((rows, width), transposed) = (source.shape(), source.is_transposed());
        let depth = width.div_ceil(2);
        let mut data = Scratch::new(rows * depth);
        if data.is_empty() {
        } else if transposed {
            let stored: Vec<&[f32]> = source.stored().collect();
            for (pair, target) in stored.chunks(2).zip(data.chunks_exact_mut(rows)) {
                for (row, target) in target.iter_mut().enumerate() {
                    *target = word(pair[0][row] * scale, pair.get(1).map_or(0.0, |odd| odd[row] * scale));
                }
            }
        } else {
            for (row, target) in source.stored().zip(data.chunks_exact_mut(depth)) {
                for (pair, target) in row.chunks(2).zip(target) {
                    *target = word(pair[0] * scale, pair.get(1).map_or(0.0, |odd| odd * scale));
                }
            }
        }
        Self { data, rows, depth, transposed }
    }
}

/// A right operand in panels of 32 columns of words, the last one filled with zeros.
pub(crate) struct PairPanels {
    data: Scratch<u32>,
    columns: usize,
}

impl PairPanels {
    /// `scale` times a matrix.
    pub(crate) fn new(matrix: Matrix<'_, f32>, scale: f32) -> Self {
        // Words run along the depth, which is along the rows of the transposed matrix.
        let pairs = Pairs::new(matrix.t(), scale);
        let Pairs { data: words, rows: columns, depth, transposed } = &pairs;
        let (column_step, depth_step) = if *transposed { (1, *columns) } else { (*depth, 1) };
        let mut data = Scratch::zeros(depth * columns.next_multiple_of(PANEL));
        if *depth > 0 {
            for (panel, from) in data.chunks_exact_mut(depth * PANEL).zip((0..*columns).step_by(PANEL)) {
                for (k, row) in panel.chunks_exact_mut(PANEL).enumerate() {
                    for (column, target) in (from..*columns).zip(row) {
                        *target = words[column * column_step + k * depth_step];
                    }
                }
            }
        }
        Self { data, columns: *columns }
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    pub(crate) fn words(&self) -> &[u32] {
        &self.data
    }
}
