import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileWhole } from '../write-file-whole.js';
import { axisTicks } from './axis-ticks.js';
import { formatPredictions } from './format-predictions.js';
import { formatMetrics, metricsReport } from './metrics-report.js';
import { predictionFigure } from './prediction-figure.js';

const rows = [
  { sampleId: 'a', actual: 1, predicted: 2.0000000001 },
  { sampleId: 'b', actual: 3, predicted: 1 / 3 },
];

describe('formatPredictions', () => {
  it('writes one line per sample with seven significant digits', () => {
    expect(formatPredictions(rows)).toBe('sample_id\tactual\tpredicted\na\t1\t2\nb\t3\t0.3333333\n');
  });

  it('leaves the column of actual values out if there is none, and a cell empty if one is missing', () => {
    expect(formatPredictions([{ sampleId: 'a', predicted: 2 }])).toBe('sample_id\tpredicted\na\t2\n');
    expect(formatPredictions([rows[0]!, { sampleId: 'c', predicted: 4 }])).toContain('\nc\t\t4\n');
  });

  it('refuses ids that would break the table', () => {
    const broken = () => formatPredictions([{ sampleId: 'a\tb', predicted: 1 }]);
    expect(broken).toThrow(expect.objectContaining({ code: 'REPORT_INPUT' }));
  });
});

describe('metricsReport', () => {
  it('scores every model on its samples with an actual value', () => {
    const report = metricsReport(
      [
        { name: 'model', rows: [...rows, { sampleId: 'c', predicted: 9 }] },
        { name: 'random forest', rows: [{ sampleId: 'a', actual: 1, predicted: 1 }] },
      ],
      { target: 'age', unit: 'months' },
    );
    expect(report.models[0]).toMatchObject({ name: 'model', sampleCount: 2 });
    expect(report.models[0]?.mae).toBeCloseTo((1 + 8 / 3) / 2, 9);
    expect(formatMetrics(report)).toBe(
      'model\tsamples\tmae\trmse\tr2\nmodel\t2\t1.833333\t2.013841\t-3.055556\nrandom forest\t1\t0\t0\t0\n',
    );
  });
});

describe('axisTicks', () => {
  it('for any values, covers them with few round ticks at equal distances', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
        const span = Math.max(...values) - Math.min(...values);
        fc.pre(span === 0 || span > 1e-6);
        const { low, high, values: ticks } = axisTicks(values);
        const slack = 1e-9 * (1 + Math.abs(low) + Math.abs(high));
        expect(low <= Math.min(...values) + slack && high >= Math.max(...values) - slack).toBe(true);
        expect(ticks.length >= 2 && ticks.length <= 9).toBe(true);
      }),
    );
  });

  it('takes steps of 1, 2 or 5', () => {
    expect(axisTicks([0.2, 23]).values).toEqual([0, 5, 10, 15, 20, 25]);
    expect(axisTicks([0, 0.31])).toMatchObject({ values: [0, 0.1, 0.2, 0.3, 0.4], decimals: 1 });
  });
});

describe('predictionFigure', () => {
  const panel = { title: 'Seq <model>', actual: [1, 12, 20], predicted: [3, 10, 16] };
  const figure = predictionFigure([panel, { ...panel, title: 'Random forest' }], {
    target: 'month_of_life',
    unit: 'months',
    title: 'Held-out infants',
  });

  it('draws every sample once per panel, inside the panel', () => {
    const points = [...figure.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)];
    expect(points).toHaveLength(6);
    expect(points.every(([, x, y]) => Number(x) >= 78 && Number(x) <= 800 && Number(y) >= 98 && Number(y) <= 438)).toBe(
      true,
    );
  });

  it('names target and unit on both axes and the scores of each panel', () => {
    expect(figure).toContain('>actual month_of_life (months)<');
    expect(figure).toContain('>predicted month_of_life (months)<');
    expect(figure.match(/MAE 2.67 months, RMSE 2.83 months, R\u00B2 0.87, n = 3</g)?.length).toBeGreaterThanOrEqual(2);
  });

  it('is well-formed: tags balance and text is escaped', () => {
    expect(figure).toContain('Seq &lt;model&gt;');
    const open: string[] = [];
    for (const [, closing, name, selfClosing] of figure.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (closing) expect(open.pop()).toBe(name);
      else if (!selfClosing) open.push(name!);
    }
    expect(open).toEqual([]);
  });

  it('places equal values on the line of equality', () => {
    const single = predictionFigure([{ title: 'm', actual: [0, 5, 10], predicted: [0, 5, 10] }], { target: 't' });
    for (const [, x, y] of single.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)) {
      expect(Number(x) - 78 + (Number(y) - 64)).toBeCloseTo(340, 1);
    }
  });

  it('refuses panels it cannot draw', () => {
    const refused = expect.objectContaining({ code: 'REPORT_INPUT' });
    expect(() => predictionFigure([], { target: 't' })).toThrow(refused);
    expect(() => predictionFigure([{ title: 'm', actual: [], predicted: [] }], { target: 't' })).toThrow(refused);
    expect(() => predictionFigure([{ title: 'm', actual: [1], predicted: [Number.NaN] }], { target: 't' })).toThrow(
      refused,
    );
    expect(() => predictionFigure([{ title: 'm', actual: [1], predicted: [] }], { target: 't' })).toThrow(refused);
  });
});

describe('writeFileWhole', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seq-report-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('makes folders, replaces an old file and leaves nothing else behind', async () => {
    const path = join(folder, 'deep/er/file.txt');
    await writeFileWhole(path, 'old');
    await writeFileWhole(path, 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readdir(join(folder, 'deep/er'))).toEqual(['file.txt']);
  });

  it('cleans up when the final name cannot be taken', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(writeFileWhole(join(folder, 'file/below'), 'x')).rejects.toThrow();
    await expect(writeFileWhole(folder, 'x')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['file']);
  });
});
