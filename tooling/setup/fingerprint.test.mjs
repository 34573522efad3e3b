import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { contentHash, inputFiles, Stamps } from './fingerprint.mjs';

let base;
const put = (path, text) => {
  mkdirSync(join(base, path, '..'), { recursive: true });
  writeFileSync(join(base, path), text);
};

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'seq-fingerprint-'));
  put('src/b.ts', 'b');
  put('src/a.ts', 'a');
  put('src/node_modules/x.ts', 'x');
  put('dist/index.js', 'built');
});

describe('inputFiles', () => {
  it('lists files below folders, sorted, without installed and built ones', () => {
    expect(inputFiles(base, ['src', 'src/a.ts', 'missing'])).toEqual(['src/a.ts', 'src/b.ts']);
    expect(inputFiles(base, ['src'], { only: (name) => name.endsWith('b.ts') })).toEqual(['src/b.ts']);
  });
});

describe('contentHash', () => {
  it('changes with content, name and extras, not with the time of a file', () => {
    const first = contentHash(base, ['src/a.ts', 'src/b.ts']);
    utimesSync(join(base, 'src/a.ts'), 1, 1);
    expect(contentHash(base, ['src/a.ts', 'src/b.ts'])).toBe(first);
    expect(contentHash(base, ['src/a.ts'])).not.toBe(first);
    expect(contentHash(base, ['src/a.ts', 'src/b.ts'], ['v20'])).not.toBe(first);
    put('src/a.ts', 'ab');
    put('src/b.ts', '');
    expect(contentHash(base, ['src/a.ts', 'src/b.ts'])).not.toBe(first);
  });
});

describe('Stamps', () => {
  it('is current only after it was written with the same hash', () => {
    const stamps = new Stamps(base, '.cache');
    expect(stamps.isCurrent('bundle', 'h1', ['dist/index.js'])).toBe(false);
    stamps.write('bundle', 'h1', ['dist/index.js']);
    expect(stamps.isCurrent('bundle', 'h1', ['dist/index.js'])).toBe(true);
    expect(stamps.isCurrent('bundle', 'h2', ['dist/index.js'])).toBe(false);
    expect(stamps.isCurrent('addon', 'h1', ['dist/index.js'])).toBe(false);
  });

  it('is not current when an output was touched by somebody else or is gone', () => {
    const stamps = new Stamps(base, '.cache');
    stamps.write('bundle', 'h1', ['dist/index.js']);
    utimesSync(join(base, 'dist/index.js'), 5, 5);
    expect(stamps.isCurrent('bundle', 'h1', ['dist/index.js'])).toBe(false);
    stamps.write('bundle', 'h1', ['dist/index.js']);
    rmSync(join(base, 'dist/index.js'));
    expect(stamps.isCurrent('bundle', 'h1', ['dist/index.js'])).toBe(false);
    stamps.write('bundle', 'h1', ['dist/index.js']);
    expect(stamps.isCurrent('bundle', 'h1', ['dist/index.js'])).toBe(false);
  });
});
