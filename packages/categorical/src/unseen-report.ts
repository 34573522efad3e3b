// What a batch of samples holds that an encoder has never seen, as numbers and as sentences. It encodes nothing.

/** A value that was not seen when the encoder was fitted. */
export interface UnseenValue {
  /** The text. */
  readonly value: string;
  /** Samples that have it. */
  readonly count: number;
  /** Row of the first of them. */
  readonly row: number;
}

/** What one column of some samples holds besides known categories. */
export interface UnseenColumn {
  /** Name of the column. */
  readonly name: string;
  /** Samples in all. */
  readonly sampleCount: number;
  /** Samples without a value. */
  readonly missingCount: number;
  /** Samples whose value was not seen, or was seen under another parent only; they have index 0. */
  readonly unseenCount: number;
  /** Those among them whose value was seen, but under another parent. */
  readonly otherParentCount: number;
  /** Samples without a value whose category follows from a known child; not counted as missing. */
  readonly inferredCount: number;
  /** Different unseen values. */
  readonly distinctCount: number;
  /** The first of these, in the order of their rows. */
  readonly first: readonly UnseenValue[];
}

/** One entry per column of the encoder, in alphabetical order. */
export type UnseenReport = readonly UnseenColumn[];

/** Options of {@link describeUnseen}. */
export interface DescribeUnseenOptions {
  /** Names of the samples, to say where a value stands first. Default: numbers of rows from 0. */
  readonly sampleIds?: readonly string[];
}

/** One sentence per column that has unseen values; none if there are none. */
export function describeUnseen(report: UnseenReport, { sampleIds }: DescribeUnseenOptions = {}): readonly string[] {
  const place = (row: number): string => (sampleIds === undefined ? `row ${row}` : `sample ${sampleIds[row]}`);
  return report
    .filter(({ unseenCount }) => unseenCount > 0)
    .map(({ name, sampleCount, unseenCount, otherParentCount, distinctCount, first }) => {
      const listed = first.map(({ value, count, row }) => {
        return `${JSON.stringify(value)} in ${place(row)}${count > 1 ? ` and ${count - 1} more` : ''}`;
      });
      const rest = distinctCount - first.length;
      const moved = otherParentCount > 0 ? `; ${otherParentCount} of them are known under another parent` : '';
      return (
        `"${name}": ${unseenCount} of ${sampleCount} samples have ${distinctCount} values that training never saw ` +
        `(${listed.join(', ')}${rest > 0 ? `, and ${rest} others` : ''})${moved}`
      );
    });
}
