use super::*;
use crate::random_words::testing::words;
use seq_testing::random::Random;

/// Distances between random points of a few dimensions, with noise that fits into no space.
fn distances(samples: usize, dimensions: usize, noise: f64, seed: u64) -> Vec<f64> {
    let mut random = Random::new(seed);
    let points: Vec<Vec<f64>> = (0..samples)
        .map(|_| (0..dimensions).map(|axis| random.uniform(-1.0, 1.0) / (axis + 1) as f64).collect())
        .collect();
    let mut all = Vec::new();
    for i in 0..samples {
        for j in i + 1..samples {
            let squares: f64 = points[i].iter().zip(&points[j]).map(|(a, b)| (a - b) * (a - b)).sum();
            all.push(squares.sqrt() + random.uniform(0.0, noise));
        }
    }
    all
}

fn exact(all: &[f64], samples: usize, dimensions: usize) -> Ordination {
    let condensed = Condensed::new(all, samples).unwrap();
    pcoa(condensed, dimensions, PcoaMethod::Exact, 1, &Job::new()).unwrap()
}

fn randomized(all: &[f64], samples: usize, dimensions: usize, threads: usize) -> Ordination {
    let words = words(7);
    let method = PcoaMethod::Randomized { words: &words };
    pcoa(Condensed::new(all, samples).unwrap(), dimensions, method, threads, &Job::new()).unwrap()
}

#[test]
fn coordinates_of_euclidean_distances_give_these_distances_again() {
    for (samples, dimensions) in [(2, 1), (9, 3), (40, 5)] {
        let all = distances(samples, dimensions, 0.0, 3);
        let found = exact(&all, samples, dimensions);
        let point = |row: usize| &found.coordinates[row * dimensions..][..dimensions];
        let mut next = all.iter();
        for i in 0..samples {
            for j in i + 1..samples {
                let squares: f64 = point(i).iter().zip(point(j)).map(|(a, b)| (a - b) * (a - b)).sum();
                assert!((squares.sqrt() - next.next().unwrap()).abs() <= 1e-12);
            }
        }
        assert!((found.proportion_explained.iter().sum::<f64>() - 1.0).abs() <= 1e-12);
        assert_eq!(found.negative_count, 0);
    }
}

#[test]
fn axes_are_centred_orthogonal_falling_and_as_long_as_the_roots_of_their_eigenvalues() {
    let (samples, dimensions) = (30, 30);
    let all = distances(samples, 4, 0.5, 9);
    let found = exact(&all, samples, dimensions);
    let axis = |axis: usize| found.coordinates.iter().skip(axis).step_by(dimensions).copied().collect::<Vec<f64>>();
    for a in 0..dimensions {
        assert!(axis(a).iter().sum::<f64>().abs() <= 1e-10);
        for b in 0..=a {
            let product: f64 = axis(a).iter().zip(axis(b)).map(|(x, y)| x * y).sum();
            let wanted = if a == b { found.eigenvalues[a] } else { 0.0 };
            assert!((product - wanted).abs() <= 1e-10, "{a} {b}: {product} {wanted}");
        }
        let farthest = axis(a).into_iter().fold(0.0f64, |most, x| if x.abs() > most.abs() { x } else { most });
        assert!(farthest >= 0.0);
    }
    assert!(found.eigenvalues.is_sorted_by(|a, b| a >= b));
    assert!(found.negative_count > 0 && found.smallest_eigenvalue < 0.0);
    // Fewer axes are the first of all axes, but the trace counts negative eigenvalues, too.
    let few = exact(&all, samples, 3);
    assert_eq!(few.eigenvalues, found.eigenvalues[..3]);
    assert!(few.proportion_explained[0] > found.proportion_explained[0]);
}

#[test]
fn the_randomized_axes_are_the_exact_ones() {
    // Axes that stand out from the noise; those within it converge slowly, as in any such method.
    for (samples, noise) in [(300, 0.03), (600, 0.03)] {
        let all = distances(samples, 8, noise, 5);
        let (wanted, found) = (exact(&all, samples, 6), randomized(&all, samples, 6, 2));
        for axis in 0..6 {
            let (a, b) = (wanted.eigenvalues[axis], found.eigenvalues[axis]);
            assert!((a - b).abs() <= 1e-9 * a, "{axis}: {a} {b}");
        }
        for (a, b) in wanted.coordinates.iter().zip(&found.coordinates) {
            assert!((a - b).abs() <= 1e-5, "{a} {b}");
        }
    }
}

#[test]
fn where_vectors_span_everything_the_randomized_method_is_exact() {
    for samples in [1, 2, 5, 17, 40] {
        let all = distances(samples, 3, 0.2, 8);
        let dimensions = samples.min(4);
        let (wanted, found) = (exact(&all, samples, dimensions), randomized(&all, samples, dimensions, 1));
        for (a, b) in wanted.eigenvalues.iter().zip(&found.eigenvalues) {
            assert!((a - b).abs() <= 1e-9, "{samples}: {a} {b}");
        }
    }
}

#[test]
fn threads_change_no_bit() {
    let all = distances(200, 4, 0.2, 6);
    let one = randomized(&all, 200, 4, 1);
    for threads in [2, 3, 0] {
        assert_eq!(randomized(&all, 200, 4, threads), one);
    }
}

#[test]
fn equal_samples_and_lone_ones_have_no_axes() {
    let none = exact(&[0.0; 6], 4, 2);
    assert_eq!((none.coordinates, none.proportion_explained), (vec![0.0; 8], vec![0.0; 2]));
    assert_eq!(exact(&[], 1, 1).coordinates, [0.0]);
    assert_eq!(randomized(&[0.0; 6], 4, 2, 1).eigenvalues, [0.0; 2]);
}

#[test]
fn refuses_what_it_cannot_do() {
    let code = |all: &[f64], samples| Condensed::new(all, samples).err().map(|error| error.code());
    assert_eq!(code(&[1.0], 3), Some("DISTANCES_INVALID"));
    for bad in [f64::NAN, -1.0, f64::INFINITY] {
        assert_eq!(code(&[bad], 2), Some("DISTANCES_INVALID"));
    }
    let two = Condensed::new(&[1.0], 2).unwrap();
    for dimensions in [0, 3] {
        let error = pcoa(two, dimensions, PcoaMethod::Exact, 1, &Job::new()).unwrap_err();
        assert_eq!(error.code(), "PARAMETER_OUT_OF_RANGE");
    }
    let job = Job::new();
    job.cancel();
    assert_eq!(pcoa(two, 1, PcoaMethod::Exact, 1, &job).unwrap_err().code(), "CANCELLED");
}

#[test]
fn extreme_units_change_places_by_that_unit_alone() {
    let all = distances(12, 3, 0.2, 4);
    let usual = exact(&all, 12, 3);
    for unit in [2f64.powi(-500), 2f64.powi(400), 5e-324] {
        let found = exact(&all.iter().map(|distance| distance * unit).collect::<Vec<_>>(), 12, 3);
        let wanted = usual.coordinates.iter().map(|place| place * unit);
        if unit > 1e-300 {
            assert!(found.coordinates.iter().zip(wanted).all(|(a, b)| (a - b).abs() <= 1e-10 * unit));
            assert!((found.proportion_explained[0] - usual.proportion_explained[0]).abs() <= 1e-12);
        }
    }
    let huge: Vec<f64> = all.iter().map(|distance| distance * 1e300).collect();
    let error = pcoa(Condensed::new(&huge, 12).unwrap(), 3, PcoaMethod::Exact, 1, &Job::new()).unwrap_err();
    assert_eq!(error.code(), "NOT_CONVERGED");
}
