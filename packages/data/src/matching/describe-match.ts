// Turns a match report into a few lines for people.
import { counted, firstFew, grouped } from '../text/quoted.js';
import type { Absence, MatchReport, Retention } from './match-report.js';

/** The report in a few lines, without a line end behind the last one. Only what there is to say is said. */
export function describeMatch(report: MatchReport): string {
  return describeMatchNaming(report, 3);
}

/** As {@link describeMatch}, with so many ids of each kind by name. */
export function describeMatchNaming({ samples, features, reads, rarefactionDepth }: MatchReport, most: number): string {
  const share = reads.inTable === 0 ? 0 : (100 * reads.kept) / reads.inTable;
  const depth =
    rarefactionDepth === undefined ? 'without reads' : `below the depth of ${counted(rarefactionDepth, 'read')}`;
  const absent = (what: string, absence: Absence): string | undefined => lineOf(what, absence, most);
  const lines = [
    `samples: ${kept(samples)}`,
    absent('without metadata', samples.withoutMetadata),
    absent('without a target', samples.withoutTarget),
    absent('not in the distance matrix', samples.withoutDistances),
    absent(depth, samples.belowDepth),
    absent('only in the metadata (no harm)', samples.onlyInMetadata),
    absent('only in the distance matrix (no harm)', samples.onlyInMatrix),
    `features: ${kept(features)}`,
    absent('without a sequence', features.withoutSequence),
    absent('not a tip of the tree', features.withoutTip),
    absent('only among the sequences (no harm)', features.onlyInSequences),
    absent('only in the tree (no harm)', features.onlyInTree),
    `reads: ${grouped(reads.kept)} of ${grouped(reads.inTable)} kept (${share.toFixed(1)} %)`,
  ];
  return lines.filter((line) => line !== undefined).join('\n');
}

function kept({ inTable, kept }: Retention): string {
  return inTable === kept ? `all ${grouped(inTable)} kept` : `${grouped(kept)} of ${grouped(inTable)} kept`;
}

function lineOf(what: string, { count, first, reads }: Absence, most: number): string | undefined {
  if (count === 0) return undefined;
  const lost = reads === 0 ? '' : `; ${counted(reads, 'read')}`;
  const shown = first.slice(0, most);
  const more = count > shown.length ? ', ...' : '';
  return `  ${grouped(count)} ${what} (${count === 1 ? '' : 'first: '}${firstFew(shown, most)}${more}${lost})`;
}
