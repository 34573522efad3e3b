//! Tensors, the tape, primitive operations, random numbers, parameters and optimisers.
