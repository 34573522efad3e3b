//! A phylogeny that JavaScript owns, and reading one.

use std::sync::Arc;

use napi::bindgen_prelude::{AsyncTask, Float64Array, Uint8Array, Uint32Array};
use napi::{Env, Result, Task};
use napi_derive::napi;
use seq_table::{NO_NODE, NegativeLengths, Phylogeny, Rooting, SingleChildren};

use super::{coded, disposed, guarded};

const SEPARATOR: char = '\0';

fn negative_lengths(as_zero: bool) -> NegativeLengths {
    if as_zero { NegativeLengths::Zero } else { NegativeLengths::Refuse }
}

/// Where a root shall be: beside the tips of `outgroup`, NUL between their names, or at the midpoint if there is none.
#[napi(object, object_to_js = false)]
pub struct RootingArguments {
    pub outgroup: Option<String>,
}

impl RootingArguments {
    fn rooting(self) -> Rooting {
        match self.outgroup {
            None => Rooting::Midpoint,
            Some(names) => Rooting::Outgroup(names.split(SEPARATOR).map(str::to_owned).collect()),
        }
    }
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

    fn of(tree: Phylogeny) -> Self {
        Self { tree: Some(Arc::new(tree)) }
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

    /// Parent of each node, `u32::MAX` for that of the root, which is the first.
    #[napi(catch_unwind)]
    pub fn parents(&self) -> Result<Uint32Array> {
        Ok(self.tree()?.parents().to_vec().into())
    }

    /// Length of the branch above each node.
    #[napi(catch_unwind)]
    pub fn lengths(&self) -> Result<Float64Array> {
        Ok(self.tree()?.lengths().to_vec().into())
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

    /// Children of the root.
    #[napi(catch_unwind)]
    pub fn root_child_count(&self) -> Result<u32> {
        Ok(self.tree()?.root_child_count() as u32)
    }

    /// The tree with another root.
    #[napi(catch_unwind)]
    pub fn rooted(&self, rooting: RootingArguments) -> Result<PhylogenyHandle> {
        seq_table::rooted(self.tree()?, &rooting.rooting()).map(Self::of).map_err(coded)
    }

    /// The tree of some tips, given as from `findTips`.
    #[napi(catch_unwind)]
    pub fn shear(&self, tips: Uint32Array, keep_single_children: bool) -> Result<PhylogenyHandle> {
        let single = if keep_single_children { SingleChildren::Keep } else { SingleChildren::Collapse };
        seq_table::shear(self.tree()?, &tips, single).map(Self::of).map_err(coded)
    }

    #[napi(catch_unwind)]
    pub fn dispose(&mut self) {
        self.tree = None;
    }
}

#[napi(catch_unwind)]
pub fn parse_newick(text: Uint8Array, negative_as_zero: bool) -> Result<PhylogenyHandle> {
    let tree = seq_table::parse_newick(&text, negative_lengths(negative_as_zero)).map_err(coded)?;
    Ok(PhylogenyHandle::of(tree))
}

pub struct ParseNewick {
    text: Uint8Array,
    negative: NegativeLengths,
    rooting: Option<Rooting>,
}

impl Task for ParseNewick {
    type Output = Phylogeny;
    type JsValue = PhylogenyHandle;

    fn compute(&mut self) -> Result<Phylogeny> {
        guarded(|| {
            let tree = seq_table::parse_newick(&self.text, self.negative).map_err(coded)?;
            match &self.rooting {
                None => Ok(tree),
                Some(rooting) => seq_table::rooted(&tree, rooting).map_err(coded),
            }
        })
    }

    fn resolve(&mut self, _env: Env, tree: Phylogeny) -> Result<PhylogenyHandle> {
        Ok(PhylogenyHandle::of(tree))
    }
}

/// As `parseNewick`, off the event loop, and rooted if that is asked for; the bytes must not change meanwhile.
#[napi(catch_unwind, ts_return_type = "Promise<PhylogenyHandle>")]
pub fn parse_newick_later(
    text: Uint8Array,
    negative_as_zero: bool,
    rooting: Option<RootingArguments>,
) -> AsyncTask<ParseNewick> {
    let rooting = rooting.map(RootingArguments::rooting);
    AsyncTask::new(ParseNewick { text, negative: negative_lengths(negative_as_zero), rooting })
}
