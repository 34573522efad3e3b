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
    setupFiles: ['tooling/property-seed/property-seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
