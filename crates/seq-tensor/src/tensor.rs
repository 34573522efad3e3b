//! A tensor: immutable dense row-major data with a shape, and where it came from.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::MappedRwLockReadGuard;

pub use crate::buffer::{Buffer, DType, Stored};
use crate::device::Device;
use crate::element::Element;
use crate::error::{Result, TensorError};
use crate::memory::Counted;
use crate::parameters::Parameter;
use crate::pieces;
use crate::tape::Node;

/// What a gradient that reaches this tensor is for.
#[derive(Clone)]
pub(crate) enum Origin {
    /// Nothing: data, or a detached result.
    Constant,
    /// An input whose gradient the caller wants.
    Variable(u64),
    /// A parameter; its gradient is accumulated in its store.
    Parameter(Parameter),
    /// Output number `.1` of a recorded operation.
    Recorded(Arc<Node>, usize),
}

#[derive(Clone)]
enum Data {
    Owned(Arc<Counted>),
    Parameter(Parameter),
}

/// Dense row-major data of up to any rank, shared by clones and never changed after it was made
/// (parameters excepted: they show the store's present values).
#[derive(Clone)]
pub struct Tensor {
    shape: Arc<[usize]>,
    data: Data,
    origin: Origin,
}

/// Read access to the elements of a tensor.
pub enum Elements<'a, T> {
    /// Elements of an ordinary tensor.
    Shared(&'a [T]),
    /// Elements of a parameter; the store cannot be written while this lives.
    Parameter(MappedRwLockReadGuard<'a, [T]>),
}

impl<T> Deref for Elements<'_, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::Shared(slice) => slice,
            Self::Parameter(guard) => guard,
        }
    }
}

static NEXT_VARIABLE: AtomicU64 = AtomicU64::new(0);

impl Tensor {
    /// A tensor that needs no gradient.
    ///
    /// # Errors
    /// `TENSOR_SHAPE` if the number of elements is not the product of `shape`.
    pub fn new<T: Stored>(data: Vec<T>, shape: &[usize]) -> Result<Self> {
        Self::from_buffer(T::wrap(data), shape)
    }

    /// A tensor over a buffer, which moves.
    ///
    /// # Errors
    /// `TENSOR_SHAPE` if the number of elements is not the product of `shape`.
    pub fn from_buffer(buffer: Buffer, shape: &[usize]) -> Result<Self> {
        let count: usize = shape.iter().product();
        if count != buffer.len() {
            let problem = format!("{} elements cannot have this shape", buffer.len());
            return Err(TensorError::shape("tensor", problem, &[shape]));
        }
        Ok(Self { shape: shape.into(), data: Data::Owned(Arc::new(Counted::new(buffer))), origin: Origin::Constant })
    }

    /// A tensor without axes that holds one number.
    pub fn scalar<T: Stored>(value: T) -> Self {
        let data = Data::Owned(Arc::new(Counted::new(T::wrap(vec![value]))));
        Self { shape: Arc::new([]), data, origin: Origin::Constant }
    }

    pub(crate) fn parameter(parameter: Parameter) -> Self {
        let shape = parameter.shape();
        Self { shape, data: Data::Parameter(parameter.clone()), origin: Origin::Parameter(parameter) }
    }

    /// The same data as an input whose gradient is wanted from [`crate::tape::backward`].
    pub fn variable(&self) -> Self {
        let id = NEXT_VARIABLE.fetch_add(1, Ordering::Relaxed);
        Self { origin: Origin::Variable(id), ..self.clone() }
    }

    /// The same data without its past: no gradient flows through it.
    pub fn detach(&self) -> Self {
        Self { origin: Origin::Constant, ..self.clone() }
    }

    pub(crate) fn recorded(self, node: Arc<Node>, output: usize) -> Self {
        self.with_origin(Origin::Recorded(node, output))
    }

    pub(crate) fn with_origin(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The parameter whose values this tensor shows, also where no gradient flows to it.
    pub(crate) fn shown_parameter(&self) -> Option<&Parameter> {
        if let Data::Parameter(parameter) = &self.data { Some(parameter) } else { None }
    }

    /// Sizes of the axes, outermost first.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// True without elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The type of the elements.
    pub fn dtype(&self) -> DType {
        match &self.data {
            Data::Owned(counted) => counted.buffer().dtype(),
            Data::Parameter(parameter) => parameter.dtype(),
        }
    }

    /// Where the elements live.
    pub fn device(&self) -> Device {
        match &self.data {
            Data::Owned(_) | Data::Parameter(_) => Device::Cpu,
        }
    }

    /// True if a gradient would flow to or through this tensor.
    pub fn needs_gradient(&self) -> bool {
        match &self.origin {
            Origin::Constant => false,
            Origin::Parameter(parameter) => parameter.is_trainable(),
            Origin::Variable(_) | Origin::Recorded(..) => true,
        }
    }

    /// The elements in row-major order.
    ///
    /// # Errors
    /// `TENSOR_DTYPE` if the tensor holds another type.
    pub fn elements<T: Stored>(&self, op: &'static str) -> Result<Elements<'_, T>> {
        let mismatch = || TensorError::DType { op, expected: format!("{:?}", T::STORED), found: self.dtype() };
        match &self.data {
            Data::Owned(counted) => T::slice(counted.buffer()).map(Elements::Shared).ok_or_else(mismatch),
            Data::Parameter(parameter) => parameter.elements().map(Elements::Parameter).ok_or_else(mismatch),
        }
    }

    /// The elements as an own vector.
    ///
    /// # Errors
    /// `TENSOR_DTYPE` if the tensor holds another type.
    pub fn to_vec<T: Stored>(&self) -> Result<Vec<T>> {
        Ok(self.elements::<T>("read")?.to_vec())
    }

    /// The same elements under another shape; detached, and without a copy for ordinary tensors.
    pub(crate) fn with_shape(&self, shape: &[usize]) -> Self {
        debug_assert_eq!(shape.iter().product::<usize>(), self.len(), "with_shape keeps the number of elements");
        Self { shape: shape.into(), data: self.data.clone(), origin: Origin::Constant }
    }

    /// `self += other` where nobody else shares the data, else a new sum. Used for gradients only.
    pub(crate) fn accumulate<T: Element>(self, other: &Self) -> Result<Self> {
        let shape = Arc::clone(&self.shape);
        let mut sum = match self.data {
            Data::Owned(counted) => {
                Arc::try_unwrap(counted).map_or_else(|shared| shared.buffer().clone(), Counted::into_buffer)
            }
            Data::Parameter(_) => T::wrap(self.elements::<T>("accumulate")?.to_vec()),
        };
        let found = sum.dtype();
        let target = T::slice_mut(&mut sum).ok_or_else(|| TensorError::DType {
            op: "accumulate",
            expected: format!("{:?}", T::STORED),
            found,
        })?;
        pieces::add(target, &other.elements::<T>("accumulate")?);
        Ok(Self { shape, data: Data::Owned(Arc::new(Counted::new(sum))), origin: Origin::Constant })
    }
}

impl std::fmt::Debug for Tensor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tensor {:?} {:?}", self.dtype(), self.shape())
    }
}
