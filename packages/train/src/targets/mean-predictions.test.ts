import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Predictions } from '../predict.js';
import { meanPredictions } from './mean-predictions.js';

const nothing = { more: {}, unseen: [], ofUnknownCategory: [], belowDepth: [], withoutReads: [] };

function numbers(values: readonly number[], changes: Partial<Predictions> = {}): Predictions {
  const sampleIds = values.map((_, i) => `s${i}`);
  const predicted = Float64Array.from(values);
  return { ...nothing, column: 'age', sampleIds, predicted, quantiles: [], classes: [], ...changes };
}

function classes(...probabilities: readonly (readonly number[])[]): Predictions {
  const names = ['gut', 'skin', 'soil'];
  const found = names.map((name, k) => ({ name, values: Float64Array.from(probabilities, (row) => row[k]!) }));
  const likely = probabilities.map((row) => row.indexOf(Math.max(...row)));
  return numbers(likely, { column: 'site', classes: found });
}

describe('meanPredictions', () => {
  it('of one model is what it says', () => {
    const alone = numbers([1, 2.5], { ofUnknownCategory: ['s1'] });
    expect(meanPredictions([alone])).toEqual(alone);
  });

  it('lies between the predictions of its members, and does not depend on their order', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 5 }), (rows) => {
        const members = rows.map((row) => numbers(row));
        const { predicted } = meanPredictions(members);
        const turned = meanPredictions([...members].reverse()).predicted;
        for (const [i, mean] of predicted.entries()) {
          const said = rows.map((row) => row[i]!);
          const slack = 1e-9 * Math.max(1, ...said.map(Math.abs));
          expect(mean >= Math.min(...said) - slack && mean <= Math.max(...said) + slack).toBe(true);
          expect(Math.abs(mean - turned[i]!)).toBeLessThanOrEqual(slack);
        }
      }),
    );
  });

  it('averages probabilities, whose most likely class may be the first choice of none', () => {
    const mean = meanPredictions([classes([0.5, 0.45, 0.05]), classes([0.05, 0.45, 0.5])]);
    expect([...mean.predicted]).toEqual([1]);
    expect(mean.classes.map(({ values }) => values[0]!.toFixed(3))).toEqual(['0.275', '0.450', '0.275']);
  });

  it('averages each quantile and each further target', () => {
    const member = (shift: number): Predictions => ({
      ...numbers([shift]),
      quantiles: [{ quantile: 0.9, values: Float64Array.of(shift + 1) }],
      more: { bmi: { ...numbers([10 * shift]), column: 'bmi' } },
    });
    const mean = meanPredictions([member(1), member(2), member(6)]);
    expect([mean.predicted[0], mean.quantiles[0]!.values[0], mean.more.bmi!.predicted[0]]).toEqual([3, 4, 30]);
  });

  it('names every sample of a category that some model does not know', () => {
    const members = [['s0'], ['s1', 's0']].map((ofUnknownCategory) => numbers([0, 0], { ofUnknownCategory }));
    expect(meanPredictions(members).ofUnknownCategory).toEqual(['s0', 's1']);
  });

  it.each([
    ['nothing', [], /no predictions/],
    ['another column', [numbers([1]), numbers([1], { column: 'pH' })], /model 1 predicts "age", model 2 predicts "pH"/],
    ['another form', [numbers([1]), { ...classes([1, 0, 0]), column: 'age' }], /model 2 predicts "age", class gut/],
    ['another sample', [numbers([1]), numbers([1], { sampleIds: ['t'] })], /"s0" and "t"/],
    ['fewer samples', [numbers([1, 2]), numbers([1])], /predicts 2 samples, model 2 predicts 1, .* "s1" and ""/],
  ])('refuses %s', (_what, members, message) => {
    expect(() => meanPredictions(members)).toThrow(message);
    expect(() => meanPredictions(members)).toThrow(expect.objectContaining({ code: 'CHECKPOINT_MISMATCH' }));
  });
});
