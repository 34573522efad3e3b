// Configurations with wrong names, types and values, as a hand-written or damaged file would have them.
import { encoderConfig, type PredictorConfigInput, predictorConfig, summarize } from '@seq/model';
import type { FuzzTarget } from '../../../tooling/fuzz/fuzz-target.js';
import type { Random } from '../../../tooling/fuzz/random.js';

const words = (
  'base layers countHead targetNorm head outputWidth quantileCount nonCrossingQuantiles learnableScale outputActivation ' +
  'moreTargets categories embeddingWidth heads feedForwardWidth feedForwardRatio normPlacement activation masking ' +
  'strategy fraction slotPositions dropout encoderType columns fusion outputScaledBy name cardinality parent isRequired ' +
  'kind hiddenWidths latents keys scaledBy asv sample encoder count target __proto__ constructor'
).split(' ');
const texts = 'linear mlp residual none concat add gmu cross-attention perceiver compat columns pre post a b'.split(
  ' ',
);

function value(random: Random, depth: number): unknown {
  const kind = random.integer(0, depth > 0 ? 9 : 5);
  if (kind < 2) return random.integer(0, 8);
  if (kind === 2) return random.pick<unknown>([null, true, false, random.oddNumber()]);
  if (kind < 6) return random.pick(texts);
  if (kind < 8) return random.list(0, 3, () => value(random, depth - 1));
  return object(random, depth - 1);
}

function object(random: Random, depth: number): Record<string, unknown> {
  return Object.fromEntries(random.list(0, 4, () => [random.pick(words), value(random, depth)]));
}

/** A configuration that is right, with one value replaced. */
function almostRight(random: Random): Record<string, unknown> {
  const right = predictorConfig({
    moreTargets: [{ name: 'b' }],
    categories: {
      columns: [{ name: 'a', cardinality: 2 }],
      fusion: { kind: 'perceiver', heads: 2, latents: 2, layers: 1 },
    },
  });
  const copy = JSON.parse(JSON.stringify(right)) as Record<string, unknown>;
  let place = copy;
  for (;;) {
    const key = random.pick(Object.keys(place));
    const inside = place[key];
    const goesOn = typeof inside === 'object' && inside !== null && Object.keys(inside).length > 0;
    if (!goesOn || random.chance(0.3)) {
      place[key] = value(random, 2);
      return copy;
    }
    place = inside as Record<string, unknown>;
  }
}

const target: FuzzTarget<Record<string, unknown>> = {
  name: 'model/configuration',
  generate: (random) => (random.chance(0.5) ? almostRight(random) : object(random, 3)),
  run: (input) => {
    const config = isForEncoder(input) ? encoderConfig(input) : predictorConfig(input as PredictorConfigInput);
    const text = JSON.stringify(config);
    const again = 'base' in config ? predictorConfig(JSON.parse(text)) : encoderConfig(JSON.parse(text));
    if (JSON.stringify(again) !== text) throw new Error('a configuration does not come back');
    if (!(summarize(config).total.parameters > 0)) throw new Error('nothing is learned');
  },
};

/** Whether the input is tried as an encoder's. */
function isForEncoder(input: Record<string, unknown>): boolean {
  return !('base' in input) && Object.keys(input).length % 2 === 0;
}

export default target;
