import { describe, expect, it } from 'vitest';
import { dropoutKind, dropoutSite, layerDropouts, stackNumber } from './forward-options.js';

describe('dropoutSite', () => {
  it('is another for every stack, layer and kind of a model', () => {
    const { moreTargets, ...named } = stackNumber;
    const stacks = [...Object.values(named), moreTargets, moreTargets + 1, moreTargets + 100];
    const sites = stacks.flatMap((stack) =>
      Array.from({ length: 64 }, (_, layer) =>
        Object.values(dropoutKind).map((kind) => dropoutSite(stack, layer, kind)),
      ),
    );
    expect(new Set(sites.flat()).size).toBe(stacks.length * 64 * 4);
    expect(dropoutSite(0)).toBe(0);
  });
});

describe('layerDropouts', () => {
  const ids = Uint32Array.of(7);
  const place = { stack: 2, layer: 1 };

  it('draws at four sites, those of the fused stack: 16 apart by layer, in the order of the layer', () => {
    const found = layerDropouts(0.25, place, ids, { training: true, random: { seed: 3, step: 5 } });
    const names = ['attentionWeights', 'attentionOutput', 'activation', 'layerOutput'] as const;
    names.forEach((name, kind) => {
      expect(found[name]).toEqual({
        probability: 0.25,
        seed: 3,
        step: 5,
        site: 2 * 1024 + 16 + kind,
        sequenceIds: ids,
      });
    });
  });

  it('draws nothing in evaluation or without probability', () => {
    const random = { seed: 3, step: 5 };
    for (const found of [
      layerDropouts(0.25, place, ids, { random }),
      layerDropouts(0, place, ids, { training: true, random }),
    ]) {
      expect(Object.values(found)).toEqual([undefined, undefined, undefined, undefined]);
    }
  });
});
