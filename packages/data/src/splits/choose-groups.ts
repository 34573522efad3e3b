// Chooses whole groups whose sizes add up as near as possible to a wanted number of samples.

/**
 * Groups whose sizes together come nearest to `wanted`; the smaller sum of two equally near ones. Never none and never all.
 * Of several choices with that sum, the one that gets by with the first groups is taken, so shuffle them before.
 *
 * @param sizes - samples of each group, above zero; at least two groups.
 * @param wanted - samples to choose.
 * @returns indices into `sizes`.
 */
export function chooseGroups(sizes: readonly number[], wanted: number): number[] {
  const most = sizes.reduce((sum, size) => sum + size, 0) - 1;
  // Group with which a sum was first reached; with that rule the groups of a sum can be read back one by one.
  const reachedBy = new Int32Array(most + 1).fill(-1);
  reachedBy[0] = sizes.length;
  const isExact = Number.isInteger(wanted) && wanted > 0 && wanted <= most;
  let reachable = 0;
  for (let group = 0; group < sizes.length && !(isExact && reachedBy[wanted] !== -1); group++) {
    const size = sizes[group]!;
    for (let sum = Math.min(reachable, most - size); sum >= 0; sum--) {
      if (reachedBy[sum] !== -1 && reachedBy[sum + size] === -1) reachedBy[sum + size] = group;
    }
    reachable = Math.min(reachable + size, most);
  }
  const chosen: number[] = [];
  for (let sum = nearestSum(reachedBy, wanted); sum > 0; ) {
    const group = reachedBy[sum]!;
    chosen.push(group);
    sum -= sizes[group]!;
  }
  return chosen;
}

function nearestSum(reachedBy: Int32Array, wanted: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (let sum = 1; sum < reachedBy.length; sum++) {
    if (reachedBy[sum] !== -1 && Math.abs(sum - wanted) < Math.abs(nearest - wanted)) nearest = sum;
  }
  return nearest;
}
