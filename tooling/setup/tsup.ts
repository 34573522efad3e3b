// One bundling recipe for every package: ESM only, declarations come from `tsc -b`.
import type { Options } from 'tsup';

const bundling: Options = {
  entry: ['src/index.ts'],
  format: ['esm'],
  target: 'node20',
  platform: 'node',
  sourcemap: true,
  dts: false,
  clean: false,
  treeshake: true,
};

export default bundling;
