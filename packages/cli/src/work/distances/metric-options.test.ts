import { expect, it } from 'vitest';
import { threadsOf } from '../../settings-of/inputs.js';
import type { SettingsReader } from '../../settings-reader.js';
import { camelCase } from './metric-options.js';

it('threadsOf takes 0 as one per core, and any other number as it is', () => {
  const reader = (threads: number): SettingsReader => ({ number: () => threads }) as unknown as SettingsReader;
  expect([threadsOf(reader(0)), threadsOf(reader(1)), threadsOf(reader(7))]).toEqual([undefined, 1, 7]);
});

it('camelCase turns names of settings into those of metrics', () => {
  expect(['unweighted', 'weighted_normalized', 'skipping_missing_values'].map(camelCase)).toEqual([
    'unweighted',
    'weightedNormalized',
    'skippingMissingValues',
  ]);
});
