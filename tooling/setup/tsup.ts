// One bundling recipe for every package: ESM only, declarations come from `tsc -b`.
import type { Options } from 'tsup';

const bundling: Options = {
  entry: ['src/index.ts'],
  format: ['esm'],
  target: 'node20',
  platform: 'node',
  sourcemap: true,
  dts: false,
  // Chunks are named by their content, so those of earlier bundles would stay and be published; declarations are of `tsc`.
  clean: ['!**/*.d.ts', '!**/*.d.ts.map', '!**/*.tsbuildinfo'],
  treeshake: true,
};

export default bundling;
