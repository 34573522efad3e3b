// The small study with metadata of several columns, and calls of `aam` on it. Nothing here is under test.
import { type Checkpoint, readCheckpoint } from '@seq/train';
import { expect } from 'vitest';
import { aam, notesOf } from './fake-terminal.js';
import { makeStudy, predictionCall, rowsOf, type Study, sampleIds, trainingCall } from './small-study.js';

/** Metadata with a second number and a study; s15 is of a study of its own, s14 has none. */
export function labelledMetadata(): string {
  const rows = sampleIds.map((id, i) => {
    const group = i === 15 ? 'C' : i === 14 ? '' : i % 2 === 0 ? 'A' : 'B';
    const site = i % 2 === 0 ? 'gut' : 'skin';
    return [id, `subject${Math.floor(i / 2)}`, labelledAge(i), site, 15 + (i % 5), group].join('\t');
  });
  return `${['sample-id\tsubject\tage\tsite\tbmi\tstudy', ...rows].join('\n')}\n`;
}

/** About 30 in study A, about 220 in study B. */
export const labelledAge = (i: number): number => (i % 2 === 0 ? 20 + i : 200 + 3 * i);

/** The study with its metadata, and what tests do with it. */
export interface LabelledStudy extends Study {
  /** Arguments of `aam pretrain` or `aam train` into a folder; flags that are given win. */
  call(command: string, folder: string, flags: readonly string[]): string[];
  /** The sentence of a call that must be refused as wrong. */
  refusalOf(command: string, flags: readonly string[]): Promise<string>;
  /** The best checkpoint in a folder. */
  checkpointOf(folder: string): Promise<Checkpoint>;
  /** Predictions of all samples with that checkpoint. */
  predict(folder: string, flags?: readonly string[]): Promise<{ readonly rows: string[][]; readonly notes: string }>;
}

/** Writes the study. */
export async function makeLabelledStudy(): Promise<LabelledStudy> {
  const study = await makeStudy();
  const metadata = await study.write('more.tsv', labelledMetadata());
  const labelled = { ...study, metadata };
  const call: LabelledStudy['call'] = (command, folder, flags) => trainingCall(labelled, command, folder, flags);
  return {
    ...study,
    call,
    refusalOf: async (command, flags) => {
      const { exitCode, stderr } = await aam(call(command, 'never', flags));
      expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^aam: /)]);
      return stderr;
    },
    checkpointOf: (folder) => readCheckpoint(study.path(folder, 'best.safetensors')),
    predict: async (folder, flags = []) => {
      const output = study.path(`${folder}.tsv`);
      const model = study.path(folder, 'best.safetensors');
      const notes = await notesOf(...predictionCall(study, model, output, flags));
      return { rows: rowsOf(output), notes };
    },
  };
}
