use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use seq_testing::Random;

use super::*;

/// Runs `work` on every rank of a new group, each on its own thread.
fn on_all_ranks<R: Send>(world_size: usize, work: impl Fn(LocalRank) -> R + Sync) -> Vec<R> {
    let ranks = local_group(world_size).unwrap();
    thread::scope(|scope| {
        let threads: Vec<_> = ranks.into_iter().map(|rank| scope.spawn(|| work(rank))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn values(rank: usize, round: usize, len: usize) -> Vec<f32> {
    let seed = (rank * 1000 + round) as u64;
    Random::new(seed).uniforms(len, -1e3, 1e3).into_iter().map(|x| x as f32).collect()
}

#[test]
fn every_rank_gets_the_mean_with_the_same_bits_in_every_run() {
    for (world_size, len) in [(1, 5), (2, 1), (3, 1000), (5, 0), (8, 4097)] {
        let rounds = 20;
        let run = || {
            on_all_ranks(world_size, |mut rank| {
                let mut results = Vec::new();
                for round in 0..rounds {
                    let mut data = values(rank.rank(), round, len);
                    rank.all_reduce_mean(&mut data).unwrap();
                    results.push(data.iter().map(|x| x.to_bits()).collect::<Vec<_>>());
                }
                results
            })
        };
        let first = run();
        assert!(first.iter().all(|results| *results == first[0]));
        assert_eq!(run(), first);
        for (round, bits) in first[0].iter().enumerate() {
            let parts: Vec<Vec<f32>> = (0..world_size).map(|rank| values(rank, round, len)).collect();
            for (i, bits) in bits.iter().enumerate() {
                let sum: f64 = parts.iter().map(|part| f64::from(part[i])).sum();
                assert_eq!(*bits, ((sum * (1.0 / world_size as f64)) as f32).to_bits());
            }
        }
    }
}

#[test]
fn nobody_passes_a_barrier_before_all_have_come() {
    let arrived = AtomicUsize::new(0);
    on_all_ranks(4, |mut rank| {
        assert_eq!(rank.world_size(), 4);
        for round in 1..=50 {
            arrived.fetch_add(1, Ordering::SeqCst);
            rank.barrier().unwrap();
            assert!(arrived.load(Ordering::SeqCst) >= 4 * round);
        }
    });
    assert_eq!(arrived.load(Ordering::SeqCst), 200);
}

#[test]
fn slices_of_different_lengths_are_refused_everywhere_and_the_group_goes_on() {
    let results = on_all_ranks(3, |mut rank| {
        let mut data = vec![rank.rank() as f32; if rank.rank() == 2 { 5 } else { 4 }];
        let before = data.clone();
        let error = rank.all_reduce_mean(&mut data).unwrap_err();
        assert_eq!(data, before);
        let mut good = [rank.rank() as f32];
        rank.all_reduce_mean(&mut good).unwrap();
        (error, good)
    });
    for (error, good) in results {
        assert_eq!(error, AllreduceError::LengthMismatch { lengths: vec![4, 4, 5] });
        assert_eq!(error.code(), "COLLECTIVE_LENGTH");
        assert_eq!(good, [1.0]);
    }
}

#[test]
fn ranks_that_make_different_calls_are_told() {
    let errors = on_all_ranks(2, |mut rank| {
        let result = if rank.rank() == 0 { rank.barrier() } else { rank.all_reduce_mean(&mut [1.0]) };
        rank.barrier().unwrap();
        result.unwrap_err()
    });
    let mismatch = |asked, other, other_rank| AllreduceError::CallMismatch { asked, other, other_rank };
    assert_eq!(errors, [mismatch(BARRIER, MEAN, 1), mismatch(MEAN, BARRIER, 0)]);
}

#[test]
fn waiting_for_a_rank_that_left_ends_with_an_error() {
    let results = on_all_ranks(3, |mut rank| {
        if rank.rank() == 1 {
            return None;
        }
        Some(rank.all_reduce_mean(&mut [1.0]).unwrap_err())
    });
    let left = Some(AllreduceError::RankLeft { asked: MEAN, rank: 1 });
    assert_eq!(results, [left.clone(), None, left]);
}

#[test]
fn a_rank_may_leave_after_its_last_call_without_harm() {
    for _ in 0..200 {
        let results = on_all_ranks(3, |mut rank| {
            let mut data = [rank.rank() as f32];
            rank.all_reduce_mean(&mut data).map(|()| data[0])
        });
        assert_eq!(results, [Ok(1.0), Ok(1.0), Ok(1.0)]);
    }
}

#[test]
fn a_group_needs_a_rank() {
    assert_eq!(local_group(0).err().map(|error| error.code()), Some("COLLECTIVE_EMPTY"));
}
