//! How an error of a crate becomes an error of JavaScript.

use napi::Error;

/// An error with a stable code, as each crate's enum provides it.
pub trait Coded: std::fmt::Display {
    /// Upper-case code, unique within the crate.
    fn code(&self) -> &'static str;
}

/// The error as it crosses: `[CODE] sentence`.
pub fn to_js(error: &impl Coded) -> Error {
    Error::from_reason(format!("[{}] {error}", error.code()))
}
