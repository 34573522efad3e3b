// What a refused call must look like: its exit code, its sentences, and that it leaves nothing behind.
import { readdir, stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BadStudy, makeBadStudy } from './bad-study.js';
import { aam } from './fake-terminal.js';

/** A call that must be refused. */
export interface Refusal {
  /** What is wrong; completes "aam refuses". */
  readonly what: string;
  readonly argv: (study: BadStudy) => string[];
  readonly exitCode: 1 | 2;
  /** What was asked or found, and what to do. */
  readonly says: readonly RegExp[];
}

/** Every file below the study with its size and the moment of its last change. */
async function traces({ folder, path }: BadStudy): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const facts = names.map(async (name) => {
    const { size, mtimeMs } = await stat(path(name));
    return `${name} ${size} ${mtimeMs}`;
  });
  return (await Promise.all(facts)).sort();
}

/** Tests of refusals, by group, on one study. */
export function testRefusals(groups: Readonly<Record<string, readonly Refusal[]>>): void {
  let study: BadStudy;
  beforeAll(async () => {
    study = await makeBadStudy();
  });
  afterAll(() => study.remove());
  describe.each(Object.entries(groups))('%s', (_, refusals) => {
    it.each(refusals)('aam refuses $what, says why and what to do, and writes nothing', async (refusal) => {
      const before = await traces(study);
      const { exitCode, stdout, stderr } = await aam(refusal.argv(study));
      expect([exitCode, stdout], stderr).toEqual([refusal.exitCode, '']);
      for (const sentence of refusal.says) expect(stderr).toMatch(sentence);
      expect(stderr).toMatch(/^aam: /m);
      expect(stderr).not.toMatch(/\n\s+at |fault of the program|\[object|undefined/);
      expect(await traces(study)).toEqual(before);
    });
  });
}
