import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadRegistry, type Registry } from './registry.js';
import { closingLine, failureLines, skippedLines, succeeded } from './report.js';
import { runVectors } from './runner.js';
import type { VectorCase } from './vector-set.js';

const fixture = (path: string): string => fileURLToPath(new URL(`./fixtures/${path}`, import.meta.url));
const vectors = fixture('vectors');
const registry: Registry = await loadRegistry(fixture('sets'));

function registryOf(...cases: VectorCase[]): Registry {
  const list = async function* (): AsyncGenerator<VectorCase> {
    yield* cases;
  };
  return { sets: new Map([['numbers', { folder: 'numbers', cases: list }]]), broken: [] };
}

describe('runVectors', () => {
  it('passes, fails and skips each case for its own reason', async () => {
    const outcomes = await runVectors(vectors, registry);
    expect(outcomes.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      'skipped numbers/complex',
      'passed numbers/good',
      'failed numbers/not_a_number',
      'failed numbers/off',
      'skipped numbers/orphan',
      'skipped unread/one',
    ]);
    expect(closingLine(outcomes)).toBe('1 passed, 2 failed, 3 skipped');
    expect(succeeded(outcomes)).toBe(false);
    expect(outcomes.flatMap(failureLines)).toEqual([
      'FAILED numbers/not_a_number',
      '  roots: 1 of 3 off; worst at index 1: got NaN, want 2, difference NaN, allowed 2.00e-9',
      'FAILED numbers/off',
      '  roots: 1 of 3 off; worst at index 2: got 3, want 3.001, difference 1.00e-3, allowed 3.00e-9',
    ]);
    expect(skippedLines(outcomes)).toEqual([
      'skipped 1, numbers: complex roots are not built yet (first: complex)',
      'skipped 1, numbers: no case of the set reads this file (first: orphan)',
      'skipped 1, unread: no set reads the topic "unread" yet (first: one)',
    ]);
  });

  it('runs one topic folder when it is given that folder itself', async () => {
    const outcomes = await runVectors(join(vectors, '03_numbers'), registry, { only: 'good' });
    expect(outcomes).toEqual([{ name: 'numbers/good', kind: 'passed' }]);
    expect(closingLine(outcomes)).toBe('1 passed, 0 failed');
    expect(succeeded(outcomes)).toBe(true);
  });

  it('does not succeed when nothing ran', async () => {
    expect(succeeded(await runVectors(vectors, registry, { only: 'no such case' }))).toBe(false);
    expect(succeeded(await runVectors(vectors, { sets: new Map(), broken: [] }))).toBe(false);
    await expect(runVectors(join(tmpdir(), 'seq-no-such-folder'), registry)).rejects.toThrow('does not exist');
    expect(succeeded(await runVectors(mkdtempSync(join(tmpdir(), 'seq-empty-')), registry))).toBe(false);
  });

  it('fails a case that throws, that compares nothing, or that appears twice', async () => {
    const outcomes = await runVectors(
      vectors,
      registryOf(
        { name: 'good', run: () => Promise.reject(new Error('broken off')) },
        { name: 'off', run: () => {} },
        { name: 'orphan', run: (check) => check.equal('one', 1, 1) },
        { name: 'orphan', run: (check) => check.equal('one', 1, 1) },
      ),
      { only: 'numbers' },
    );
    expect(closingLine(outcomes)).toBe('1 passed, 3 failed, 2 skipped');
    expect(failureLines(outcomes[0]!).join('\n')).toContain('threw Error: broken off');
    expect(failureLines(outcomes[1]!)).toContain('  made no comparison');
  });

  it('fails a set that cannot list its cases, and a module that exports no set', async () => {
    const cases = async function* (): AsyncGenerator<VectorCase> {
      yield await Promise.reject(new Error('no such column'));
    };
    const listed = await runVectors(vectors, {
      sets: new Map([['numbers', { folder: 'numbers', cases }]]),
      broken: [],
    });
    expect(closingLine(listed)).toBe('0 passed, 1 failed, 1 skipped');
    const broken = await runVectors(vectors, await loadRegistry(fixture('broken-sets')));
    expect(failureLines(broken[0]!)[0]).toBe('FAILED sets/nameless.ts');
    expect(succeeded(broken)).toBe(false);
    const other = await runVectors(
      vectors,
      { ...registry, broken: [{ file: 'less-used.ts', reason: 'x' }] },
      { only: 'numbers/good' },
    );
    expect(closingLine(other)).toBe('1 passed, 0 failed');
    const same = await runVectors(
      vectors,
      { ...registry, broken: [{ file: 'less-used.ts', reason: 'x' }] },
      { only: 'less_used' },
    );
    expect(closingLine(same)).toBe('0 passed, 1 failed');
  });
});

describe('loadRegistry', () => {
  it('loads every set of the repository', async () => {
    expect((await loadRegistry()).broken).toEqual([]);
  });
});
