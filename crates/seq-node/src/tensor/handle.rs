//! A tensor that JavaScript owns: made from and read as typed arrays, freed by `dispose` or the finalizer.

use napi::bindgen_prelude::{
    BigInt64Array, Either5, Float32Array, Float64Array, Int32Array, ObjectFinalize, Uint8Array,
};
use napi::{Env, Error, Result};
use napi_derive::napi;
use seq_tensor::tensor::{Buffer, DType};
use seq_tensor::{Tensor, TensorError, ops};

use super::{failure, give};

/// Elements as they cross, one kind per dtype.
#[napi]
pub type Elements = Either5<Float32Array, Float64Array, Int32Array, Uint8Array, BigInt64Array>;

/// A native tensor. V8 is told of its bytes, so that forgotten tensors make the collector run.
#[napi(custom_finalize)]
pub struct TensorHandle {
    tensor: Option<Tensor>,
    reported: i64,
}

impl ObjectFinalize for TensorHandle {
    fn finalize(mut self, env: Env) -> Result<()> {
        self.release(env)
    }
}

impl TensorHandle {
    /// Wraps a tensor for JavaScript.
    pub(crate) fn new(env: Env, tensor: Tensor) -> Result<Self> {
        let reported = (tensor.len() * tensor.dtype().size()) as i64;
        env.adjust_external_memory(reported)?;
        Ok(Self { tensor: Some(tensor), reported })
    }

    /// Wraps a tensor whose elements are counted elsewhere, as those of a parameter store are.
    pub(crate) fn view(tensor: Tensor) -> Self {
        Self { tensor: Some(tensor), reported: 0 }
    }

    /// The tensor, unless it was disposed.
    pub(crate) fn tensor(&self) -> Result<&Tensor> {
        self.tensor.as_ref().ok_or_else(|| Error::from_reason("[TENSOR_DISPOSED] this tensor was disposed"))
    }

    fn release(&mut self, env: Env) -> Result<()> {
        self.tensor = None;
        env.adjust_external_memory(-std::mem::take(&mut self.reported)).map(drop)
    }
}

/// Types of elements, by their names in JavaScript.
#[napi(string_enum = "lowercase", skip_typescript)]
pub enum DataType {
    Float32,
    Float64,
    Float16,
    Bfloat16,
    Int32,
    Int64,
    Uint8,
}

impl From<DataType> for DType {
    fn from(name: DataType) -> Self {
        match name {
            DataType::Float32 => Self::F32,
            DataType::Float64 => Self::F64,
            DataType::Float16 => Self::F16,
            DataType::Bfloat16 => Self::BF16,
            DataType::Int32 => Self::I32,
            DataType::Int64 => Self::I64,
            DataType::Uint8 => Self::U8,
        }
    }
}

impl From<DType> for DataType {
    fn from(dtype: DType) -> Self {
        match dtype {
            DType::F32 => Self::Float32,
            DType::F64 => Self::Float64,
            DType::F16 => Self::Float16,
            DType::BF16 => Self::Bfloat16,
            DType::I32 => Self::Int32,
            DType::I64 => Self::Int64,
            DType::U8 => Self::Uint8,
        }
    }
}

/// Elements as a native buffer.
pub(crate) fn to_buffer(data: &Elements) -> Buffer {
    match data {
        Elements::A(data) => Buffer::F32(data.to_vec()),
        Elements::B(data) => Buffer::F64(data.to_vec()),
        Elements::C(data) => Buffer::I32(data.to_vec()),
        Elements::D(data) => Buffer::U8(data.to_vec()),
        Elements::E(data) => Buffer::I64(data.to_vec()),
    }
}

/// A copy of a tensor's elements; those of 16-bit floats are widened, because JavaScript has no array for them.
pub(crate) fn to_elements(tensor: &Tensor) -> std::result::Result<Elements, TensorError> {
    Ok(match tensor.dtype() {
        DType::F16 | DType::BF16 => Elements::A(ops::cast(tensor, DType::F32)?.to_vec::<f32>()?.into()),
        DType::F32 => Elements::A(tensor.to_vec::<f32>()?.into()),
        DType::F64 => Elements::B(tensor.to_vec::<f64>()?.into()),
        DType::I32 => Elements::C(tensor.to_vec::<i32>()?.into()),
        DType::U8 => Elements::D(tensor.to_vec::<u8>()?.into()),
        DType::I64 => Elements::E(tensor.to_vec::<i64>()?.into()),
    })
}

/// Shapes arrive as 32-bit numbers.
pub(crate) fn to_shape(shape: &[u32]) -> Vec<usize> {
    shape.iter().map(|&size| size as usize).collect()
}

#[napi]
impl TensorHandle {
    #[napi(factory, catch_unwind)]
    pub fn from_data(env: Env, data: Elements, shape: Vec<u32>) -> Result<Self> {
        give(env, Tensor::from_buffer(to_buffer(&data), &to_shape(&shape)))
    }

    #[napi(getter, catch_unwind)]
    pub fn shape(&self) -> Result<Vec<u32>> {
        Ok(self.tensor()?.shape().iter().map(|&size| size as u32).collect())
    }

    #[napi(
        getter,
        catch_unwind,
        ts_return_type = "'float32' | 'float64' | 'float16' | 'bfloat16' | 'int32' | 'int64' | 'uint8'"
    )]
    pub fn dtype(&self) -> Result<DataType> {
        Ok(self.tensor()?.dtype().into())
    }

    #[napi(getter, catch_unwind)]
    pub fn device(&self) -> Result<&'static str> {
        Ok(self.tensor()?.device().name())
    }

    #[napi(catch_unwind)]
    pub fn read(&self) -> Result<Elements> {
        to_elements(self.tensor()?).map_err(failure)
    }

    #[napi(catch_unwind)]
    pub fn detach(&self, env: Env) -> Result<Self> {
        Self::new(env, self.tensor()?.detach())
    }

    #[napi(catch_unwind)]
    pub fn variable(&self, env: Env) -> Result<Self> {
        Self::new(env, self.tensor()?.variable())
    }

    #[napi(getter, catch_unwind)]
    pub fn needs_gradient(&self) -> Result<bool> {
        Ok(self.tensor()?.needs_gradient())
    }

    #[napi(catch_unwind)]
    pub fn dispose(&mut self, env: Env) -> Result<()> {
        self.release(env)
    }
}
