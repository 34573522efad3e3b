// What is in a QIIME 2 artifact: what it says of itself, then what its content is.
import { openArtifact, type Qiime2Artifact } from '@seq/data/files';
import type { Description } from '../inspect-file.js';
import { describeMatrix } from './describe-matrix.js';
import { describeMetadata } from './describe-metadata.js';
import { describeSequences } from './describe-sequences.js';
import { describeTable } from './describe-table.js';
import { describeTree } from './describe-tree.js';

/** Describers by semantic type. */
const describers: readonly (readonly [type: RegExp, describe: (path: string) => Promise<Description>])[] = [
  [/^FeatureTable\[/, describeTable],
  [/^FeatureData\[Sequence\]$/, describeSequences],
  [/^Phylogeny\[Rooted\]$/, describeTree],
  [/^DistanceMatrix$/, describeMatrix],
  [/^(SampleData\[|FeatureData\[(Taxonomy|Importance)\]|ImmutableMetadata$)/, describeMetadata],
];

function describerOf({ type, files }: Qiime2Artifact): ((path: string) => Promise<Description>) | undefined {
  const found = describers.find(([pattern]) => pattern.test(type))?.[1];
  // SampleData may be reads, too.
  return found === describeMetadata && !files.some((name) => name.endsWith('.tsv')) ? undefined : found;
}

/** Type, format and identity, then the content as far as it is one that Seq reads. */
export async function describeArtifact(path: string, bytes: Uint8Array): Promise<Description> {
  const artifact = await openArtifact(path, bytes);
  const describe = describerOf(artifact);
  const content = describe === undefined ? [] : await describe(path);
  return [
    ['kind', 'QIIME 2 artifact'],
    ['type', artifact.type],
    ['format', artifact.format === '' ? '-' : artifact.format],
    ['UUID', artifact.uuid],
    ['files', artifact.files.slice(0, 8).join(', ') + (artifact.files.length > 8 ? ', ...' : '')],
    ...content.map(([name, value]) => [name === 'kind' ? 'content' : name, value] as const),
  ];
}
