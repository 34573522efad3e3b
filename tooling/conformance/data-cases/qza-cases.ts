// QIIME 2 artifacts: what they are, their data byte for byte, and what the readers make of matrices, diversities and trees.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { openArtifact } from '@seq/data/files';
import { openTree, readAlphaDiversity, readDistanceMatrix } from '@seq/unifrac';
import type { Check } from '../check.js';
import { tolerance } from '../tolerances.js';
import type { VectorCase } from '../vector-set.js';
import type { Vector } from '../vectors.js';
import { squareOf } from './matrix-cases.js';
import { checkRefusal } from './refusal.js';

interface QzaEntry {
  readonly file: string;
  readonly semantic_type?: string;
  readonly md5_of_data_files?: Readonly<Record<string, string>>;
  readonly distance_matrix?: { readonly ids: readonly string[]; readonly values: readonly (readonly number[])[] };
  readonly vector?: { readonly ids: readonly string[]; readonly values: readonly number[] };
  readonly tips?: readonly string[];
  readonly expected_error?: string;
}

/** One case per artifact. */
export function* qzaCases({ name, path }: Vector, entries: readonly QzaEntry[]): Generator<VectorCase> {
  for (const entry of entries) {
    yield { name: `${name}/${entry.file}`, run: (check) => checkArtifact(path(entry.file), entry, check) };
  }
}

async function checkArtifact(path: string, entry: QzaEntry, check: Check): Promise<void> {
  const open = async (): ReturnType<typeof openArtifact> => openArtifact(path, await readFile(path));
  if (entry.expected_error !== undefined) return checkRefusal(open, { codes: ['FILE_MALFORMED'] }, check);
  const artifact = await open();
  check.equal('type', artifact.type, entry.semantic_type);
  for (const [file, md5] of Object.entries(entry.md5_of_data_files ?? {})) {
    check.equal(
      `md5 of ${file}`,
      createHash('md5')
        .update(await artifact.data(file))
        .digest('hex'),
      md5,
    );
  }
  if (entry.distance_matrix !== undefined) {
    const matrix = await readDistanceMatrix(path);
    check.equal('ids', matrix.ids, entry.distance_matrix.ids);
    check.close('distances', squareOf(matrix), entry.distance_matrix.values.flat(), tolerance('float64/scalar'));
  }
  if (entry.vector !== undefined) {
    const { sampleIds, values } = await readAlphaDiversity(path);
    check.equal('ids', sampleIds, entry.vector.ids);
    check.close('values', values, entry.vector.values, tolerance('float64/scalar'));
  }
  if (entry.tips !== undefined) {
    using tree = await openTree(path);
    check.equal('tips', tree.tipNames, entry.tips);
  }
}
