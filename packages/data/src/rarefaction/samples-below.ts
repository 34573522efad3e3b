// Finds the samples that have too few reads for a rarefaction depth.
import { dataError } from '../errors.js';
import type { FeatureTable } from '../table/feature-table.js';
import { counted } from '../text/quoted.js';

/** A sample with fewer reads than were asked for. */
export interface SampleBelowDepth {
  /** Its id. */
  readonly sampleId: string;
  /** Its reads in the table. */
  readonly reads: number;
}

/** The error of a depth that no sample reaches. */
export function nothingLeft(asked: string, depth: number, below: readonly SampleBelowDepth[]): Error {
  const most = below.reduce((largest, { reads }) => Math.max(largest, reads), 0);
  return dataError(
    'RAREFACTION_LEAVES_NOTHING',
    `${asked}: none of ${counted(below.length, 'sample')} has ${depth} reads; the largest has ${most}. Choose a smaller depth.`,
    { details: { depth, mostReads: most } },
  );
}

/** Which of the given rows have fewer reads than `depth`, in their order. */
export function samplesBelow(table: FeatureTable, rows: Uint32Array, depth: number): SampleBelowDepth[] {
  const below: SampleBelowDepth[] = [];
  for (const row of rows) {
    let reads = 0;
    for (let entry = table.sampleOffsets[row]!; entry < table.sampleOffsets[row + 1]!; entry++) {
      reads += table.counts[entry]!;
    }
    if (reads < depth) below.push({ sampleId: table.sampleIds[row]!, reads });
  }
  return below;
}
