import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../../test/fixtures.js';
import { decodeClasses, encodeClasses, fitClassLabels, oneHotClasses } from './class-labels.js';
import { fitCategoryTransform, fitTargetTransform } from './fit-target-transform.js';
import { parseTargetTransform } from './parse-target-transform.js';
import { applyTargetTransforms, invertTargetTransforms, parseTargetColumns } from './several-targets.js';
import { targetTransformKinds } from './target-transform.js';

const values = [3, 1, 4, 1, 5];
const everyTransform = [
  ...targetTransformKinds.map((kind) => fitTargetTransform(kind, values)),
  fitCategoryTransform(values, { categories: ['b', 'a', 'b', null, 'a'] }),
];

describe('parseTargetTransform', () => {
  it.each(everyTransform)('takes $kind back from JSON', (transform) => {
    expect(parseTargetTransform(JSON.parse(JSON.stringify(transform)))).toEqual(transform);
  });

  it.each(everyTransform)(
    'refuses $kind with a field less, a field more, or a number that is none',
    async (transform) => {
      const fields = Object.entries(transform);
      for (let i = 0; i < fields.length; i++) {
        const without = Object.fromEntries(fields.filter((_, j) => j !== i));
        expect(await codeOf(() => parseTargetTransform(without))).toBe('TRANSFORM_INVALID');
        const spoiled = Object.fromEntries(fields.map(([key, value], j) => [key, j === i ? null : value]));
        expect(await codeOf(() => parseTargetTransform(spoiled))).toBe('TRANSFORM_INVALID');
      }
      expect(await codeOf(() => parseTargetTransform({ ...transform, more: 1 }))).toBe('TRANSFORM_INVALID');
    },
  );

  it.each([
    [null],
    [[]],
    ['zscore'],
    [{ kind: 'sqrt' }],
    [{ kind: 'minmax', minimum: 2, maximum: 1 }],
    [{ kind: 'zscore', mean: 0, standardDeviation: -1 }],
    [{ kind: 'zscore', mean: Number.NaN, standardDeviation: 1 }],
    [{ kind: 'rank-gauss', values: [1, 1], scores: [0, 1] }],
    [{ kind: 'rank-gauss', values: [1, 2], scores: [1, 0] }],
    [{ kind: 'rank-gauss', values: [1, 2], scores: [1] }],
    [{ kind: 'rank-gauss', values: [], scores: [] }],
    [{ kind: 'zscore-category', mean: 0, standardDeviation: 1, shrinkage: 0, categories: [{ category: 'a' }] }],
    [
      {
        kind: 'zscore-category',
        mean: 0,
        standardDeviation: 1,
        shrinkage: 0,
        categories: ['b', 'a'].map((category) => ({ category, count: 1, mean: 0, standardDeviation: 1 })),
      },
    ],
  ])('refuses %j', async (data) => {
    expect(await codeOf(() => parseTargetTransform(data))).toBe('TRANSFORM_INVALID');
  });

  it('for any JSON, gives a transform or a refusal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.constantFrom(...everyTransform), async (json, transform) => {
        const keys = Object.keys(transform);
        const mixed = { ...transform, [keys[keys.length - 1]!]: json };
        for (const data of [json, mixed]) {
          let parsed: unknown;
          const code = await codeOf(() => {
            parsed = parseTargetTransform(data);
            throw Object.assign(new Error('taken'), { name: 'SeqError', code: 'taken' });
          });
          if (code === 'taken') expect(parsed).toEqual(data);
          else expect(code).toBe('TRANSFORM_INVALID');
        }
      }),
    );
  });
});

describe('several targets', () => {
  const targets = [
    { column: 'age', transform: fitTargetTransform('zscore', [1, 2, 6]) },
    { column: 'ph', transform: fitTargetTransform('minmax', [4, 8]) },
  ];

  it('stand sample by sample in one block, each scaled by its own transform, and come back', () => {
    const block = applyTargetTransforms(targets, [
      [1, 2, 6],
      [4, 6, 8],
    ]);
    expect([block[1], block[3], block[5]]).toEqual([0, 0.5, 1]);
    expect(Math.abs(block[0]! + block[2]! + block[4]!)).toBeLessThanOrEqual(1e-12);
    const [ages, acidities] = invertTargetTransforms(targets, block);
    expect([...acidities!]).toEqual([4, 6, 8]);
    [1, 2, 6].forEach((age, i) => {
      expect(Math.abs(ages![i]! - age)).toBeLessThanOrEqual(1e-12);
    });
    expect(parseTargetColumns(JSON.parse(JSON.stringify(targets)))).toEqual(targets);
  });

  it('name the column of a wrong value, and refuse other numbers of arrays or predictions', async () => {
    const call = () => applyTargetTransforms(targets, [[1], [Number.NaN]]);
    expect(call).toThrow('Target "ph": applyTargetTransform: 1 of 1 target values are no finite numbers');
    expect(await codeOf(call)).toBe('TARGET_NOT_FINITE');
    expect(await codeOf(() => applyTargetTransforms(targets, [[1]]))).toBe('OPTION_INVALID');
    expect(await codeOf(() => applyTargetTransforms(targets, [[1], [1, 2]]))).toBe('OPTION_INVALID');
    expect(await codeOf(() => invertTargetTransforms(targets, [1, 2, 3]))).toBe('OPTION_INVALID');
    expect(() => parseTargetColumns([{ column: 'a', transform: { kind: 'x' } }])).toThrow('Target "a": ');
    for (const data of [[], {}, [{ transform: { kind: 'none' } }], [null], [targets[0], targets[0]]]) {
      expect(await codeOf(() => parseTargetColumns(data))).toBe('TRANSFORM_INVALID');
    }
  });
});

describe('class labels', () => {
  it('for any texts of at least two classes, number them in sorted order and back', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 2 }), (texts) => {
        fc.pre(new Set(texts).size >= 2);
        const labels = fitClassLabels(texts);
        expect(labels.classes).toEqual([...new Set(texts)].sort());
        expect(decodeClasses(labels, encodeClasses(labels, texts))).toEqual(texts);
      }),
    );
  });

  it('become one array per class, 1 for its samples', async () => {
    const labels = fitClassLabels(['ill', 'well', 'tired']);
    const columns = oneHotClasses(labels, encodeClasses(labels, ['well', 'ill', 'well']));
    expect(columns.map((column) => [...column])).toEqual([
      [0, 1, 0],
      [0, 0, 0],
      [1, 0, 1],
    ]);
    expect(await codeOf(() => oneHotClasses(labels, [3]))).toBe('OPTION_INVALID');
  });

  it('name the first sample without a class or with one that training did not have', async () => {
    const labels = fitClassLabels(['ill', 'well']);
    const unknown = () => encodeClasses(labels, ['ill', 'tired'], { sampleIds: ['s1', 's2'] });
    expect(unknown).toThrow(
      '1 sample of 2 of a class that training did not have (first: "tired" for sample "s2"; known: "ill", "well")',
    );
    expect(await codeOf(unknown)).toBe('TARGET_CLASS_UNKNOWN');
    const missing = () => fitClassLabels(['ill', null], { sampleIds: ['s1', 's2'] });
    expect(missing).toThrow('1 sample of 2 without a class (first: sample "s2")');
    expect(await codeOf(missing)).toBe('TARGET_MISSING');
    expect(await codeOf(() => fitClassLabels(['ill', 'ill']))).toBe('TRANSFORM_UNDEFINED');
    expect(await codeOf(() => decodeClasses(labels, [2]))).toBe('OPTION_INVALID');
  });
});
