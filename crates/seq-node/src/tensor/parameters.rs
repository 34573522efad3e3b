//! The parameters of one model: declared, read and written by name.

use napi::bindgen_prelude::ObjectFinalize;
use napi::{Env, Result};
use napi_derive::napi;
use seq_tensor::initialise::{Initialisation, initialise};
use seq_tensor::parameters::{Contents, Entry, ParameterStore};
use seq_tensor::tensor::Buffer;
use seq_tensor::{Tensor, TensorError};

use super::handle::{DataType, Elements, to_buffer, to_elements, to_shape};
use super::{TensorHandle, failure};

/// Values and gradients are both held per parameter.
const BUFFERS: usize = 2;

/// A store that JavaScript owns; tensors of its parameters keep it alive.
#[napi(custom_finalize)]
pub struct ParameterStoreHandle {
    store: ParameterStore,
    reported: i64,
}

impl ObjectFinalize for ParameterStoreHandle {
    fn finalize(self, env: Env) -> Result<()> {
        env.adjust_external_memory(-self.reported).map(drop)
    }
}

impl ParameterStoreHandle {
    /// The store behind the handle.
    pub(crate) fn store(&self) -> &ParameterStore {
        &self.store
    }

    fn declare(
        &mut self,
        env: Env,
        name: &str,
        shape: &[u32],
        seed: f64,
        initialisation: Initialisation,
    ) -> Result<TensorHandle> {
        let initial = initialise(name, &to_shape(shape), self.store.dtype(), initialisation, seed as u64);
        let initial = initial.map_err(failure)?;
        let parameter = self.store.declare(name, &initial).map_err(failure)?;
        let bytes = (BUFFERS * initial.len() * initial.dtype().size()) as i64;
        env.adjust_external_memory(bytes)?;
        self.reported += bytes;
        Ok(TensorHandle::view(parameter.tensor()))
    }

    fn entry(&self, name: &str) -> Result<Entry> {
        let index = self.store.get(name).map_err(failure)?.index();
        Ok(self.store.read().entries[index].clone())
    }
}

/// A copy of a parameter's range of a flat buffer.
fn range(buffer: &Buffer, entry: &Entry) -> Buffer {
    let range = entry.offset..entry.offset + entry.len();
    match buffer {
        Buffer::F32(data) => Buffer::F32(data[range].to_vec()),
        Buffer::F64(data) => Buffer::F64(data[range].to_vec()),
        Buffer::F16(data) => Buffer::F16(data[range].to_vec()),
        Buffer::BF16(data) => Buffer::BF16(data[range].to_vec()),
        Buffer::I32(data) => Buffer::I32(data[range].to_vec()),
        Buffer::I64(data) => Buffer::I64(data[range].to_vec()),
        Buffer::U8(data) => Buffer::U8(data[range].to_vec()),
    }
}

fn overwrite(contents: &mut Contents, entry: &Entry, data: &Buffer) -> seq_tensor::Result<()> {
    let range = entry.offset..entry.offset + entry.len();
    if data.len() != entry.len() {
        let problem = format!("{} elements do not fill {:?}", data.len(), entry.name);
        return Err(TensorError::shape("parameters", problem, &[&entry.shape]));
    }
    match (&mut contents.values, data) {
        (Buffer::F32(values), Buffer::F32(data)) => values[range].copy_from_slice(data),
        (Buffer::F64(values), Buffer::F64(data)) => values[range].copy_from_slice(data),
        (values, data) => {
            let expected = format!("{:?}", values.dtype());
            return Err(TensorError::DType { op: "parameters", expected, found: data.dtype() });
        }
    }
    Ok(())
}

#[napi]
impl ParameterStoreHandle {
    #[napi(constructor, catch_unwind)]
    pub fn new(#[napi(ts_arg_type = "'float32' | 'float64'")] dtype: DataType) -> Result<Self> {
        Ok(Self { store: ParameterStore::new(dtype.into()).map_err(failure)?, reported: 0 })
    }

    #[napi(catch_unwind)]
    pub fn declare_uniform(
        &mut self,
        env: Env,
        name: String,
        shape: Vec<u32>,
        seed: f64,
        low: f64,
        high: f64,
    ) -> Result<TensorHandle> {
        self.declare(env, &name, &shape, seed, Initialisation::Uniform { low, high })
    }

    #[napi(catch_unwind)]
    pub fn declare_normal(
        &mut self,
        env: Env,
        name: String,
        shape: Vec<u32>,
        seed: f64,
        mean: f64,
        deviation: f64,
    ) -> Result<TensorHandle> {
        self.declare(env, &name, &shape, seed, Initialisation::Normal { mean, deviation })
    }

    #[napi(catch_unwind)]
    pub fn declare_constant(&mut self, env: Env, name: String, shape: Vec<u32>, value: f64) -> Result<TensorHandle> {
        self.declare(env, &name, &shape, 0.0, Initialisation::Constant(value))
    }

    /// The tensor of a declared parameter.
    #[napi(catch_unwind)]
    pub fn tensor(&self, name: String) -> Result<TensorHandle> {
        Ok(TensorHandle::view(self.store.get(&name).map_err(failure)?.tensor()))
    }

    #[napi(catch_unwind)]
    pub fn names(&self) -> Vec<String> {
        self.store.read().entries.iter().map(|entry| entry.name.clone()).collect()
    }

    #[napi(catch_unwind)]
    pub fn shape_of(&self, name: String) -> Result<Vec<u32>> {
        Ok(self.entry(&name)?.shape.iter().map(|&size| size as u32).collect())
    }

    #[napi(catch_unwind)]
    pub fn read(&self, name: String) -> Result<Elements> {
        let entry = self.entry(&name)?;
        let values = range(&self.store.read().values, &entry);
        Tensor::from_buffer(values, &entry.shape).and_then(|tensor| to_elements(&tensor)).map_err(failure)
    }

    #[napi(catch_unwind)]
    pub fn write(&self, name: String, data: Elements) -> Result<()> {
        let entry = self.entry(&name)?;
        let data = to_buffer(&data);
        self.store.update(|contents| overwrite(contents, &entry, &data)).map_err(failure)
    }

    #[napi(catch_unwind)]
    pub fn gradient(&self, name: String) -> Result<Elements> {
        let entry = self.entry(&name)?;
        let gradient = range(&self.store.read().gradients, &entry);
        Tensor::from_buffer(gradient, &entry.shape).and_then(|tensor| to_elements(&tensor)).map_err(failure)
    }

    #[napi(catch_unwind)]
    pub fn has_gradient(&self, name: String) -> Result<bool> {
        Ok(self.entry(&name)?.has_gradient)
    }

    #[napi(catch_unwind)]
    pub fn is_trainable(&self, name: String) -> Result<bool> {
        Ok(self.entry(&name)?.trainable)
    }

    #[napi(catch_unwind)]
    pub fn set_trainable(&self, name: String, trainable: bool) -> Result<()> {
        let index = self.store.get(&name).map_err(failure)?.index();
        self.store.update(|contents| contents.entries[index].trainable = trainable);
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn clear_gradients(&self) {
        self.store.clear_gradients();
    }
}
