//! Elements of one dtype, and how code that knows only the dtype reaches the Rust type.

pub use half::{bf16, f16};

/// The type of a tensor's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DType {
    /// 32-bit float.
    F32,
    /// 64-bit float, for gradient checks.
    F64,
    /// 16-bit float of IEEE 754: 5 bits of exponent, 11 of precision. Stored, not computed with.
    F16,
    /// The upper half of an `F32`: 8 bits of exponent, 8 of precision. Stored, not computed with.
    BF16,
    /// 32-bit signed integer: tokens, indices, classes.
    I32,
    /// 64-bit signed integer: keys and counts beyond 32 bits. Stored, compared and moved, not computed with.
    I64,
    /// Bytes: masks of 0 and 1.
    U8,
}

impl DType {
    /// Bytes per element.
    pub fn size(self) -> usize {
        match self {
            Self::F32 | Self::I32 => 4,
            Self::F64 | Self::I64 => 8,
            Self::F16 | Self::BF16 => 2,
            Self::U8 => 1,
        }
    }

    /// True for all four floats.
    pub fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64 | Self::F16 | Self::BF16)
    }

    /// The float that operations compute in and gradients have: `F32` for the 16-bit floats.
    pub fn wide(self) -> Self {
        if matches!(self, Self::F16 | Self::BF16) { Self::F32 } else { self }
    }
}

/// Elements of one dtype.
#[derive(Clone, Debug, PartialEq)]
pub enum Buffer {
    /// 32-bit floats.
    F32(Vec<f32>),
    /// 64-bit floats.
    F64(Vec<f64>),
    /// 16-bit floats of IEEE 754.
    F16(Vec<f16>),
    /// Upper halves of 32-bit floats.
    BF16(Vec<bf16>),
    /// 32-bit signed integers.
    I32(Vec<i32>),
    /// 64-bit signed integers.
    I64(Vec<i64>),
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
    /// The value as a double: exact, but for integers beyond 2^53, which go to the neighbour with an odd last bit. Rounding
    /// that to fewer bits gives what rounding the integer once would.
    fn widen(self) -> f64;
    /// The bits of the value and, above them, copies of its sign or zeros.
    fn bits(self) -> u64;
    /// The nearest value of this type, ties to even; integers cut fractions, end at their range and take NaN for 0.
    fn narrow(value: f64) -> Self;
    /// What tests find in memory that was not written.
    #[cfg(test)]
    const GARBAGE: Self;
}

macro_rules! stored {
    ($type:ty, $variant:ident, $garbage:expr, $widen:expr, $narrow:expr, $bits:expr) => {
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
            #[inline(always)]
            fn widen(self) -> f64 {
                $widen(self)
            }
            #[inline(always)]
            fn narrow(value: f64) -> Self {
                $narrow(value)
            }
            #[inline(always)]
            fn bits(self) -> u64 {
                $bits(self)
            }
            #[cfg(test)]
            const GARBAGE: Self = $garbage;
        }
    };
}

stored!(f32, F32, f32::NAN, f64::from, |value| value as f32, |value: f32| u64::from(value.to_bits()));
stored!(f64, F64, f64::NAN, |value| value, |value| value, f64::to_bits);
stored!(f16, F16, f16::NAN, f16::to_f64, |value| f16::from_f32(single_to_odd(value)), |value: f16| u64::from(
    value.to_bits()
));
stored!(bf16, BF16, bf16::NAN, bf16::to_f64, |value| bf16::from_f32(single_to_odd(value)), |value: bf16| u64::from(
    value.to_bits()
));
stored!(i32, I32, i32::MIN, f64::from, |value| value as i32, |value| value as u64);
stored!(i64, I64, i64::MIN, double_to_odd, |value| value as i64, |value| value as u64);
stored!(u8, U8, 0xa5, f64::from, |value| value as u8, u64::from);

/// The integer as a double; if it is none, the neighbour whose last bit is odd.
fn double_to_odd(value: i64) -> f64 {
    let nearest = value as f64;
    let error = i128::from(value) - nearest as i128;
    if error == 0 {
        return nearest;
    }
    let went_outwards = (error < 0) == (value > 0);
    f64::from_bits((nearest.to_bits() - u64::from(went_outwards)) | 1)
}

/// The number as a float of 32 bits; if it is none, the neighbour whose last bit is odd. Rounding that to 16 bits gives
/// what rounding the number once would.
fn single_to_odd(value: f64) -> f32 {
    let nearest = value as f32;
    if f64::from(nearest) == value || value.is_nan() {
        return nearest;
    }
    let went_outwards = f64::from(nearest).abs() > value.abs();
    f32::from_bits((nearest.to_bits() - u32::from(went_outwards)) | 1)
}

impl Buffer {
    /// Number of elements.
    pub fn len(&self) -> usize {
        match self {
            Self::F32(data) => data.len(),
            Self::F64(data) => data.len(),
            Self::F16(data) => data.len(),
            Self::BF16(data) => data.len(),
            Self::I32(data) => data.len(),
            Self::I64(data) => data.len(),
            Self::U8(data) => data.len(),
        }
    }

    /// Number of elements that fit without new memory.
    pub(crate) fn capacity(&self) -> usize {
        match self {
            Self::F32(data) => data.capacity(),
            Self::F64(data) => data.capacity(),
            Self::F16(data) => data.capacity(),
            Self::BF16(data) => data.capacity(),
            Self::I32(data) => data.capacity(),
            Self::I64(data) => data.capacity(),
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
            Self::F16(_) => DType::F16,
            Self::BF16(_) => DType::BF16,
            Self::I32(_) => DType::I32,
            Self::I64(_) => DType::I64,
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
            found => {
                let expected = "F32 or F64".into();
                Err($crate::error::TensorError::DType { op: $op, expected, found })
            }
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
            $crate::buffer::DType::F16 => {
                type $t = $crate::buffer::f16;
                $body
            }
            $crate::buffer::DType::BF16 => {
                type $t = $crate::buffer::bf16;
                $body
            }
            $crate::buffer::DType::I32 => {
                type $t = i32;
                $body
            }
            $crate::buffer::DType::I64 => {
                type $t = i64;
                $body
            }
            $crate::buffer::DType::U8 => {
                type $t = u8;
                $body
            }
        }
    };
}
