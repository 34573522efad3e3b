//! What an optimiser remembers of each parameter: step counts and flat moments, readable and writable by
//! name for checkpoints.

use crate::dispatch_float;
use crate::element::Element;
use crate::error::{Result, TensorError};
use crate::parameters::{Contents, Entry, ParameterStore};
use crate::tensor::{Buffer, DType, Stored, Tensor};

/// What an optimiser remembers of one parameter.
#[derive(Clone, Debug)]
pub struct ParameterState {
    /// The parameter's name.
    pub name: String,
    /// How many steps changed it.
    pub steps: u64,
    /// The moments by name, each of the parameter's shape.
    pub moments: Vec<(&'static str, Tensor)>,
}

/// Step counts and `N` flat moments of the parameters of a store.
#[derive(Clone, Debug)]
pub(super) struct Memory<const N: usize> {
    names: [&'static str; N],
    steps: Vec<u64>,
    moments: [Buffer; N],
}

impl<const N: usize> Memory<N> {
    pub(super) fn new(names: [&'static str; N], dtype: DType) -> Self {
        let empty = || if dtype == DType::F64 { Buffer::F64(Vec::new()) } else { Buffer::F32(Vec::new()) };
        Self { names, steps: Vec::new(), moments: std::array::from_fn(|_| empty()) }
    }

    /// Makes room for parameters declared since the last call; new moments are 0.
    fn grow(&mut self, entries: &[Entry]) {
        self.steps.resize(entries.len(), 0);
        let len = entries.last().map_or(0, |last| last.offset + last.len());
        for moment in &mut self.moments {
            match moment {
                Buffer::F64(data) => data.resize(len, 0.0),
                Buffer::F32(data) => data.resize(len, 0.0),
                _ => unreachable!("moments are F32 or F64"),
            }
        }
    }

    /// Calls `update` for every trainable parameter with a gradient, with its step number from 1.
    pub(super) fn update<T: Element>(
        &mut self,
        op: &'static str,
        contents: &mut Contents,
        update: impl Fn(usize, u64, &mut [T], &[T], [&mut [T]; N]),
    ) -> Result<()> {
        self.grow(&contents.entries);
        let wrong = || TensorError::DType { op, expected: "the dtype of the store".into(), found: T::DTYPE };
        let values = T::slice_mut(&mut contents.values).ok_or_else(wrong)?;
        let gradients = T::slice(&contents.gradients).ok_or_else(wrong)?;
        for (index, entry) in contents.entries.iter().enumerate() {
            if !(entry.trainable && entry.has_gradient) {
                continue;
            }
            let range = entry.offset..entry.offset + entry.len();
            self.steps[index] += 1;
            let moments = self.moments.each_mut().map(|moment| {
                T::slice_mut(moment).map(|data| &mut data[range.clone()]).expect("moments have the store's dtype")
            });
            update(index, self.steps[index], &mut values[range.clone()], &gradients[range], moments);
        }
        Ok(())
    }

    pub(super) fn read(&self, store: &ParameterStore) -> Result<Vec<ParameterState>> {
        let contents = store.read();
        let used = contents.entries.iter().zip(&self.steps).filter(|(_, steps)| **steps > 0);
        used.map(|(entry, &steps)| {
            let range = entry.offset..entry.offset + entry.len();
            let moments = self.names.iter().zip(&self.moments).map(|(&name, moment)| {
                dispatch_float!("optimiser", moment.dtype(), T => {
                    let data = <T as Stored>::slice(moment).expect("the dtype was just looked at");
                    Ok((name, Tensor::new(data[range.clone()].to_vec(), &entry.shape)?))
                })
            });
            Ok(ParameterState { name: entry.name.clone(), steps, moments: moments.collect::<Result<_>>()? })
        })
        .collect()
    }

    /// Replaces everything; parameters that are not in `states` start anew.
    pub(super) fn write(&mut self, op: &'static str, store: &ParameterStore, states: &[ParameterState]) -> Result<()> {
        let mut fresh = Self::new(self.names, store.dtype());
        let indices: Vec<usize> =
            states.iter().map(|state| Ok(store.get(&state.name)?.index())).collect::<Result<_>>()?;
        let contents = store.read();
        fresh.grow(&contents.entries);
        for (state, index) in states.iter().zip(indices) {
            let entry = &contents.entries[index];
            fresh.steps[index] = state.steps;
            for (&name, moment) in self.names.iter().zip(&mut fresh.moments) {
                let Some((_, saved)) = state.moments.iter().find(|(saved, _)| *saved == name) else {
                    let problem = format!("the state of {:?} lacks its {name}", state.name);
                    return Err(TensorError::Value { op, problem });
                };
                if saved.shape() != &*entry.shape {
                    let problem = format!("the {name} of {:?} must have the parameter's shape", state.name);
                    return Err(TensorError::shape(op, problem, &[saved.shape(), &entry.shape]));
                }
                dispatch_float!(op, store.dtype(), T => {
                    let data = <T as Stored>::slice_mut(moment).expect("fresh moments have the store's dtype");
                    data[entry.offset..entry.offset + entry.len()].copy_from_slice(&saved.elements::<T>(op)?);
                    Ok(())
                })?;
            }
        }
        *self = fresh;
        Ok(())
    }
}
