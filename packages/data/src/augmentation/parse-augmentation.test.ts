import { describe, expect, it } from 'vitest';
import { communityOf } from '../../test/communities.js';
import { codeOf } from '../../test/fixtures.js';
import { augmentationForms, parseAugmentation, parseAugmentationStep } from './parse-augmentation.js';

const relativesWithin = (distance: number) => (distance === 0.05 ? [[1], [0]] : [[1], []]);
const stepsOf = (...texts: string[]) =>
  parseAugmentation(texts, { relativesWithin }).steps.map(({ name, settings }) => ({ name, ...settings }));

describe('parseAugmentation', () => {
  it.each([
    ['read-subsampling:0.5', { name: 'subsampleReads', minimumShare: 0.5, maximumShare: 1 }],
    ['read-subsampling:0.5:0.75', { name: 'subsampleReads', minimumShare: 0.5, maximumShare: 0.75 }],
    ['asv-dropout:0.1', { name: 'dropAsvs', rate: 0.1 }],
    ['abundance-jitter', { name: 'jitterAbundances' }],
    ['abundance-jitter:100', { name: 'jitterAbundances', concentration: 100 }],
    ['phylogenetic-swap:0.2', { name: 'swapRelatives', rate: 0.2 }],
    ['mixup', { name: 'mixCommunities', alpha: 0.4 }],
    ['mixup:1', { name: 'mixCommunities', alpha: 1 }],
    ['cutmix', { name: 'cutCommunities', alpha: 1 }],
    ['base-substitution:0.01', { name: 'substituteBases', rate: 0.01 }],
    ['base-masking:0.02', { name: 'maskBases', rate: 0.02 }],
    ['truncation:100', { name: 'truncateBases', minimumBases: 100 }],
  ])('takes %s', (text, step) => {
    expect(stepsOf(text)).toEqual([step]);
  });

  it('keeps the order, also of equal steps', () => {
    const names = stepsOf('mixup', 'asv-dropout:0.1', 'mixup').map(({ name }) => name);
    expect(names).toEqual(['mixCommunities', 'dropAsvs', 'mixCommunities']);
  });

  it('finds relatives within the distance that is given, 0.05 if none', () => {
    const swapped = (text: string, row: readonly number[]) => {
      const augmentation = parseAugmentation([text], { relativesWithin });
      return [...augmentation.community(communityOf('a', row), { seed: 1, epoch: 0 }).features];
    };
    expect(swapped('phylogenetic-swap:1', [0, 3])).toEqual([0]);
    expect(swapped('phylogenetic-swap:1:0.2', [0, 3])).toEqual([1]);
  });

  it.each([
    ['noise:1', /no step "noise".*read-subsampling, asv-dropout/],
    ['__proto__', /no step "__proto__"/],
    ['', /no step ""/],
    ['asv-dropout', /it has 0 numbers. Write it as asv-dropout:<rate>/],
    ['asv-dropout:', /"" is no number/],
    ['asv-dropout:a', /"a" is no number/],
    ['asv-dropout:0.1:0.2', /it has 2 numbers/],
    ['asv-dropout:1.5', /rate is 1.5. Give a number from 0 to 1/],
    ['read-subsampling:0.5:0.4', /maximumShare is 0.4/],
    ['truncation:0.5', /minimumBases is 0.5/],
    ['mixup:0', /alpha is 0/],
  ])('refuses %j', async (text, words) => {
    expect(() => parseAugmentation([text], { relativesWithin })).toThrow(words);
    expect(await codeOf(() => parseAugmentation([text], { relativesWithin }))).toBe('OPTION_INVALID');
  });

  it('refuses to swap relatives without a tree', () => {
    expect(() => parseAugmentation(['phylogenetic-swap:0.1'])).toThrow(/Give the tree/);
  });
});

describe('augmentationForms', () => {
  it('names every step that can be parsed', () => {
    for (const { form, summary } of augmentationForms) {
      const example = form.replace(/\[.*/, '').replace(/<[^>]*>/g, '1');
      expect([parseAugmentationStep(example).name, summary.length > 20]).toEqual([form.split(/[:[]/)[0], true]);
    }
    expect(augmentationForms).toHaveLength(9);
  });
});
