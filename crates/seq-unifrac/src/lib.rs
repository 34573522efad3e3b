#![doc = include_str!("../README.md")]

mod aitchison;
mod bit_rank;
mod community_distances;
mod error;
mod faith_pd;
mod fixed;
mod frontier;
mod generalized;
mod induced_tree;
mod job;
mod merge;
mod range_min;
mod sample_branches;
mod sample_tips;
mod shared_weight;
mod space;
mod tiles;
mod tree_distances;
mod unweighted;
mod variance_adjusted;
mod weight_lists;
mod weighted;
mod wide;

pub use community_distances::{CommunityMetric, community_distances};
pub use error::UnifracError;
pub use faith_pd::faith_pd;
pub use job::Job;
pub use sample_tips::SampleTips;
pub use space::{LengthPrecision, PhylogeneticSpace, SpaceOptions};
pub use tiles::Pairs;
pub use tree_distances::{TreeMetric, Variance, tree_distances};
pub use unweighted::{PresenceMetric, presence_distances};
