//! Variable-length attention, the transformer encoder over packed sequences, attention pooling.
