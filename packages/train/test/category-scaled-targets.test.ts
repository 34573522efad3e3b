// Targets on the scale of each category: learned, kept in the checkpoint, and brought back by `predict`.
import { fitCategoryTransform, fitTargetTransform, joinCategories } from '@seq/data';
import { describe, expect, it } from 'vitest';
import { FineTuningObjective, predict, readCheckpoint, TargetValues, Trainer } from '../src/index.js';
import { newPredictor, sequences, smallTargets } from './small-community.js';
import { datasets, newFolder, runOptions, table } from './training-runs.js';

const values = smallTargets(table);
const columns = new Map([
  ['study', table.sampleIds.map((_, i) => ['A', 'B', null][i % 3]!)],
  ['run', table.sampleIds.map((_, i) => (i % 2 === 0 ? '1' : '2'))],
]);
const joined = joinCategories([...columns.values()]);
const ofSample = new Map(table.sampleIds.map((id, i) => [id, joined[i]!]));
const trainingIds = datasets.training.sampleIds;
const transform = fitCategoryTransform(
  trainingIds.map((id) => values.get(id)!),
  { categories: trainingIds.map((id) => ofSample.get(id)), shrinkage: 2 },
);
const categories = { columns: ['study', 'run'], ofSample };

async function checkpointOf(targets: TargetValues) {
  const { store, predictor } = newPredictor();
  const objective = new FineTuningObjective({ store, predictor, targets });
  const trainer = new Trainer(objective, { ...runOptions, directory: newFolder() });
  const { checkpoints, history, best } = await trainer.run();
  const validationMae = history[best.epoch - 1]!.validation!.metrics.mae!;
  return { checkpoint: await readCheckpoint(checkpoints!.best), validationMae };
}

describe('a target on the scale of each category', () => {
  it('is learned, kept in the checkpoint, and predicted in its own unit', async () => {
    const { checkpoint, validationMae } = await checkpointOf(
      new TargetValues({ column: 'age', values, transform, categories }),
    );
    expect(checkpoint.target).toMatchObject({ transform, normalizeBy: ['study', 'run'] });
    const found = await predict(checkpoint, { table, sequences, categories: columns });
    const { normalizeBy: _columns, ...plain } = checkpoint.target!;
    const scaled = await predict(
      { ...checkpoint, kind: 'predictor', target: { ...plain, transform: { kind: 'none' } } } as typeof checkpoint,
      { table, sequences },
    );
    const known = new Map(transform.categories.map((of) => [of.category, of]));
    table.sampleIds.forEach((id, i) => {
      const { mean, standardDeviation } = known.get(ofSample.get(id) ?? '') ?? transform;
      const expected = scaled.predicted[i]! * standardDeviation + mean;
      expect(Math.abs(found.predicted[i]! - expected) <= 1e-9 * Math.abs(expected)).toBe(true);
    });
    const validation = datasets.validation.sampleIds;
    const errors = validation.map((id) => Math.abs(found.predicted[table.sampleIndex(id)!]! - values.get(id)!));
    const mae = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    expect(Math.abs(mae - validationMae) <= 1e-5 * mae).toBe(true);
  });

  it('tells which samples are of no known category', async () => {
    const { checkpoint } = await checkpointOf(new TargetValues({ column: 'age', values, transform, categories }));
    const strange = new Map([...columns, ['run', table.sampleIds.map((_, i) => (i === 4 ? '9' : '1'))]]);
    const { ofUnknownCategory } = await predict(checkpoint, { table, sequences, categories: strange });
    const none = table.sampleIds.filter((_, i) => i % 3 === 2 || i === 4);
    expect(ofUnknownCategory).toEqual(none);
  });

  it.each([
    [undefined, '"study", "run"'],
    [new Map([['study', columns.get('study')!]]), '"run"'],
  ])('needs the columns to predict', async (given, names) => {
    const { checkpoint } = await checkpointOf(new TargetValues({ column: 'age', values, transform, categories }));
    await expect(predict(checkpoint, { table, sequences, categories: given })).rejects.toMatchObject({
      code: 'TRAINING_DATA',
      message: expect.stringContaining(`of each category of ${names}`),
    });
  });

  it('needs categories to learn', () => {
    expect(() => new TargetValues({ column: 'age', values, transform })).toThrow(
      expect.objectContaining({ code: 'TRAINING_OPTIONS' }),
    );
    expect(() => new TargetValues({ column: 'age', values, transform: fitTargetTransform('none', [1]) })).not.toThrow();
  });
});
