// What is in a file of PyTorch: arrays of a state dict. Nothing in it is run.
import { readReferenceStateDict } from '@seq/train';
import type { Description } from '../inspect-file.js';

/** Whether an archive starts as torch.save writes it: a pickle in a folder of the archive's name. */
export function isTorch(start: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(start.subarray(0, 512)).includes('/data.pkl');
}

/** Arrays, their numbers, and what to do with them. */
export async function describeTorch(path: string): Promise<Description> {
  const { weights, notes } = await readReferenceStateDict(path);
  const numbers = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
  const names = [...weights.keys()];
  const isModel = names.some((name) => /^(?:base_model|sample_encoder)\./.test(name));
  return [
    ['kind', 'state dict of PyTorch (.pt)'],
    ['arrays', `${weights.size} with ${numbers} numbers (first: ${names[0]})`],
    ...(notes.size === 0 ? [] : ([['settings', [...notes.keys()].join(', ')]] as const)),
    [
      'model',
      isModel
        ? 'Attention All Microbes; `aam import` makes a checkpoint of it'
        : 'none of Attention All Microbes, whose names start with "sample_encoder." or "base_model."',
    ],
  ];
}
