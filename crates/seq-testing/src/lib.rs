//! Vector files, tolerances and gradient checks for the tests of the other crates.
