//! Elements of one dtype, and how code that knows only the dtype reaches the Rust type.

/// The type of a tensor's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DType {
    /// 32-bit float.
    F32,
    /// 64-bit float, for gradient checks.
    F64,
    /// 32-bit signed integer: tokens, indices, classes.
    I32,
    /// Bytes: masks of 0 and 1.
    U8,
}

impl DType {
    /// Bytes per element.
    pub fn size(self) -> usize {
        match self {
            Self::F32 | Self::I32 => 4,
            Self::F64 => 8,
            Self::U8 => 1,
        }
    }
}

/// Elements of one dtype.
#[derive(Clone, Debug, PartialEq)]
pub enum Buffer {
    /// 32-bit floats.
    F32(Vec<f32>),
    /// 64-bit floats.
    F64(Vec<f64>),
    /// 32-bit signed integers.
    I32(Vec<i32>),
    /// Bytes.
    U8(Vec<u8>),
}

/// A Rust type that can be an element of a tensor.
pub trait Stored: Copy + Default + PartialOrd + Send + Sync + 'static {
    /// The dtype of this type.
    const STORED: DType;
    /// Wraps a vector.
    fn wrap(data: Vec<Self>) -> Buffer;
    /// The elements, if the buffer holds this type.
    fn slice(buffer: &Buffer) -> Option<&[Self]>;
    /// The elements for writing, if the buffer holds this type.
    fn slice_mut(buffer: &mut Buffer) -> Option<&mut Vec<Self>>;
    /// The vector, if the buffer holds this type.
    fn unwrap(buffer: Buffer) -> Option<Vec<Self>>;
    /// What tests find in memory that was not written.
    #[cfg(test)]
    const GARBAGE: Self;
}

macro_rules! stored {
    ($type:ty, $variant:ident, $garbage:expr) => {
        impl Stored for $type {
            const STORED: DType = DType::$variant;
            fn wrap(data: Vec<Self>) -> Buffer {
                Buffer::$variant(data)
            }
            fn slice(buffer: &Buffer) -> Option<&[Self]> {
                if let Buffer::$variant(data) = buffer { Some(data) } else { None }
            }
            fn slice_mut(buffer: &mut Buffer) -> Option<&mut Vec<Self>> {
                if let Buffer::$variant(data) = buffer { Some(data) } else { None }
            }
            fn unwrap(buffer: Buffer) -> Option<Vec<Self>> {
                if let Buffer::$variant(data) = buffer { Some(data) } else { None }
            }
            #[cfg(test)]
            const GARBAGE: Self = $garbage;
        }
    };
}

stored!(f32, F32, f32::NAN);
stored!(f64, F64, f64::NAN);
stored!(i32, I32, i32::MIN);
stored!(u8, U8, 0xa5);

impl Buffer {
    /// Number of elements.
    pub fn len(&self) -> usize {
        match self {
            Self::F32(data) => data.len(),
            Self::F64(data) => data.len(),
            Self::I32(data) => data.len(),
            Self::U8(data) => data.len(),
        }
    }

    /// Number of elements that fit without new memory.
    pub(crate) fn capacity(&self) -> usize {
        match self {
            Self::F32(data) => data.capacity(),
            Self::F64(data) => data.capacity(),
            Self::I32(data) => data.capacity(),
            Self::U8(data) => data.capacity(),
        }
    }

    /// True without elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The type of the elements.
    pub fn dtype(&self) -> DType {
        match self {
            Self::F32(_) => DType::F32,
            Self::F64(_) => DType::F64,
            Self::I32(_) => DType::I32,
            Self::U8(_) => DType::U8,
        }
    }
}

/// Runs the body with `$t` standing for `f32` or `f64`, whichever the dtype is.
///
/// Evaluates to a [`Result`]; other dtypes are an error in the name of `$op`.
#[macro_export]
macro_rules! dispatch_float {
    ($op:expr, $dtype:expr, $t:ident => $body:expr) => {
        match $dtype {
            $crate::buffer::DType::F32 => {
                type $t = f32;
                $body
            }
            $crate::buffer::DType::F64 => {
                type $t = f64;
                $body
            }
            found => Err($crate::error::TensorError::DType { op: $op, expected: "a float".into(), found }),
        }
    };
}

/// Runs the body with `$t` standing for the Rust type of any dtype.
#[macro_export]
macro_rules! dispatch_stored {
    ($dtype:expr, $t:ident => $body:expr) => {
        match $dtype {
            $crate::buffer::DType::F32 => {
                type $t = f32;
                $body
            }
            $crate::buffer::DType::F64 => {
                type $t = f64;
                $body
            }
            $crate::buffer::DType::I32 => {
                type $t = i32;
                $body
            }
            $crate::buffer::DType::U8 => {
                type $t = u8;
                $body
            }
        }
    };
}
