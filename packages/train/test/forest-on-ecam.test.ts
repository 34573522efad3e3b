import { fileURLToPath } from 'node:url';
import { foldSamples, readFeatureTable, readSampleMetadata } from '@seq/data';
import { describe, expect, it } from 'vitest';
import { fitRandomForest, RegressionMetrics, relativeAbundances } from '../src/index.js';

const demo = (file: string): string => fileURLToPath(new URL(`../../../examples/ecam/data/${file}`, import.meta.url));

describe('the forest on the demo data', () => {
  it('tells the age of infants it has not met as well as scikit-learn, whose mean error is 2.8 months', async () => {
    const table = await readFeatureTable(demo('table.biom'));
    const metadata = await readSampleMetadata(demo('metadata.tsv'));
    const labels = (column: string) => {
      const { values } = metadata.column(column);
      return (id: string): string | null => values[metadata.sampleIndex(id)!]!;
    };
    const [who, age, infant] = [labels('mom_child'), labels('month_of_life'), labels('host_subject_id')];
    const sampleIds = table.sampleIds.filter((id) => who(id) === 'C' && age(id) !== null);
    expect(sampleIds).toHaveLength(699);

    const metrics = new RegressionMetrics();
    const groups = sampleIds.map(infant);
    for (const { training, validation } of foldSamples(sampleIds, { folds: 5, seed: 1, groups })) {
      const ages = training.map((id) => Number(age(id)));
      const rows = relativeAbundances(table, { sampleIds: training });
      const forest = await fitRandomForest(rows, ages, { treeCount: 60, seed: 1 });
      const predicted = forest.predict(relativeAbundances(table, { sampleIds: validation }));
      metrics.add(
        predicted,
        validation.map((id) => Number(age(id))),
      );
    }
    const { mae, r2, valueCount } = metrics.scores();
    expect(valueCount).toBe(699);
    expect(mae, `MAE ${mae}`).toBeLessThan(2.95);
    expect(r2, `R2 ${r2}`).toBeGreaterThan(0.64);
  });
});
