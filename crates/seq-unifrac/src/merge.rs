//! Walks two sorted lists side by side. Knows nothing of what they hold.

/// Calls `visit` for every place that either list has, rising, with its position in each list that has it.
#[inline(always)]
pub(crate) fn merge(a: &[u32], b: &[u32], mut visit: impl FnMut(u32, Option<usize>, Option<usize>)) {
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => {
                visit(a[i], Some(i), None);
                i += 1;
            }
            std::cmp::Ordering::Greater => {
                visit(b[j], None, Some(j));
                j += 1;
            }
            std::cmp::Ordering::Equal => {
                visit(a[i], Some(i), Some(j));
                i += 1;
                j += 1;
            }
        }
    }
    (i..a.len()).for_each(|i| visit(a[i], Some(i), None));
    (j..b.len()).for_each(|j| visit(b[j], None, Some(j)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visits_every_place_once_in_order() {
        let mut seen = Vec::new();
        merge(&[1, 3, 5], &[0, 3, 6, 7], |place, a, b| seen.push((place, a, b)));
        let (a, b) = (Some, Some);
        assert_eq!(
            seen,
            [(0, None, b(0)), (1, a(0), None), (3, a(1), b(1)), (5, a(2), None), (6, None, b(2)), (7, None, b(3)),]
        );
    }
}
