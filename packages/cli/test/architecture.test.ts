// The architecture flags of `aam pretrain` and `aam train`, and how training follows a pre-trained encoder.
import { readCheckpoint } from '@seq/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam } from './fake-terminal.js';
import { makeStudy, type Study, shortRun, tinyModel } from './small-study.js';

let study: Study;
const flags: Readonly<Record<string, string>> = {
  '--attention-layers': '1,2,1',
  '--ffn-ratio': '2.7',
  '--norm-placement': 'post',
  '--slot-positions': 'compat',
};
const changed = Object.entries(flags).flat();
const withoutLayers = tinyModel.filter(
  (_, i) => !tinyModel.slice(i > 0 ? i - 1 : 0, i + 1).includes('--attention-layers'),
);

/** A call of `aam pretrain` or `aam train` on the study. */
function call(command: 'pretrain' | 'train', folder: string, own: readonly string[]): string[] {
  const target =
    command === 'train' ? ['--metadata', study.metadata, '--metadata-column', 'age'] : ['--tree', study.tree];
  const inputs = ['--table', study.table, '--sequences', study.sequences, ...target];
  return [command, ...inputs, ...shortRun, '--output-dir', study.path(folder), ...own];
}

beforeAll(async () => {
  study = await makeStudy();
  const { exitCode, stderr } = await aam(call('pretrain', 'encoder', [...withoutLayers, ...changed]));
  expect(exitCode, stderr).toBe(0);
});
afterAll(async () => study.remove());

describe('architecture flags', () => {
  it('decide the model, and with it the order of the ASVs', async () => {
    const { model, data } = await readCheckpoint(study.path('encoder/best.safetensors'));
    expect(model).toMatchObject({
      layers: { asv: 1, sample: 2, encoder: 1 },
      feedForwardWidth: 22,
      normPlacement: 'post',
      slotPositions: 'compat',
    });
    expect(data.slotOrder).toBe('table');
  });

  it('of training follow the pre-trained encoder, and may repeat but not contradict it', async () => {
    const encoder = ['--pretrained-encoder', study.path('encoder/best.safetensors')];
    const pretrained = await readCheckpoint(study.path('encoder/best.safetensors'));
    for (const repeated of [[], changed]) {
      const { exitCode, stderr } = await aam(call('train', 'run', [...encoder, ...repeated]));
      expect(exitCode, stderr).toBe(0);
      const { model, data } = await readCheckpoint(study.path('run/best.safetensors'));
      expect((model as { base: unknown }).base).toEqual(pretrained.model);
      expect(data.slotOrder).toBe('table');
    }
    const others = {
      '--attention-layers': '1',
      '--ffn-ratio': '4',
      '--norm-placement': 'pre',
      '--slot-positions': 'none',
    };
    for (const [flag, value] of Object.entries(others)) {
      const { exitCode, stderr } = await aam(call('train', 'refused', [...encoder, flag, value]));
      expect([exitCode, stderr]).toEqual([
        2,
        expect.stringContaining(`${flag}: ${value} was asked, the pre-trained encoder`),
      ]);
    }
  });

  it('have defaults of their own in training from scratch', async () => {
    const { exitCode, stderr } = await aam(call('train', 'scratch', tinyModel));
    expect(exitCode, stderr).toBe(0);
    const { model, data } = await readCheckpoint(study.path('scratch/best.safetensors'));
    expect((model as { base: unknown }).base).toMatchObject({
      layers: { asv: 1, sample: 1, encoder: 1 },
      feedForwardWidth: 32,
      normPlacement: 'pre',
      slotPositions: 'abundanceRank',
    });
    expect(data.slotOrder).toBe('abundance');
  });

  it.each(['1,2', '0', '1,2,3,4'])('refuse %s layers', async (layers) => {
    const { exitCode, stderr } = await aam(
      call('pretrain', 'refused', [...withoutLayers, '--attention-layers', layers]),
    );
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`--attention-layers: ${layers} was asked`)]);
  });
});
