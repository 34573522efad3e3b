//! Optimisers over a parameter store, and clipping.

use napi::Result;
use napi_derive::napi;
use seq_tensor::Tensor;
use seq_tensor::optimiser::{self, Adam, AdamOptions, Group, ParameterState, Sgd, SgdOptions, WeightDecay};
use seq_tensor::parameters::ParameterStore;

use super::failure;
use super::handle::{Elements, to_buffer, to_elements};
use super::parameters::ParameterStoreHandle;

/// The names that moments can have.
const MOMENTS: [&str; 3] = ["first_moment", "second_moment", "momentum"];

/// Parameters, by their positions in the store, that learn at a multiple of the rate.
#[napi(object)]
pub struct LearningRateGroup {
    pub parameters: Vec<u32>,
    pub learning_rate_factor: f64,
}

/// What an optimiser remembers of one parameter under one name.
#[napi(object)]
pub struct OptimiserMoment {
    pub name: String,
    pub values: Elements,
}

/// What an optimiser remembers of one parameter.
#[napi(object)]
pub struct OptimiserEntry {
    pub name: String,
    pub steps: f64,
    pub moments: Vec<OptimiserMoment>,
}

fn to_groups(groups: Vec<LearningRateGroup>) -> Vec<Group> {
    let group = |group: LearningRateGroup| Group {
        parameters: group.parameters.iter().map(|&index| index as usize).collect(),
        learning_rate_factor: group.learning_rate_factor,
    };
    groups.into_iter().map(group).collect()
}

fn to_entry(state: ParameterState) -> seq_tensor::Result<OptimiserEntry> {
    let moments = state.moments.iter();
    let moments =
        moments.map(|(name, values)| Ok(OptimiserMoment { name: (*name).to_owned(), values: to_elements(values)? }));
    let moments = moments.collect::<seq_tensor::Result<_>>()?;
    Ok(OptimiserEntry { name: state.name, steps: state.steps as f64, moments })
}

/// Moments take the shape of their parameter; names that no optimiser has are left out.
fn to_state(store: &ParameterStore, entry: OptimiserEntry) -> seq_tensor::Result<ParameterState> {
    let index = store.get(&entry.name)?.index();
    let shape = std::sync::Arc::clone(&store.read().entries[index].shape);
    let known = entry.moments.iter().filter_map(|moment| {
        let name = MOMENTS.into_iter().find(|name| *name == moment.name)?;
        Some(Tensor::from_buffer(to_buffer(&moment.values), &shape).map(|values| (name, values)))
    });
    let moments = known.collect::<seq_tensor::Result<_>>()?;
    Ok(ParameterState { name: entry.name, steps: entry.steps as u64, moments })
}

macro_rules! optimiser {
    ($handle:ident) => {
        #[napi]
        impl $handle {
            #[napi(catch_unwind)]
            pub fn step(&mut self, learning_rate: f64) -> Result<()> {
                self.optimiser.step(learning_rate).map_err(failure)
            }

            #[napi(catch_unwind)]
            pub fn state(&self) -> Result<Vec<OptimiserEntry>> {
                let states = self.optimiser.state().map_err(failure)?;
                states.into_iter().map(|state| to_entry(state).map_err(failure)).collect()
            }

            #[napi(catch_unwind)]
            pub fn load(&mut self, entries: Vec<OptimiserEntry>) -> Result<()> {
                let states = entries.into_iter().map(|entry| to_state(&self.store, entry));
                let states = states.collect::<seq_tensor::Result<Vec<_>>>().map_err(failure)?;
                self.optimiser.load(&states).map_err(failure)
            }
        }
    };
}

/// Adam or AdamW.
#[napi]
pub struct AdamHandle {
    optimiser: Adam,
    store: ParameterStore,
}

/// Options of Adam and AdamW.
#[napi(object)]
pub struct AdamArguments {
    pub beta1: f64,
    pub beta2: f64,
    pub epsilon: f64,
    pub weight_decay: f64,
    pub is_decoupled: bool,
    pub groups: Vec<LearningRateGroup>,
}

#[napi]
impl AdamHandle {
    #[napi(constructor, catch_unwind)]
    pub fn new(store: &ParameterStoreHandle, options: AdamArguments) -> Result<Self> {
        let decay = if options.is_decoupled { WeightDecay::Decoupled } else { WeightDecay::Coupled };
        let AdamArguments { beta1, beta2, epsilon, weight_decay, .. } = options;
        let groups = to_groups(options.groups);
        let options = AdamOptions { betas: (beta1, beta2), epsilon, weight_decay, decay, groups };
        let optimiser = Adam::new(store.store(), options).map_err(failure)?;
        Ok(Self { optimiser, store: store.store().clone() })
    }
}

optimiser!(AdamHandle);

/// Gradient descent with momentum.
#[napi]
pub struct SgdHandle {
    optimiser: Sgd,
    store: ParameterStore,
}

/// Options of gradient descent.
#[napi(object)]
pub struct SgdArguments {
    pub momentum: f64,
    pub weight_decay: f64,
    pub groups: Vec<LearningRateGroup>,
}

#[napi]
impl SgdHandle {
    #[napi(constructor, catch_unwind)]
    pub fn new(store: &ParameterStoreHandle, options: SgdArguments) -> Result<Self> {
        let SgdArguments { momentum, weight_decay, groups } = options;
        let options = SgdOptions { momentum, weight_decay, groups: to_groups(groups) };
        let optimiser = Sgd::new(store.store(), options).map_err(failure)?;
        Ok(Self { optimiser, store: store.store().clone() })
    }
}

optimiser!(SgdHandle);

#[napi(catch_unwind)]
pub fn clip_global_norm(store: &ParameterStoreHandle, max_norm: f64) -> Result<f64> {
    optimiser::clip_global_norm(store.store(), max_norm).map_err(failure)
}
