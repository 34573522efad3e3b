//! The parameters of one model: one flat buffer of values, one of gradients, and a table of names.
//!
//! A parameter is a range of the flat buffers, so that optimisers, collectives and checkpoints work on
//! ranges and every kind of run shares one code path.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::{MappedRwLockReadGuard, RwLock, RwLockReadGuard};

use crate::dispatch_float;
use crate::error::{Result, TensorError};
use crate::pieces;
use crate::tensor::{Buffer, DType, Stored, Tensor};

/// One row of the table of names.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Dotted name, unique in the store.
    pub name: String,
    /// Sizes of the axes.
    pub shape: Arc<[usize]>,
    /// First element in the flat buffers.
    pub offset: usize,
    /// False for frozen parameters: no gradient, no update, no weight decay.
    pub trainable: bool,
    /// True once a gradient arrived since the last [`ParameterStore::clear_gradients`].
    pub has_gradient: bool,
}

impl Entry {
    /// Number of elements.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// True without elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Everything behind the store's lock.
pub struct Contents {
    /// In order of declaration.
    pub entries: Vec<Entry>,
    /// Values, all parameters end to end.
    pub values: Buffer,
    /// Gradients, laid out as the values.
    pub gradients: Buffer,
    by_name: HashMap<String, usize>,
    version: u64,
}

/// The parameters of one model.
#[derive(Clone)]
pub struct ParameterStore {
    dtype: DType,
    contents: Arc<RwLock<Contents>>,
}

/// One parameter of a store.
#[derive(Clone)]
pub struct Parameter {
    store: ParameterStore,
    index: usize,
}

fn empty(dtype: DType) -> Buffer {
    if dtype == DType::F64 { Buffer::F64(Vec::new()) } else { Buffer::F32(Vec::new()) }
}

impl ParameterStore {
    /// An empty store of floats.
    ///
    /// # Errors
    /// `TENSOR_DTYPE` if `dtype` is no float.
    pub fn new(dtype: DType) -> Result<Self> {
        if !matches!(dtype, DType::F32 | DType::F64) {
            return Err(TensorError::DType { op: "parameters", expected: "a float".into(), found: dtype });
        }
        let contents = Contents {
            entries: Vec::new(),
            values: empty(dtype),
            gradients: empty(dtype),
            by_name: HashMap::new(),
            version: 0,
        };
        Ok(Self { dtype, contents: Arc::new(RwLock::new(contents)) })
    }

    /// The type of all values.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// Adds a parameter with initial values.
    ///
    /// # Errors
    /// `PARAMETER_NAME` if the name is taken; `TENSOR_DTYPE` if the values have another type.
    pub fn declare(&self, name: &str, initial: &Tensor) -> Result<Parameter> {
        let mut guard = self.contents.write();
        let contents = &mut *guard;
        if contents.by_name.contains_key(name) {
            return Err(TensorError::ParameterName { problem: format!("{name:?} is declared twice") });
        }
        dispatch_float!("parameters", self.dtype, T => {
            let initial = initial.elements::<T>("parameters")?;
            for buffer in [&mut contents.values, &mut contents.gradients] {
                <T as Stored>::slice_mut(buffer).expect("store buffers have the store's dtype").extend_from_slice(&initial);
            }
            Ok(())
        })?;
        let len = initial.len();
        let offset = contents.values.len() - len;
        let index = contents.entries.len();
        contents.entries.push(Entry {
            name: name.to_owned(),
            shape: initial.shape().into(),
            offset,
            trainable: true,
            has_gradient: false,
        });
        contents.by_name.insert(name.to_owned(), index);
        zero(&mut contents.gradients, offset, len);
        Ok(Parameter { store: self.clone(), index })
    }

    /// A parameter by name.
    ///
    /// # Errors
    /// `PARAMETER_NAME` if there is none.
    pub fn get(&self, name: &str) -> Result<Parameter> {
        let contents = self.contents.read_recursive();
        match contents.by_name.get(name) {
            Some(&index) => Ok(Parameter { store: self.clone(), index }),
            None => Err(TensorError::ParameterName {
                problem: format!("{name:?} is none of the {} parameters", contents.entries.len()),
            }),
        }
    }

    /// Looks at everything.
    pub fn read(&self) -> RwLockReadGuard<'_, Contents> {
        self.contents.read_recursive()
    }

    /// Changes values, gradients or flags; records that saw the old values can no longer go backward.
    pub fn update<R>(&self, change: impl FnOnce(&mut Contents) -> R) -> R {
        let mut contents = self.contents.write();
        contents.version += 1;
        change(&mut contents)
    }

    /// Changes gradients only, so that records stay usable.
    pub fn update_gradients<R>(&self, change: impl FnOnce(&[Entry], &mut Buffer) -> R) -> R {
        let mut guard = self.contents.write();
        let contents = &mut *guard;
        change(&contents.entries, &mut contents.gradients)
    }

