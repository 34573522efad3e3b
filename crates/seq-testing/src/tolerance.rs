//! Tolerances and the one rule of comparison: a value passes only if
//! `|got - want| <= absolute + relative * |want| + relative_to_largest * max(largest |want|, largest_at_least)`.
//! A NaN on either side never passes; an infinity passes only against itself.

use std::fmt;
use std::fs;

use serde_json::Value;

use crate::vectors::repository_root;

/// One row of `conformance/tolerances.json`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tolerance {
    /// Allowed difference.
    pub absolute: f64,
    /// Allowed difference in parts of the wanted value.
    pub relative: f64,
    /// Allowed difference in parts of the largest wanted value of the tensor.
    pub relative_to_largest: f64,
    /// The largest value is taken as at least this.
    pub largest_at_least: f64,
}

/// The first value that is not close, and how many are not.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    /// Position of the first.
    pub position: usize,
    /// What was computed there.
    pub got: f64,
    /// What was wanted there.
    pub want: f64,
    /// What difference was allowed there.
    pub allowed: f64,
    /// How many values are not close, of how many.
    pub count: (usize, usize),
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, got, want, allowed, count: (bad, all) } = self;
        let difference = (got - want).abs();
        write!(f, "{bad} of {all} values are not close; first at {position}: ")?;
        write!(f, "got {got:e}, want {want:e}, difference {difference:e}, allowed {allowed:e}")
    }
}

/// The row with this id.
///
/// # Panics
/// If the file or the row is missing or malformed.
pub fn tolerance(id: &str) -> Tolerance {
    let path = repository_root().join("conformance/tolerances.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
    let file: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let rows = file["rows"].as_array().unwrap_or_else(|| panic!("{} has no rows", path.display()));
    let row = rows.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("no tolerance has the id {id:?}"));
    let number = |name: &str| match &row[name] {
        Value::Null => 0.0,
        value => value.as_f64().unwrap_or_else(|| panic!("{name} of tolerance {id:?} is no number: {value}")),
    };
    Tolerance {
        absolute: number("absolute"),
        relative: number("relative"),
        relative_to_largest: number("relativeToLargest"),
        largest_at_least: number("largestAtLeast"),
    }
}

/// Compares two vectors by the rule of this module.
///
/// # Errors
/// The first value that is not close.
///
/// # Panics
/// If the lengths differ.
pub fn close(got: &[f64], want: &[f64], tolerance: &Tolerance) -> Result<(), Mismatch> {
    assert_eq!(got.len(), want.len(), "{} values cannot be compared with {}", got.len(), want.len());
    let largest = want.iter().fold(tolerance.largest_at_least, |largest, x| largest.max(x.abs()));
    let allowed =
        |want: f64| tolerance.absolute + tolerance.relative * want.abs() + tolerance.relative_to_largest * largest;
    let is_close = |got: f64, want: f64| {
        if want.is_infinite() || got.is_infinite() { got == want } else { (got - want).abs() <= allowed(want) }
    };
    let is_bad = |pair: &(&f64, &f64)| !is_close(*pair.0, *pair.1);
    let pairs = || got.iter().zip(want);
    let Some(position) = pairs().position(|pair| is_bad(&pair)) else { return Ok(()) };
    let count = (pairs().filter(is_bad).count(), got.len());
    let (got, want) = (got[position], want[position]);
    Err(Mismatch { position, got, want, allowed: allowed(want), count })
}

/// [`close`] for tests.
///
/// # Panics
/// If a value is not close, with `what` in the message.
#[track_caller]
pub fn assert_close(what: &str, got: &[f64], want: &[f64], tolerance: &Tolerance) {
    if let Err(mismatch) = close(got, want, tolerance) {
        panic!("{what}: {mismatch}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_up_to_the_sum_of_all_terms_pass_and_larger_ones_do_not() {
        let t = Tolerance { absolute: 0.25, relative: 0.5, relative_to_largest: 0.125, largest_at_least: 0.0 };
        assert!(close(&[2.0 + 0.25 + 1.0 + 0.5, 4.0], &[2.0, 4.0], &t).is_ok());
        let mismatch = close(&[3.76, 4.0], &[2.0, 4.0], &t).unwrap_err();
        assert_eq!((mismatch.position, mismatch.allowed, mismatch.count), (0, 1.75, (1, 2)));
        let floor = Tolerance { relative_to_largest: 0.5, largest_at_least: 8.0, ..Tolerance::default() };
        assert!(close(&[4.0], &[0.0], &floor).is_ok());
        assert!(close(&[4.1], &[0.0], &floor).is_err());
    }

    #[test]
    fn nan_never_passes_and_infinity_only_against_itself() {
        let t = Tolerance { absolute: f64::INFINITY, ..Tolerance::default() };
        let (nan, infinity) = (f64::NAN, f64::INFINITY);
        for (got, want) in [(nan, 1.0), (1.0, nan), (nan, nan), (infinity, 1.0), (1.0, infinity), (-infinity, infinity)]
        {
            assert!(close(&[got], &[want], &t).is_err(), "{got} passed for {want}");
        }
        assert!(close(&[infinity], &[infinity], &Tolerance::default()).is_ok());
    }

    #[test]
    fn rows_are_read_from_the_file() {
        let row = tolerance("float32/gradient");
        assert_eq!((row.absolute, row.relative_to_largest, row.largest_at_least), (0.0, 1e-4, 1e-3));
        assert!(std::panic::catch_unwind(|| tolerance("no such row")).is_err());
    }
}
