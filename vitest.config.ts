import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@seq/source'] },
  ssr: { resolve: { conditions: ['@seq/source'] } },
  test: {
    include: [
      'packages/*/{src,test}/**/*.test.ts',
      'crates/seq-node/**/*.test.ts',
      'tooling/**/*.test.{ts,mjs}',
      'examples/**/*.test.ts',
    ],
    pool: 'forks',
    // Vitest leaves one processor free, which on two of them means one test file at a time.
    maxWorkers: availableParallelism(),
    setupFiles: ['tooling/property-seed/property-seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
