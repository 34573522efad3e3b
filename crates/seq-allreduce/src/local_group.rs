//! A group whose ranks are threads of one process.
//!
//! Every call is one round. A rank copies its values in and waits; the last to arrive computes the result
//! for all, in the order of the ranks; each takes a copy out, and the round ends when all have.

use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use crate::collective::Collective;
use crate::error::{AllreduceError, Result};

const MEAN: &str = "all_reduce_mean";
const BARRIER: &str = "barrier";

/// What a rank brought to the present round.
struct Contribution {
    call: &'static str,
    values: Vec<f32>,
}

/// What all get out of it.
type Outcome = std::result::Result<Arc<Vec<f32>>, AllreduceError>;

struct Round {
    brought: Vec<Option<Contribution>>,
    outcome: Option<Outcome>,
    left_to_collect: usize,
    /// The first rank that left; from then on no round can complete.
    first_gone: Option<usize>,
}

struct Shared {
    round: Mutex<Round>,
    changed: Condvar,
}

/// One rank of a [`local_group`]; send it to the thread that works for it. Dropping it leaves the group.
pub struct LocalRank {
    rank: usize,
    world_size: usize,
    shared: Arc<Shared>,
}

/// A group of `world_size` ranks between threads, in the order of the ranks.
///
/// # Errors
/// `COLLECTIVE_EMPTY` for no ranks.
pub fn local_group(world_size: usize) -> Result<Vec<LocalRank>> {
    if world_size == 0 {
        return Err(AllreduceError::NoRanks);
    }
    let round =
        Round { brought: (0..world_size).map(|_| None).collect(), outcome: None, left_to_collect: 0, first_gone: None };
    let shared = Arc::new(Shared { round: Mutex::new(round), changed: Condvar::new() });
    Ok((0..world_size).map(|rank| LocalRank { rank, world_size, shared: Arc::clone(&shared) }).collect())
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Round> {
        self.round.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn wait<'a>(&self, round: MutexGuard<'a, Round>) -> MutexGuard<'a, Round> {
        self.changed.wait(round).unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Round {
    fn is_complete(&self) -> bool {
        self.brought.iter().all(Option::is_some)
    }

    /// The result for all; everyone made the same call.
    fn mean(&self) -> Outcome {
        let brought: Vec<&[f32]> = self.brought.iter().flatten().map(|part| part.values.as_slice()).collect();
        let lengths: Vec<usize> = brought.iter().map(|values| values.len()).collect();
        if lengths.iter().any(|len| *len != lengths[0]) {
            return Err(AllreduceError::LengthMismatch { lengths });
        }
        let share = 1.0 / brought.len() as f64;
        let mut sums = vec![0.0f64; lengths[0]];
        for values in brought {
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += f64::from(*value));
        }
        Ok(Arc::new(sums.into_iter().map(|sum| (sum * share) as f32).collect()))
    }

    /// The first rank that makes another call than `asked`.
    fn other_call(&self, asked: &'static str) -> Option<AllreduceError> {
        let calls = self.brought.iter().enumerate().filter_map(|(rank, part)| Some((rank, part.as_ref()?.call)));
        let (other_rank, other) = calls.into_iter().find(|(_, call)| *call != asked)?;
        Some(AllreduceError::CallMismatch { asked, other, other_rank })
    }
}

impl LocalRank {
    /// Takes part in one round and returns its result.
    fn take_part(&self, call: &'static str, values: Vec<f32>) -> Outcome {
        let mut round = self.shared.lock();
        while round.outcome.is_some() {
            round = self.shared.wait(round);
        }
        round.brought[self.rank] = Some(Contribution { call, values });
        if round.is_complete() {
            round.outcome = Some(round.mean());
            round.left_to_collect = self.world_size;
            self.shared.changed.notify_all();
        }
        while round.outcome.is_none() {
            if let Some(rank) = round.first_gone {
                round.brought[self.rank] = None;
                return Err(AllreduceError::RankLeft { asked: call, rank });
            }
            round = self.shared.wait(round);
        }
        let own = round.other_call(call).map_or_else(|| round.outcome.clone(), |mismatch| Some(Err(mismatch)));
        round.left_to_collect -= 1;
        if round.left_to_collect == 0 {
            round.outcome = None;
            round.brought.iter_mut().for_each(|part| *part = None);
            self.shared.changed.notify_all();
        }
        own.expect("the loop above waited for the outcome")
    }
}

impl Collective for LocalRank {
    fn rank(&self) -> usize {
        self.rank
    }

    fn world_size(&self) -> usize {
        self.world_size
    }

    fn all_reduce_mean(&mut self, values: &mut [f32]) -> Result<()> {
        let mean = self.take_part(MEAN, values.to_vec())?;
        values.copy_from_slice(&mean);
        Ok(())
    }

    fn barrier(&mut self) -> Result<()> {
        self.take_part(BARRIER, Vec::new()).map(|_| ())
    }
}

impl Drop for LocalRank {
    fn drop(&mut self) {
        self.shared.lock().first_gone.get_or_insert(self.rank);
        self.shared.changed.notify_all();
    }
}

#[cfg(test)]
mod tests;
