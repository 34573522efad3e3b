#![doc = include_str!("../README.md")]

mod bit_rank;
mod error;
mod faith_pd;
mod fixed;
mod frontier;
mod induced_tree;
mod job;
mod range_min;
mod sample_tips;
mod space;
mod tiles;
mod unweighted;
mod wide;

pub use error::UnifracError;
pub use faith_pd::faith_pd;
pub use job::Job;
pub use sample_tips::SampleTips;
pub use space::{LengthPrecision, PhylogeneticSpace, SpaceOptions};
pub use tiles::Pairs;
pub use unweighted::{PresenceMetric, presence_distances};
