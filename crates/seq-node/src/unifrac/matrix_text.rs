//! Rows of a matrix as text.

use napi::bindgen_prelude::{AsyncTask, Buffer, Either, Float32Array, Float64Array};
use napi::{Env, Error, Result, Task};
use napi_derive::napi;
use seq_table::number_rows;

use super::guarded;

/// Rows to be written, on another thread.
pub struct RowsAsText {
    labels: Vec<String>,
    values: Either<Float32Array, Float64Array>,
    delimiter: u8,
}

impl Task for RowsAsText {
    type Output = Vec<u8>;
    type JsValue = Buffer;

    fn compute(&mut self) -> Result<Vec<u8>> {
        let Self { labels, values, delimiter } = self;
        guarded(|| {
            Ok(match values {
                Either::A(values) => number_rows(labels, values, *delimiter),
                Either::B(values) => number_rows(labels, values, *delimiter),
            })
        })
    }

    fn resolve(&mut self, _env: Env, text: Vec<u8>) -> Result<Buffer> {
        Ok(text.into())
    }
}

/// One line per label, each with its share of the values, in UTF-8. The values must not change meanwhile.
#[napi(catch_unwind, ts_return_type = "Promise<Buffer>")]
pub fn rows_as_text_later(
    labels: Vec<String>,
    values: Either<Float32Array, Float64Array>,
    delimiter: String,
) -> Result<AsyncTask<RowsAsText>> {
    match delimiter.as_bytes() {
        [delimiter] => Ok(AsyncTask::new(RowsAsText { labels, values, delimiter: *delimiter })),
        _ => Err(Error::from_reason(format!("rowsAsTextLater: the delimiter is {delimiter:?}, not one byte"))),
    }
}
