//! The binding of `seq-table` and `seq-unifrac`: phylogenies, prepared spaces, distances and running jobs.
//!
//! Names cross as one text with NUL between them, numbers as typed arrays. `u32::MAX` stands for "no tip".

mod arguments;
mod chosen_pairs;
mod community;
mod job;
mod lz4;
mod matrix_text;
mod ordination;
mod permanova;
mod phylogeny;
mod prepared;
mod random;
mod space;

use std::panic::{AssertUnwindSafe, catch_unwind};

use napi::bindgen_prelude::panic_to_error;
use napi::{Error, Result};
use seq_table::TableError;
use seq_unifrac::UnifracError;

use crate::error::{Coded, to_js};

impl Coded for TableError {
    fn code(&self) -> &'static str {
        self.code()
    }
}

impl Coded for UnifracError {
    fn code(&self) -> &'static str {
        self.code()
    }
}

fn coded(error: impl Coded) -> Error {
    to_js(&error)
}

fn disposed(what: &str) -> Error {
    Error::from_reason(format!("[{}_DISPOSED] this {what} was disposed.", what.to_uppercase()))
}

/// A panic in a worker thread would end the process; it is a fault of ours and is reported as one.
fn guarded<R>(work: impl FnOnce() -> Result<R>) -> Result<R> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(panic_to_error(panic)))
}
