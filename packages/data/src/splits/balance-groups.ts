// Moves whole groups between parts until every part has as near as possible its share of every stratum. Best effort:
// finding the best division of groups is a partition problem.

/** Groups to divide, and into what. */
export interface GroupsToBalance {
  /** Samples of each group in each stratum; G lists of equal length. */
  readonly profiles: readonly (readonly number[])[];
  /** Share of the samples that each part should get; they add up to 1. */
  readonly shares: readonly number[];
}

/** Moves are tried for all groups this many times at most; far fewer are needed. */
const mostPasses = 50;
/** A gain below this is rounding. */
const leastGain = 1e-9;

/**
 * How far a division is from the wished one: the sum, over parts and strata, of (found - wished)^2 / wished, where all
 * samples together count as one more stratum.
 */
export function imbalance(groups: GroupsToBalance, parts: ArrayLike<number>): number {
  const { shares } = groups;
  const profiles = groups.profiles.map(withTotal);
  const totals = sumOf(profiles);
  const found = foundIn(profiles, parts, shares.length);
  return shares.reduce(
    (sum, share, part) =>
      sum +
      totals.reduce((inner, total, stratum) => {
        const wished = share * total;
        return inner + (wished === 0 ? 0 : (found[part]![stratum]! - wished) ** 2 / wished);
      }, 0),
    0,
  );
}

/**
 * A part for each group: the better of the given division and a greedy one, then improved by moving one group at a time.
 * Never worse by {@link imbalance} than the given one. No part is empty if none of the given one is.
 *
 * @param initial - part of each group in some division.
 */
export function balanceGroups(groups: GroupsToBalance, initial: readonly number[]): number[] {
  const candidates = [initial, greedyParts(groups)]
    .filter((parts) => groups.shares.every((_, part) => parts.includes(part)))
    .map((parts) => improved(groups, parts));
  const scores = candidates.map((parts) => imbalance(groups, parts));
  return candidates[scores[1] !== undefined && scores[1] < scores[0]! - leastGain ? 1 : 0]!;
}

/** Each group, in the given order, to the part where it raises the imbalance least. */
function greedyParts({ profiles, shares }: GroupsToBalance): number[] {
  const rows = profiles.map(withTotal);
  const totals = sumOf(rows);
  const found = shares.map(() => totals.map(() => 0));
  return rows.map((row) => {
    const costs = shares.map((share, part) => costOfAdding(row, found[part]!, totals, share));
    const best = costs.indexOf(Math.min(...costs));
    add(found[best]!, row, 1);
    return best;
  });
}

function improved({ profiles, shares }: GroupsToBalance, initial: readonly number[]): number[] {
  const rows = profiles.map(withTotal);
  const totals = sumOf(rows);
  const parts = [...initial];
  const found = foundIn(rows, parts, shares.length);
  const members = shares.map((_, part) => parts.filter((other) => other === part).length);
  for (let pass = 0, moved = true; moved && pass < mostPasses; pass++) {
    moved = false;
    for (const [group, row] of rows.entries()) {
      const from = parts[group]!;
      if (members[from] === 1) continue;
      add(found[from]!, row, -1);
      const costs = shares.map((share, part) => costOfAdding(row, found[part]!, totals, share));
      const best = costs.indexOf(Math.min(...costs));
      const to = costs[best]! < costs[from]! - leastGain ? best : from;
      add(found[to]!, row, 1);
      if (to === from) continue;
      parts[group] = to;
      members[from]! -= 1;
      members[to]! += 1;
      moved = true;
    }
  }
  return parts;
}

/** By how much the imbalance grows when a group joins a part, but for a constant that is the same for every part. */
function costOfAdding(
  row: readonly number[],
  found: readonly number[],
  totals: readonly number[],
  share: number,
): number {
  let cost = 0;
  for (let stratum = 0; stratum < row.length; stratum++) {
    const added = row[stratum]!;
    if (added > 0) cost += (added * (2 * found[stratum]! + added)) / (share * totals[stratum]!);
  }
  return cost;
}

const withTotal = (profile: readonly number[]): number[] => [...profile, profile.reduce((sum, size) => sum + size, 0)];

function sumOf(rows: readonly (readonly number[])[]): number[] {
  const totals = rows[0]!.map(() => 0);
  for (const row of rows) add(totals, row, 1);
  return totals;
}

function foundIn(rows: readonly (readonly number[])[], parts: ArrayLike<number>, partCount: number): number[][] {
  const found = Array.from({ length: partCount }, () => rows[0]!.map(() => 0));
  rows.forEach((row, group) => {
    add(found[parts[group]!]!, row, 1);
  });
  return found;
}

function add(into: number[], row: readonly number[], sign: 1 | -1): void {
  for (let stratum = 0; stratum < into.length; stratum++) into[stratum]! += sign * row[stratum]!;
}
