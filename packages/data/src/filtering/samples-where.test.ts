import { describe, expect, it } from 'vitest';
import { codeOf } from '../../test/fixtures.js';
import { parseSampleMetadata } from '../metadata/read-sample-metadata.js';
import { samplesWhere } from './samples-where.js';

const metadata = parseSampleMetadata(
  'id\tage\tsite\ta=b\nu\t1.0\tgut\tx\nv\t2\tskin, left\ty\nw\t10\tgut\t\nx\t\tgut\tz=1\n',
  'm.tsv',
);
const where = (text: string): string => samplesWhere(metadata, { where: text }).join('');

describe('samplesWhere', () => {
  it.each([
    ['site=gut', 'uwx'],
    [' site = gut ', 'uwx'],
    ['site=skin, left', 'v'],
    ['site!=gut', 'v'],
    ['age=1', 'u'],
    ['age!=1', 'vw'],
    ['age>=2', 'vw'],
    ['age>2', 'w'],
    ['age<2e0', 'u'],
    ['age<=2', 'uv'],
    ['site=gut && age>0', 'uw'],
    ['site=gut&&age>=10&&age<11', 'w'],
    ['a=b=x', 'u'],
    ['a=b!=x', 'vx'],
    ['a=b=z=1', 'x'],
    ['site=nowhere', ''],
  ])('%s', (text, ids) => {
    expect(where(text)).toBe(ids);
  });

  it('keeps the order asked for and leaves out samples without metadata', () => {
    expect(samplesWhere(metadata, { where: 'site=gut', sampleIds: ['w', 'q', 'v', 'u'] })).toEqual(['w', 'u']);
  });

  it.each([
    ['site', 'OPTION_INVALID', 'has no =, !=, <, <=, > or >='],
    ['=gut', 'OPTION_INVALID', 'nothing before ='],
    ['site=', 'OPTION_INVALID', 'nothing behind ='],
    ['site=gut &&', 'OPTION_INVALID', 'has no ='],
    ['site>1', 'OPTION_INVALID', 'column "site" is not numeric'],
    ['age>old', 'OPTION_INVALID', '"old" is no number'],
    ['sit=gut', 'COLUMN_UNKNOWN', 'no column "sit"'],
  ])('refuses %s', async (text, code, words) => {
    expect(() => where(text)).toThrow(words);
    expect(await codeOf(() => where(text))).toBe(code);
  });
});
