// Joins parts of a distance matrix, after checking that they belong together and nothing is missing.
import { firstFew, quoted, readStart } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { DistanceMatrix } from '../matrix/distance-matrix.js';
import { type DistancePart, pairsInRows } from './distance-part.js';
import { mergeSsuPartials } from './merge-ssu-partials.js';
import { type PartFileOptions, readDistancePart } from './part-file.js';
import { isSsuPartial } from './ssu-partial.js';

/**
 * The matrix of all its parts, in any order, from files.
 *
 * @param paths - files that `writeDistancePart` wrote, or files of `ssu --mode partial`; not both.
 * @throws SeqError as reading a part, and `PARTS_INCOMPLETE` if rows are missing, which are named; `PARTS_DIFFER` if parts
 *   are of another table, tree, metric or other samples, or overlap, by the names of the files.
 */
export async function mergeDistanceParts(
  paths: readonly string[],
  options: PartFileOptions = {},
): Promise<DistanceMatrix> {
  const [first] = paths;
  if (first !== undefined && isSsuPartial(await readStart(first, 4))) return mergeSsuPartials(paths, options.signal);
  let merged: MergedParts | undefined;
  for (const path of paths) {
    const part = await readDistancePart(path, options);
    merged ??= new MergedParts(part, path);
    merged.add(part, path);
  }
  if (merged === undefined) throw unifracError('PARTS_INCOMPLETE', 'mergeDistanceParts: no parts were given.');
  return merged.matrix();
}

/** As {@link mergeDistanceParts}, for parts in memory. */
export function joinDistanceParts(parts: readonly DistancePart[]): DistanceMatrix {
  const [first] = parts;
  if (first === undefined) throw unifracError('PARTS_INCOMPLETE', 'joinDistanceParts: no parts were given.');
  const merged = new MergedParts(first, 'part 1');
  parts.forEach((part, i) => {
    merged.add(part, `part ${i + 1}`);
  });
  return merged.matrix();
}

interface Piece {
  readonly name: string;
  readonly firstRow: number;
  readonly endRow: number;
}

/** A matrix that grows by parts; each part is copied at once and need not be kept. */
class MergedParts {
  readonly #first: Omit<DistancePart, 'distances'>;
  readonly #firstName: string;
  readonly #condensed: Float64Array<ArrayBuffer>;
  readonly #pieces: Piece[] = [];

  constructor(first: DistancePart, name: string) {
    const { ids, firstRow, endRow, fingerprint, description } = first;
    this.#first = { ids, firstRow, endRow, fingerprint, description };
    this.#firstName = name;
    this.#condensed = new Float64Array(pairsInRows(ids.length, 0, ids.length));
  }

  add(part: DistancePart, name: string): void {
    this.#requireSame(part, name);
    const { firstRow, endRow } = part;
    const other = this.#pieces.find((piece) => firstRow < piece.endRow && piece.firstRow < endRow);
    if (other !== undefined) {
      const [from, to] = [Math.max(firstRow, other.firstRow), Math.min(endRow, other.endRow)];
      differ(`${quoted(other.name)} and ${quoted(name)} both hold rows ${from + 1} to ${to}. Give one of them`);
    }
    this.#pieces.push({ name, firstRow, endRow });
    this.#condensed.set(part.distances, pairsInRows(part.ids.length, 0, firstRow));
  }

  matrix(): DistanceMatrix {
    const { ids } = this.#first;
    const sorted = this.#pieces.filter(({ firstRow, endRow }) => endRow > firstRow);
    sorted.sort((a, b) => a.firstRow - b.firstRow);
    const gaps: string[] = [];
    let next = 0;
    for (const { firstRow, endRow } of [...sorted, { firstRow: ids.length, endRow: ids.length }]) {
      if (firstRow > next) gaps.push(`${next + 1} to ${firstRow}`);
      next = endRow;
    }
    // The last row has no later samples, so nothing is missing without it.
    const missing = gaps.filter((gap) => gap !== `${ids.length} to ${ids.length}`);
    if (missing.length > 0) {
      throw unifracError(
        'PARTS_INCOMPLETE',
        `mergeDistanceParts: ${this.#pieces.length} parts hold ${ids.length} samples without rows ${missing.join(', ')}. ` +
          'Compute and give the missing parts.',
        { details: { missingRows: missing } },
      );
    }
    return new DistanceMatrix(ids, this.#condensed);
  }

  #requireSame(part: DistancePart, name: string): void {
    const names = `${quoted(this.#firstName)} and ${quoted(name)}`;
    const { ids, fingerprint, description } = this.#first;
    if (part.description !== description) {
      differ(`${names} were computed with ${description} and ${part.description}. Give parts of one matrix`);
    }
    if (part.ids.length !== ids.length || part.ids.some((id, row) => id !== ids[row])) {
      const known = new Set(ids);
      const others = part.ids.filter((id) => !known.has(id));
      const found =
        others.length > 0 ? `the second has others (first: ${firstFew(others)})` : 'in another order or number';
      differ(`${names} are of different samples: ${found}. Give parts of one table`);
    }
    if (part.fingerprint !== fingerprint) {
      differ(`${names} have the same samples, but other counts or another tree. Compute all parts from the same files`);
    }
  }
}

function differ(found: string): never {
  throw unifracError('PARTS_DIFFER', `mergeDistanceParts: ${found}.`);
}
