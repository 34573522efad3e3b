//! How the work inside one long sequence is shared between threads: by rows. What a row gives does not depend on the
//! rows beside it, so the cut changes no bit. It knows no mathematics.

use std::ops::Range;

use seq_tensor::threads;

/// Sequences, or groups of them, with fewer rows stay on one thread: there are enough of them side by side.
pub(crate) const LONG: usize = 512;
/// Rows of a piece.
const PIECE: usize = 192;

/// Calls `work(rows, their part of data)` until all rows of `width` numbers are done; in pieces if they are many.
pub(crate) fn for_rows<T: Send>(data: &mut [T], width: usize, work: impl Fn(Range<usize>, &mut [T]) + Sync) {
    for_rows_of([data], width, |rows, [data]| work(rows, data));
}

/// [`for_rows`] over several matrices of equal shape.
pub(crate) fn for_rows_of<T: Send, const N: usize>(
    data: [&mut [T]; N],
    width: usize,
    work: impl Fn(Range<usize>, [&mut [T]; N]) + Sync,
) {
    let rows = data.first().map_or(0, |data| data.len() / width);
    if rows < LONG {
        return work(0..rows, data);
    }
    threads::for_each_piece_of(data, PIECE * width, |index, pieces| {
        let from = index * PIECE;
        work(from..rows.min(from + PIECE), pieces);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_visited_once_with_its_number() {
        for rows in [0, 1, LONG - 1, LONG, LONG + 1, 3 * PIECE + 5] {
            let (mut a, mut b) = (vec![0; rows * 3], vec![0; rows * 3]);
            for_rows_of([&mut a, &mut b], 3, |range, [a, b]| {
                assert_eq!(a.len(), range.len() * 3);
                for (row, (a, b)) in range.zip(a.chunks_exact_mut(3).zip(b.chunks_exact_mut(3))) {
                    a.iter_mut().for_each(|x| *x += row);
                    b.iter_mut().for_each(|x| *x += 2 * row);
                }
            });
            for row in 0..rows {
                assert_eq!(a[row * 3..row * 3 + 3], [row; 3]);
                assert_eq!(b[row * 3..row * 3 + 3], [2 * row; 3]);
            }
        }
    }
}
