// Tables of fields in docs/models against the configurations: every field, with its default.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultEncoderConfig, defaultPredictorConfig } from '@seq/model';
import { describe, expect, it } from 'vitest';

const page = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../docs/models/${name}`, import.meta.url)), 'utf8');

/** Rows of the table below the heading Configuration: field and default as written. */
function fieldsOf(text: string): readonly (readonly [field: string, written: string])[] {
  const section = /\n## Configuration\n([\s\S]*?)\n## /.exec(text)![1]!;
  const cells = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));
  return cells.map(([, field, written]) => [field!.replaceAll('`', ''), written!] as const);
}

/** A default as the tables write it. */
function written(value: unknown): string {
  if (typeof value === 'string') return `\`${value}\``;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value) && value.length === 0) return 'none';
  const parts = Object.entries(value).map(([key, part]) => `${key}: ${typeof part === 'string' ? `'${part}'` : part}`);
  return `\`{ ${parts.join(', ')} }\``;
}

describe('docs/models', () => {
  it.each<[string, object]>([
    ['sequence-encoder.md', defaultEncoderConfig],
    ['sequence-predictor.md', { ...defaultPredictorConfig, base: undefined }],
  ])('%s lists every field of the configuration with its default', (name, config) => {
    const fields = fieldsOf(page(name));
    const wanted = Object.entries(config).map(([field, value]) => [field, written(value)] as const);
    const found = fields.map(([field, text]) => [field, field === 'base' ? 'undefined' : text] as const);
    expect(new Map(found)).toEqual(new Map(wanted));
    expect(found.length).toBe(wanted.length);
  });

  it('names pages that exist', () => {
    for (const [, target] of page('README.md').matchAll(/\]\(([a-z-]+\.md)\)/g))
      expect(page(target!).length > 100).toBe(true);
  });
});
