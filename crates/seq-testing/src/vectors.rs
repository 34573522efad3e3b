//! Conformance vectors: one JSON file and, for tensors, one safetensors file per case.

use std::fs;
use std::path::{Path, PathBuf};

use safetensors::{Dtype, SafeTensors};
use serde_json::Value;

/// The folder that holds `conformance/`.
pub fn repository_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A tensor of a vector file, widened to doubles.
#[derive(Clone, Debug, PartialEq)]
pub struct VectorTensor {
    /// Sizes of the axes.
    pub shape: Vec<usize>,
    /// Elements in row-major order.
    pub data: Vec<f64>,
}

/// One case: its JSON and the bytes of its tensors.
#[derive(Clone, Debug)]
pub struct VectorCase {
    /// Path of the case without extension, for messages.
    pub name: String,
    /// Configuration, scalars and notes.
    pub json: Value,
    bytes: Vec<u8>,
}

impl VectorCase {
    /// Loads `conformance/<name>.json` and, if there is one, `conformance/<name>.safetensors`.
    ///
    /// # Panics
    /// If the JSON file is missing or malformed.
    pub fn load(name: &str) -> Self {
        Self::load_from(&repository_root().join("conformance"), name)
    }

    /// [`VectorCase::load`] from another folder.
    ///
    /// # Panics
    /// If the JSON file is missing or malformed.
    pub fn load_from(folder: &Path, name: &str) -> Self {
        let path = folder.join(format!("{name}.json"));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
        let json = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let bytes = fs::read(folder.join(format!("{name}.safetensors"))).unwrap_or_default();
        Self { name: name.to_owned(), json, bytes }
    }

    /// The tensor with this name.
    ///
    /// # Panics
    /// If it is missing or of an unknown dtype.
    pub fn tensor(&self, name: &str) -> VectorTensor {
        let file = self.open();
        let view = file.tensor(name).unwrap_or_else(|error| panic!("{}: tensor {name:?}: {error}", self.name));
        let bytes = view.data();
        let data = match view.dtype() {
            Dtype::F32 => bytes.chunks_exact(4).map(|b| f64::from(f32::from_le_bytes(array(b)))).collect(),
            Dtype::F64 => bytes.chunks_exact(8).map(|b| f64::from_le_bytes(array(b))).collect(),
            Dtype::I64 => bytes.chunks_exact(8).map(|b| i64::from_le_bytes(array(b)) as f64).collect(),
            Dtype::I32 => bytes.chunks_exact(4).map(|b| f64::from(i32::from_le_bytes(array(b)))).collect(),
            Dtype::U8 | Dtype::BOOL => bytes.iter().map(|b| f64::from(*b)).collect(),
            other => panic!("{}: tensor {name:?} has dtype {other:?}, which is not expected here", self.name),
        };
        VectorTensor { shape: view.shape().to_vec(), data }
    }

    /// Names of all tensors that start with `prefix`, sorted.
    ///
    /// # Panics
    /// If the safetensors file is malformed.
    pub fn tensor_names(&self, prefix: &str) -> Vec<String> {
        let file = self.open();
        let mut names: Vec<String> = file.names().iter().map(|name| (*name).to_owned()).collect();
        names.retain(|name| name.starts_with(prefix));
        names.sort();
        names
    }

    fn open(&self) -> SafeTensors<'_> {
        SafeTensors::deserialize(&self.bytes).unwrap_or_else(|error| panic!("{}.safetensors: {error}", self.name))
    }
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("chunks have the asked length")
}

/// All numbers of a JSON value in order, through any nesting of arrays. The texts `"NaN"`, `"Infinity"` and
/// `"-Infinity"` are numbers too.
///
/// # Panics
/// If anything else is met.
pub fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Number(number) => vec![number.as_f64().unwrap_or_else(|| panic!("{number} is no double"))],
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        Value::String(text) if text == "NaN" => vec![f64::NAN],
        Value::String(text) if text == "Infinity" => vec![f64::INFINITY],
        Value::String(text) if text == "-Infinity" => vec![f64::NEG_INFINITY],
        other => panic!("a number or an array of numbers is expected, got {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tensors_come_with_shape_and_values() {
        let case = VectorCase::load("01_primitives/position_embedding");
        let x = case.tensor("in/x");
        assert_eq!(x.shape, [2, 13, 16]);
        assert_eq!(x.data.len(), 2 * 13 * 16);
        assert!(x.data.iter().all(|value| value.is_finite()));
        assert_eq!(case.json["config"]["max_len"], 20);
        assert!(case.tensor_names("in/").contains(&"in/x".to_owned()));
    }

    #[test]
    fn numbers_are_found_in_any_nesting() {
        let value: Value = serde_json::from_str(r#"[[1, 2.5], ["-Infinity"], []]"#).unwrap();
        assert_eq!(numbers(&value), [1.0, 2.5, f64::NEG_INFINITY]);
        assert!(std::panic::catch_unwind(|| numbers(&Value::Bool(true))).is_err());
    }
}
