//! The native addon `@seq/native`: converts between JavaScript and the crates, no logic.
//!
//! Every error crosses as the text `[CODE] sentence`, which works for synchronous calls and for
//! promises alike; `fromNative` in `index.js` turns it back into a typed error.

#![cfg_attr(test, allow(dead_code, reason = "a test build registers no exports, so nothing calls them"))]

mod attention;
mod error;
mod stored_chunks;
mod tensor;
mod unifrac;
