// Files that users have, and what is made of them: tables, sample metadata, matrices, artifacts, items and batches.
import { biomCases } from '../data-cases/biom-cases.js';
import { type DatasetContent, datasetCases } from '../data-cases/dataset-cases.js';
import { matrixCases } from '../data-cases/matrix-cases.js';
import { metadataCases } from '../data-cases/metadata-cases.js';
import { qzaCases } from '../data-cases/qza-cases.js';
import type { VectorCase, VectorSet } from '../vector-set.js';
import { jsonVectors, type Vector } from '../vectors.js';

type Entries<Cases extends (vector: Vector, entries: never) => unknown> = Parameters<Cases>[1];

interface Content {
  readonly case: string;
  readonly entries?: unknown;
}

function* casesOf(vector: Vector<Content>): Generator<VectorCase> {
  const { case: topic, entries } = vector.content;
  const plain = vector as unknown as Vector;
  if (topic === 'biom') yield* biomCases(plain, entries as Entries<typeof biomCases>);
  else if (topic === 'metadata') yield* metadataCases(plain, entries as Entries<typeof metadataCases>);
  else if (topic === 'matrices') yield* matrixCases(plain, entries as Entries<typeof matrixCases>);
  else if (topic === 'qza') yield* qzaCases(plain, entries as Entries<typeof qzaCases>);
  else if (topic === 'dataset') yield* datasetCases(vector as unknown as Vector<DatasetContent>);
  else yield { name: vector.name, unsupported: `files of the topic "${topic}" are not read yet` };
}

/** `08_data`. */
export const vectorSet: VectorSet = {
  folder: '08_data',
  async *cases(directory) {
    for (const vector of jsonVectors<Content>(directory)) yield* casesOf(vector);
  },
};
