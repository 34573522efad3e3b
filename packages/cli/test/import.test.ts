// `aam import`: files of PyTorch become checkpoints that the other commands take.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCheckpoint } from '@seq/train';
import { afterAll, describe, expect, it } from 'vitest';
import { aam } from './fake-terminal.js';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../train/test/fixtures/reference/${name}`, import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'seq-aam-import-'));
const output = join(scratch, 'imported.safetensors');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('aam import', () => {
  it('writes a checkpoint, and says what it assumed', async () => {
    const given = ['--metadata-column', 'age', '--target-transform', 'zscore', '--target-statistics', '40,12.5'];
    const { exitCode, stdout, stderr } = await aam(['import', fixture('final_model.pt'), '--output', output, ...given]);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/predictor with [\d,]+ parameters in \d+ arrays\n$/)]);
    expect(stderr).toContain('does not say to how many reads samples were rarefied');
    expect(stderr).not.toContain('on the scale of training');
    const checkpoint = await readCheckpoint(output);
    expect(checkpoint.target).toMatchObject({
      column: 'age',
      transform: { kind: 'zscore', mean: 40, standardDeviation: 12.5 },
    });
    const inspected = await aam(['inspect', output]);
    expect([inspected.exitCode, inspected.stdout]).toEqual([0, expect.stringContaining('predictor')]);
  });

  it('reads files that aam inspect tells apart', async () => {
    const { exitCode, stdout } = await aam(['inspect', fixture('final_model.pt')]);
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringMatching(/state dict of PyTorch[\s\S]*`aam import` makes a checkpoint/),
    ]);
    const hostile = await aam(['inspect', fixture('hostile.pt')]);
    expect([hostile.exitCode, hostile.stderr]).toEqual([1, expect.stringContaining('asks for the Python object')]);
  });

  it.each([
    [['hostile.pt'], 1, /asks for the Python object "(posix|os)\.system"/],
    [['legacy.pt'], 1, /before 1\.6/],
    [['nowhere.pt'], 1, /There is no file/],
    [['final_model.pt', '--target-transform', 'minmax'], 2, /needs --target-statistics minimum,maximum/],
    [['final_model.pt', '--target-statistics', '1,2'], 2, /belongs to a --target-transform/],
    [['final_model.pt', '--target-transform', 'zscore', '--target-statistics', '1,0'], 2, /must be above 0/],
    [['final_model.pt', '--attention-heads', '3'], 1, /heads/],
  ])('refuses %j and writes nothing', async ([name = '', ...flags], code, words) => {
    const path = join(scratch, 'refused.safetensors');
    const { exitCode, stderr } = await aam(['import', fixture(name), '--output', path, ...flags]);
    expect([exitCode, stderr]).toEqual([code, expect.stringMatching(words)]);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(existsSync(path)).toBe(false);
  });
});
