// `--precision` of `aam pretrain` and `aam train`.
import { multipliesBf16 } from '@seq/tensor';
import { readCheckpoint } from '@seq/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam } from './fake-terminal.js';
import { makeStudy, type Study, trainingCall } from './small-study.js';

let study: Study;
beforeAll(async () => {
  study = await makeStudy();
});
afterAll(async () => study.remove());

describe.each(['pretrain', 'train'] as const)('aam %s --precision bf16', (command) => {
  const run = async (folder: string, own: readonly string[]) => {
    const tree = command === 'pretrain' ? ['--tree', study.tree] : [];
    const { exitCode, stderr } = await aam(trainingCall(study, command, folder, [...tree, ...own]));
    expect(exitCode, stderr).toBe(0);
    return { stderr, checkpoint: await readCheckpoint(study.path(`${folder}/last.safetensors`)) };
  };

  it('trains another way than in 32 bits, is kept in the checkpoint, and says where it brings no speed', async () => {
    const full = await run(`${command}-full`, []);
    const rounded = await run(`${command}-rounded`, ['--precision', 'bf16']);
    expect(full.checkpoint.training!.options).toMatchObject({ precision: 'f32' });
    expect(rounded.checkpoint.training!.options).toMatchObject({ precision: 'bf16' });
    expect(rounded.checkpoint.weights).not.toEqual(full.checkpoint.weights);
    expect(full.stderr).not.toContain('bf16');
    const behind = trainingCall(study, command, 'refused', ['--precision', 'bf16', '--norm-placement', 'post']);
    const refused = await aam([...behind, ...(command === 'pretrain' ? ['--tree', study.tree] : [])]);
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringMatching(/post computes in 32 bits only/)]);
    expect(rounded.stderr.includes('no fast instruction for products of bf16')).toBe(!multipliesBf16());
  });
});
