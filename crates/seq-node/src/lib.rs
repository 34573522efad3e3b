//! The native addon: converts between JavaScript and the crates, no logic.
