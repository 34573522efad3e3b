import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClassPredictionRow, classReport, formatClassMetrics } from './class-report.js';
import { confusionFigure } from './confusion-figure.js';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Rows of a model that gives probabilities of two classes. */
const rows: readonly ClassPredictionRow[] = [
  ['a', 'gut', 0.9],
  ['b', 'gut', 0.4],
  ['c', 'skin', 0.4],
  ['d', 'skin', 0.1],
  ['e', undefined, 0.7],
].map(([sampleId, actual, gut]) => ({
  sampleId: sampleId as string,
  actual: actual as string | undefined,
  predicted: (gut as number) >= 0.5 ? 'gut' : 'skin',
  probabilities: new Map([
    ['gut', gut as number],
    ['skin', 1 - (gut as number)],
  ]),
}));

describe('classReport', () => {
  it('scores every model on its samples with an actual class', () => {
    const report = classReport([{ name: 'model', rows }], { target: 'site' });
    const [model] = report.models;
    expect(report).toMatchObject({ target: 'site', classes: ['gut', 'skin'] });
    expect(model).toMatchObject({ sampleCount: 4, accuracy: 0.75, auc: 0.875 });
    expect(model!.confusion).toEqual([
      [1, 1],
      [0, 2],
    ]);
    expect(model!.precision).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect(model!.recall).toBeCloseTo((1 / 2 + 1) / 2, 12);
    expect(model!.f1).toBeCloseTo((2 / 3 + 4 / 5) / 2, 12);
    expect(model!.perClass[1]).toMatchObject({ name: 'skin', support: 2, recall: 1 });
    expect(formatClassMetrics(report)).toBe(
      'model\tsamples\taccuracy\tprecision\trecall\tf1\tauc\nmodel\t4\t0.75\t0.8333333\t0.75\t0.7333333\t0.875\n',
    );
  });

  it('for any classes, gives what counting by hand gives', () => {
    const name = fc.constantFrom('w', 'x', 'y', 'z');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, name), { minLength: 1, maxLength: 30 }), (pairs) => {
        const given = pairs.map(([actual, predicted], i) => ({ sampleId: `s${i}`, actual, predicted }));
        const { classes, models } = classReport([{ name: 'm', rows: given }], { target: 't' });
        const [model] = models;
        expect(classes).toEqual([...new Set(pairs.flat())].sort());
        const occurring = [...new Set(pairs.map(([actual]) => actual))];
        const recalls = occurring.map((one) =>
          mean(pairs.filter(([a]) => a === one).map(([, p]) => Number(p === one))),
        );
        const precisions = occurring.map((one) => {
          const said = pairs.filter(([, p]) => p === one);
          return said.length === 0 ? 0 : mean(said.map(([a]) => Number(a === one)));
        });
        const f1 = recalls.map((r, i) => (r === 0 ? 0 : (2 * r * precisions[i]!) / (r + precisions[i]!)));
        expect(model!.accuracy).toBeCloseTo(mean(pairs.map(([a, p]) => Number(a === p))), 12);
        expect(model!.recall).toBeCloseTo(mean(recalls), 12);
        expect(model!.precision).toBeCloseTo(mean(precisions), 12);
        expect(model!.f1).toBeCloseTo(mean(f1), 12);
        expect(model!.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(pairs.length);
        expect(model).not.toHaveProperty('auc');
      }),
    );
  });

  it('has no area under the curve for three classes, and leaves its cell empty beside a model that has one', () => {
    const plain = rows.map(({ probabilities: _probabilities, ...row }) => row);
    const both = classReport(
      [
        { name: 'a', rows },
        { name: 'b', rows: plain },
      ],
      { target: 't' },
    );
    expect(formatClassMetrics(both).split('\n')[2]).toMatch(/^b\t4\t.*\t$/);
    const three = [
      ...rows,
      { sampleId: 'f', actual: 'oral', predicted: 'gut', probabilities: new Map([['gut', 0.8]]) },
    ];
    expect(classReport([{ name: 'a', rows: three }], { target: 't' }).models[0]).not.toHaveProperty('auc');
  });

  it('refuses a model without known classes, and what are no probabilities', () => {
    const refused = expect.objectContaining({ code: 'REPORT_INPUT' });
    expect(() => classReport([{ name: 'm', rows: [rows[4]!] }], { target: 't' })).toThrow(refused);
    const odd = { ...rows[0]!, probabilities: new Map([['gut', 1.5]]) };
    expect(() => classReport([{ name: 'm', rows: [odd] }], { target: 't' })).toThrow(refused);
  });
});

describe('confusionFigure', () => {
  const report = classReport(
    [
      { name: 'Seq <model>', rows },
      { name: 'other', rows },
    ],
    { target: 'site' },
  );
  const figure = confusionFigure(report);

  it('writes the count of every cell that has samples, inside its panel, darker for a larger share of the row', () => {
    const cells = [...figure.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="170" height="170" fill="(#\w+)"/g)];
    expect(cells.map(([, , , fill]) => fill)).toEqual([...Array(2)].flatMap(() => ['#80b9d9', '#80b9d9', '#0072b2']));
    const counts = [...figure.matchAll(/font-size="13" text-anchor="middle" fill="[^"]+">(\d+)</g)];
    expect(counts.map(([, count]) => count)).toEqual(['1', '1', '2', '1', '1', '2']);
    const [, width = '0', height = '0'] = figure.match(/viewBox="0 0 ([\d.]+) ([\d.]+)"/)!;
    for (const [, x, y] of cells) {
      expect(Number(x) + 170 <= Number(width) && Number(y) + 170 <= Number(height)).toBe(true);
    }
  });

  it('is well-formed and names classes, target and scores', () => {
    expect(figure).toContain('Seq &lt;model&gt;');
    for (const said of [
      '>actual site<',
      '>predicted site<',
      '>gut<',
      '>skin<',
      '>accuracy 0.75, F1 0.73, AUC 0.88, n = 4<',
    ]) {
      expect(figure).toContain(said);
    }
    const open: string[] = [];
    for (const [, closing, name, selfClosing] of figure.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (closing) expect(open.pop()).toBe(name);
      else if (!selfClosing) open.push(name!);
    }
    expect(open).toEqual([]);
  });

  it('grows with the classes, sets long names upright and cuts very long ones', () => {
    const many = Array.from({ length: 40 }, (_, i) => `a class with a long name, number ${i}`);
    const each = many.map((actual, i) => ({ sampleId: `s${i}`, actual, predicted: actual }));
    const large = confusionFigure(classReport([{ name: 'm', rows: each }], { target: 't' }));
    expect(Number(large.match(/viewBox="0 0 ([\d.]+)/)![1])).toBeGreaterThan(40 * 26);
    expect(large).toContain('rotate(-90)" font-size="11" text-anchor="end">a class with a long nam\u2026<');
    expect(() => confusionFigure({ ...report, models: [] })).toThrow(expect.objectContaining({ code: 'REPORT_INPUT' }));
  });
});
