//! A phylogeny that JavaScript owns, and reading one.

use std::sync::Arc;

use napi::bindgen_prelude::{AsyncTask, Uint8Array, Uint32Array};
use napi::{Env, Result, Task};
use napi_derive::napi;
use seq_table::{NO_NODE, NegativeLengths, Phylogeny};

use super::{coded, disposed, guarded};

const SEPARATOR: char = '\0';

fn negative_lengths(as_zero: bool) -> NegativeLengths {
    if as_zero { NegativeLengths::Zero } else { NegativeLengths::Refuse }
}

/// A phylogeny that JavaScript owns.
#[napi]
pub struct PhylogenyHandle {
    tree: Option<Arc<Phylogeny>>,
}

impl PhylogenyHandle {
    pub(super) fn tree(&self) -> Result<&Arc<Phylogeny>> {
        self.tree.as_ref().ok_or_else(|| disposed("phylogeny"))
    }
}

#[napi]
impl PhylogenyHandle {
    #[napi(catch_unwind)]
    pub fn node_count(&self) -> Result<u32> {
        Ok(self.tree()?.node_count() as u32)
    }

    #[napi(catch_unwind)]
    pub fn tip_count(&self) -> Result<u32> {
        Ok(self.tree()?.tips().len() as u32)
    }

    #[napi(catch_unwind)]
    pub fn total_length(&self) -> Result<f64> {
        Ok(self.tree()?.total_length())
    }

    /// Names of all tips in the order of the text, NUL between them.
    #[napi(catch_unwind)]
    pub fn tip_names(&self) -> Result<Uint8Array> {
        let tree = self.tree()?;
        let names: Vec<&str> = tree.tips().iter().map(|&tip| tree.name(tip)).collect();
        Ok(names.join(&SEPARATOR.to_string()).into_bytes().into())
    }

    /// Node of the tip of each name, `u32::MAX` where there is none.
    #[napi(catch_unwind)]
    pub fn find_tips(&self, names: String) -> Result<Uint32Array> {
        let tree = self.tree()?;
        Ok(names.split(SEPARATOR).map(|name| tree.tip(name).unwrap_or(NO_NODE)).collect::<Vec<u32>>().into())
    }

    #[napi(catch_unwind)]
    pub fn to_newick(&self) -> Result<String> {
        Ok(seq_table::write_newick(self.tree()?))
    }

    #[napi(catch_unwind)]
    pub fn dispose(&mut self) {
        self.tree = None;
    }
}

#[napi(catch_unwind)]
pub fn parse_newick(text: Uint8Array, negative_as_zero: bool) -> Result<PhylogenyHandle> {
    let tree = seq_table::parse_newick(&text, negative_lengths(negative_as_zero)).map_err(coded)?;
    Ok(PhylogenyHandle { tree: Some(Arc::new(tree)) })
}

pub struct ParseNewick {
    text: Uint8Array,
    negative: NegativeLengths,
}

impl Task for ParseNewick {
    type Output = Phylogeny;
    type JsValue = PhylogenyHandle;

    fn compute(&mut self) -> Result<Phylogeny> {
        guarded(|| seq_table::parse_newick(&self.text, self.negative).map_err(coded))
    }

    fn resolve(&mut self, _env: Env, tree: Phylogeny) -> Result<PhylogenyHandle> {
        Ok(PhylogenyHandle { tree: Some(Arc::new(tree)) })
    }
}

/// As `parseNewick`, off the event loop; the bytes must not change meanwhile.
#[napi(ts_return_type = "Promise<PhylogenyHandle>")]
pub fn parse_newick_later(text: Uint8Array, negative_as_zero: bool) -> AsyncTask<ParseNewick> {
    AsyncTask::new(ParseNewick { text, negative: negative_lengths(negative_as_zero) })
}
