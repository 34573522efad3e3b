//! Collectives over plain slices behind one trait.
