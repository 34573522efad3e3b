// Named sizes of inputs, so that benches of different packages speak of the same ones.

/** Size of one input in the letters of the glossary. */
export interface Scenario {
  /** B: samples in a batch. */
  readonly sampleCount: number;
  /** S: ASVs per sample. */
  readonly asvsPerSample: number;
  /** L: bases per ASV. */
  readonly basesPerAsv: number;
}

/** Sizes by name: a usual gut study of 16S reads, and one small enough to try that a bench still runs. */
export const scenarios: Readonly<Record<'gut-16s' | 'smoke', Scenario>> = {
  'gut-16s': { sampleCount: 32, asvsPerSample: 512, basesPerAsv: 150 },
  smoke: { sampleCount: 2, asvsPerSample: 5, basesPerAsv: 12 },
};
