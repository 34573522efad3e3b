//! The cases of `conformance/01_primitives` that concern stacks, pooling and attention, in both precisions.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod attention;
mod comparison;
mod pooling;
mod stack;
