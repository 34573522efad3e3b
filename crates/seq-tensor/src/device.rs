//! Where tensors live and operations run: a type with one member now.
//!
//! What a second device has to fill in, and nothing else: a variant here; a variant of `tensor::Data` for its memory;
//! copies to and from it beside `cast`; and per operation a branch where elements are asked for.
//! [`crate::Tensor::elements`] is the one way from a tensor to memory of the host, and `dispatch_float!` the one from a
//! dtype to a kernel, so no kernel of this crate can meet foreign memory by mistake.

use crate::error::{Result, TensorError};

/// A place where tensors live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Device {
    /// The processor and memory of the host.
    Cpu,
}

impl Device {
    /// The devices that this build offers on this machine, best first.
    pub fn available() -> &'static [Self] {
        &[Self::Cpu]
    }

    /// The name that users write.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
        }
    }

    /// The available device of a name.
    ///
    /// # Errors
    /// `DEVICE_NOT_AVAILABLE`, listing those that there are.
    pub fn named(name: &str) -> Result<Self> {
        let found = Self::available().iter().copied().find(|device| device.name() == name);
        found.ok_or_else(|| TensorError::Device {
            asked: name.into(),
            known: Self::available().iter().map(|device| device.name()).collect::<Vec<_>>().join(", "),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tensor;

    #[test]
    fn every_available_device_is_found_by_its_name_and_no_other() {
        for device in Device::available() {
            assert_eq!(Device::named(device.name()), Ok(*device));
        }
        let error = Device::named("tpu").unwrap_err();
        assert_eq!(error.code(), "DEVICE_NOT_AVAILABLE");
        assert_eq!(error.to_string(), "there is no device \"tpu\" here, only cpu");
    }

    #[test]
    fn tensors_live_where_they_were_made() {
        let x = Tensor::new(vec![1f32], &[1]).unwrap();
        assert_eq!(x.device(), Device::Cpu);
        assert_eq!(crate::ops::exp(&x).unwrap().device(), Device::Cpu);
    }
}
