import { SeqError } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { categoricalSchema, schemaWidth } from './categorical-schema.js';

describe('categoricalSchema', () => {
  it('sorts columns by name and fills in what is left out', () => {
    const schema = categoricalSchema([
      { name: 'site', cardinality: 4 },
      { name: 'Age', cardinality: 3, embeddingWidth: 2, isRequired: true },
    ]);
    expect(schema).toEqual([
      { name: 'Age', cardinality: 3, embeddingWidth: 2, isRequired: true },
      { name: 'site', cardinality: 4, embeddingWidth: 16, isRequired: false },
    ]);
    expect(schemaWidth(schema)).toBe(18);
  });

  it.each([
    ['an empty name', [{ name: '', cardinality: 1 }]],
    [
      'a name twice',
      [
        { name: 'a', cardinality: 1 },
        { name: 'a', cardinality: 2 },
      ],
    ],
    ['no index at all', [{ name: 'a', cardinality: 0 }]],
    ['a broken width', [{ name: 'a', cardinality: 1, embeddingWidth: 1.5 }]],
    ['a requirement that is no truth value', [{ name: 'a', cardinality: 1, isRequired: 'yes' as unknown as boolean }]],
    ['a parent that is no text', [{ name: 'a', cardinality: 1, parent: 3 as unknown as string }]],
    ['a parent that is no column', [{ name: 'a', cardinality: 1, parent: 'b' }]],
    ['a column as its own parent', [{ name: 'a', cardinality: 1, parent: 'a' }]],
    [
      'parents in a circle',
      [
        { name: 'a', cardinality: 1, parent: 'b' },
        { name: 'b', cardinality: 1, parent: 'a' },
      ],
    ],
    [
      'a width that is not that of the parent',
      [
        { name: 'a', cardinality: 1, parent: 'b', embeddingWidth: 3 },
        { name: 'b', cardinality: 1 },
      ],
    ],
  ])('refuses %s', (_, columns) => {
    expect(() => categoricalSchema(columns)).toThrow(SeqError);
    expect(() => categoricalSchema(columns)).toThrow(/categoricalSchema: /);
  });
});
