import { describe, expect, it } from 'vitest';
import { UsageError } from './failure.js';
import { parseSetting, resolveSettings, type Setting } from './settings.js';

const table: readonly Setting[] = [
  { name: 'table', kind: { type: 'path' }, help: '', required: true },
  { name: 'batch-size', kind: { type: 'integer', minimum: 1 }, help: '', default: 8 },
  { name: 'lr', kind: { type: 'number', above: 0 }, help: '', default: 1e-4 },
  { name: 'optimizer', kind: { type: 'choice', choices: ['adamw', 'sgd'] }, help: '', default: 'adamw' },
  { name: 'hidden', kind: { type: 'list', of: 'integer' }, help: '' },
  { name: 'frozen', kind: { type: 'switch' }, help: '', default: false },
];
const resolve = (flags: Record<string, unknown>, values?: Record<string, unknown>) =>
  Object.fromEntries(resolveSettings(table, flags, values === undefined ? undefined : { path: 'run.yaml', values }));

describe('resolveSettings', () => {
  it('lets flags win over the file and the file over defaults', () => {
    expect(resolve({ table: 't.biom', lr: '0.5' }, { lr: 0.1, 'batch-size': 4 })).toEqual({
      table: 't.biom',
      lr: 0.5,
      'batch-size': 4,
      optimizer: 'adamw',
      frozen: false,
    });
  });

  it('takes underscores for dashes in the file', () => {
    expect(resolve({ table: 't' }, { batch_size: 2 })['batch-size']).toBe(2);
  });

  it('names an unknown key and the likely one', () => {
    expect(() => resolve({ table: 't' }, { 'batch-sise': 2 })).toThrow(
      /"batch-sise" is no setting.*mean "batch-size"/s,
    );
  });

  it('names every absent required setting', () => {
    expect(() => resolve({})).toThrow(/--table is needed/);
  });
});

describe('parseSetting', () => {
  const of = (name: string) => table.find((setting) => setting.name === name)!;
  it.each([
    ['batch-size', '0'],
    ['batch-size', '2.5'],
    ['batch-size', ''],
    ['batch-size', 'NaN'],
    ['lr', '0'],
    ['lr', 'Infinity'],
    ['optimizer', 'lion'],
    ['hidden', '3,,4'],
    ['hidden', '3,x'],
    ['frozen', 'maybe'],
    ['table', ' '],
  ])('refuses %s = %j with a sentence that repeats the value', (name, raw) => {
    expect(() => parseSetting(of(name), raw, `--${name}`)).toThrow(UsageError);
    expect(() => parseSetting(of(name), raw, `--${name}`)).toThrow(JSON.stringify(raw));
  });

  it('reads lists from text and from a file alike', () => {
    expect(parseSetting(of('hidden'), '64, 32', '--hidden')).toEqual([64, 32]);
    expect(parseSetting(of('hidden'), [64, 32], 'hidden')).toEqual([64, 32]);
  });
});