    /// Replaces the values of a parameter.
    ///
    /// # Errors
    /// `PARAMETER_NAME`; `TENSOR_SHAPE` unless the shape is the parameter's; `TENSOR_DTYPE`.
    pub fn write(&self, name: &str, values: &Tensor) -> Result<()> {
        let index = self.get(name)?.index;
        let dtype = self.dtype;
        let own = values.dtype();
        if own != dtype {
            return Err(TensorError::DType { op: "parameters", expected: format!("{dtype:?}"), found: own });
        }
        let shape = Arc::clone(&self.read().entries[index].shape);
        if values.shape() != &*shape {
            let problem = format!("values of {name:?} must have the parameter's shape");
            return Err(TensorError::shape("parameters", problem, &[values.shape(), &shape]));
        }
        dispatch_float!("parameters", dtype, T => {
            let values = values.to_vec::<T>()?;
            self.update(|contents| {
                let offset = contents.entries[index].offset;
                let flat = <T as Stored>::slice_mut(&mut contents.values).expect("store buffers have the store's dtype");
                flat[offset..offset + values.len()].copy_from_slice(&values);
            });
            Ok(())
        })
    }

    /// A copy of the gradient of a parameter; none if none arrived since the last clearing.
    ///
    /// # Errors
    /// `PARAMETER_NAME`.
    pub fn gradient(&self, name: &str) -> Result<Option<Tensor>> {
        let index = self.get(name)?.index;
        let contents = self.read();
        let entry = &contents.entries[index];
        if !entry.has_gradient {
            return Ok(None);
        }
        dispatch_float!("parameters", self.dtype, T => {
            let flat = <T as Stored>::slice(&contents.gradients).expect("store buffers have the store's dtype");
            Tensor::new(flat[entry.offset..entry.offset + entry.len()].to_vec(), &entry.shape).map(Some)
        })
    }

    /// Freezes or thaws parameters; a frozen one gets no gradient, no update and no weight decay.
    ///
    /// # Errors
    /// `PARAMETER_NAME` if a name is unknown; then nothing has changed.
    pub fn set_trainable<'a>(&self, names: impl IntoIterator<Item = &'a str>, trainable: bool) -> Result<()> {
        let indices = names.into_iter().map(|name| Ok(self.get(name)?.index)).collect::<Result<Vec<_>>>()?;
        let mut contents = self.contents.write();
        for index in indices {
            contents.entries[index].trainable = trainable;
        }
        Ok(())
    }

    /// Sets every gradient to zero and forgets which parameters had one.
    pub fn clear_gradients(&self) {
        let mut contents = self.contents.write();
        let len = contents.gradients.len();
        zero(&mut contents.gradients, 0, len);
        for entry in &mut contents.entries {
            entry.has_gradient = false;
        }
    }
}

fn zero(buffer: &mut Buffer, offset: usize, len: usize) {
    match buffer {
        Buffer::F32(data) => data[offset..offset + len].fill(0.0),
        Buffer::F64(data) => data[offset..offset + len].fill(0.0),
        _ => unreachable!("store buffers are F32 or F64"),
    }
}

impl Parameter {
    /// The parameter as a tensor that operations can use.
    pub fn tensor(&self) -> Tensor {
        Tensor::parameter(self.clone())
    }

    /// Position in the store's table of names.
    pub fn index(&self) -> usize {
        self.index
    }

    pub(crate) fn dtype(&self) -> DType {
        self.store.dtype
    }

    pub(crate) fn shape(&self) -> Arc<[usize]> {
        Arc::clone(&self.store.read().entries[self.index].shape)
    }

    pub(crate) fn is_trainable(&self) -> bool {
        self.store.read().entries[self.index].trainable
    }

    pub(crate) fn shares_store(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.store.contents, &other.store.contents)
    }

    pub(crate) fn version(&self) -> u64 {
        self.store.read().version
    }

    pub(crate) fn elements<T: Stored>(&self) -> Option<MappedRwLockReadGuard<'_, [T]>> {
        RwLockReadGuard::try_map(self.store.read(), |contents| {
            let entry = &contents.entries[self.index];
            T::slice(&contents.values).map(|values| &values[entry.offset..entry.offset + entry.len()])
        })
        .ok()
    }

    pub(crate) fn accumulate_gradient(&self, gradient: &Tensor) -> Result<()> {
        let mut guard = self.store.contents.write();
        let contents = &mut *guard;
        let entry = &mut contents.entries[self.index];
        if gradient.len() != entry.len() {
            return Err(TensorError::shape(
                "backward",
                "gradient and parameter differ",
                &[gradient.shape(), &entry.shape],
            ));
        }
        entry.has_gradient = true;
        let range = entry.offset..entry.offset + entry.len();
        dispatch_float!("backward", self.store.dtype, T => {
            let flat = <T as Stored>::slice_mut(&mut contents.gradients).expect("store buffers have the store's dtype");
            pieces::add(&mut flat[range], &gradient.elements::<T>("backward")?);
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests;
