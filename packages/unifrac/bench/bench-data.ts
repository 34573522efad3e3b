// Tables and trees for benches: files named by flags, else the oral microbiomes beside the repository, else ECAM.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type FeatureTable, openFeatureTable } from '@seq/data';
import { openTree, type Phylogeny } from '../src/index.js';

const repository = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** What a bench computes on. */
export interface BenchData {
  readonly name: string;
  readonly table: FeatureTable;
  readonly tree: Phylogeny;
}

/** Opens the inputs; a smoke run takes the small ones. */
export async function openBenchData(smoke: boolean, flags: Readonly<Record<string, string>>): Promise<BenchData> {
  const { name, table, tree } = smoke ? ecam : (flagged(flags) ?? oral() ?? ecam);
  return { name, table: await openFeatureTable(table), tree: await openTree(tree) };
}

interface Source {
  readonly name: string;
  readonly table: string;
  readonly tree: string;
}

const ecam: Source = {
  name: 'ecam',
  table: repository('examples/ecam/data/table.biom'),
  tree: repository('examples/ecam/data/tree.nwk'),
};

function flagged({ table, tree }: Readonly<Record<string, string>>): Source | undefined {
  return table === undefined || tree === undefined ? undefined : { name: table, table, tree };
}

function oral(): Source | undefined {
  const table = repository('../shared/data/oral/oral_2537_filtered.biom');
  const tree = repository('../shared/data/oral/tree.nwk.gz');
  return existsSync(table) && existsSync(tree) ? { name: 'oral', table, tree } : undefined;
}
