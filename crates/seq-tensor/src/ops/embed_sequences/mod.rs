//! `embed_sequences`: `y[t] = token_table[tokens[t]] + position_table[position of t in its sequence]`.
//!
//! Shapes: tokens i32 [T], offsets of the packed sequences, token_table [V, D], position_table [P, D],
//! y [T, D]. DTypes: both tables the same float. The gradient of a table row is the sum of `dy` over its
//! uses, in f64 and in order; rows without use get 0. Gradients overwrite.
//! Errors: `TENSOR_SHAPE`, `TENSOR_DTYPE`, `TENSOR_INDEX` for tokens, `TENSOR_VALUE` for offsets and for a
//! sequence longer than the position table.

#[cfg(test)]
mod tests;

use crate::dispatch_float;
use crate::element::Element;
use crate::error::{Result, TensorError};
use crate::ops::gather_rows::scatter_add;
use crate::pieces::{PIECE, filled, rows_per_piece};
use crate::ragged::{check_offsets, ranges};
use crate::tape::record_one;
use crate::tensor::Tensor;

const OP: &str = "embed_sequences";

/// Looks up a token row and a position row for every token of packed sequences and adds them.
///
/// # Errors
/// `TENSOR_SHAPE`, `TENSOR_DTYPE`, `TENSOR_INDEX`, `TENSOR_VALUE`.
pub fn embed_sequences(
    tokens: &Tensor,
    offsets: &[u32],
    token_table: &Tensor,
    position_table: &Tensor,
) -> Result<Tensor> {
    let shapes = [tokens.shape(), token_table.shape(), position_table.shape()];
    let (&[count], &[vocabulary, width], &[positions, position_width]) = (shapes[0], shapes[1], shapes[2]) else {
        return Err(TensorError::shape(OP, "tokens [T] and tables [V, D] and [P, D] are needed", &shapes));
    };
    if width != position_width {
        return Err(TensorError::shape(OP, "both tables must have rows of one length", &shapes));
    }
    check_offsets(OP, offsets, count)?;
    check_lengths(offsets, positions)?;
    let token_rows = token_rows(tokens, vocabulary)?;
    let position_rows: Vec<u32> = ranges(offsets).flat_map(|range| 0..range.len() as u32).collect();
    dispatch_float!(OP, token_table.dtype(), T => {
        let y = {
            let (token_table, position_table) = (token_table.elements::<T>(OP)?, position_table.elements::<T>(OP)?);
            looked_up::<T>(&token_table, &token_rows, &position_table, &position_rows, width)
        };
        let needs = [token_table.needs_gradient(), position_table.needs_gradient()];
        let y = Tensor::new(y, &[count, width])?;
        Ok(record_one(OP, &[token_table, position_table], y, move |gradient| {
            let dy = gradient.elements::<T>(OP)?;
            let table = |needed: bool, used: &[u32], rows: usize| {
                needed.then(|| Tensor::new(scatter_add::<T>(&dy, used, rows, width), &[rows, width])).transpose()
            };
            Ok(vec![table(needs[0], &token_rows, vocabulary)?, table(needs[1], &position_rows, positions)?])
        }))
    })
}

fn check_lengths(offsets: &[u32], positions: usize) -> Result<()> {
    let too_long = |range: &std::ops::Range<usize>| range.len() > positions;
    let Some((sequence, range)) = ranges(offsets).enumerate().find(|(_, range)| too_long(range)) else {
        return Ok(());
    };
    let count = ranges(offsets).filter(too_long).count();
    let problem = format!(
        "sequence {sequence} has {} tokens but the position table has {positions} rows ({count} such sequences)",
        range.len()
    );
    Err(TensorError::Value { op: OP, problem })
}

fn token_rows(tokens: &Tensor, vocabulary: usize) -> Result<Vec<u32>> {
    let tokens = tokens.elements::<i32>(OP)?;
    let outside = |token: &i32| usize::try_from(*token).map_or(true, |token| token >= vocabulary);
    match tokens.iter().position(outside) {
        None => Ok(tokens.iter().map(|token| *token as u32).collect()),
        Some(position) => Err(TensorError::Index {
            op: OP,
            index: i64::from(tokens[position]),
            position,
            limit: vocabulary,
            count: tokens.iter().filter(|token| outside(token)).count(),
        }),
    }
}

fn looked_up<T: Element>(
    token_table: &[T],
    token_rows: &[u32],
    position_table: &[T],
    position_rows: &[u32],
    width: usize,
) -> Vec<T> {
    let rows = rows_per_piece(width, PIECE);
    filled(token_rows.len() * width, rows * width, |start, piece: &mut [T]| {
        let first = start / width;
        let used = token_rows[first..].iter().zip(&position_rows[first..]);
        for (out, (token, position)) in piece.chunks_exact_mut(width).zip(used) {
            let token = &token_table[*token as usize * width..][..width];
            let position = &position_table[*position as usize * width..][..width];
            out.iter_mut().zip(token).zip(position).for_each(|((y, a), b)| *y = *a + *b);
        }
    })
}
