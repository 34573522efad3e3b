//! Optimisers over the parameters of one store.
