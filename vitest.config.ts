import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const source = ['@gitops/source', 'module', 'node', 'import', 'default'];
/** Where CI wants the results as JSON, to count them. */
const report = process.env['TEST_REPORT'];

export default defineConfig({
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source, externalConditions: source } },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'tools/**/*.test.mjs'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // a quarter of the time goes to waiting for git and for the disk
    maxWorkers: availableParallelism() + 1,
    ...(report === undefined ? {} : { reporters: ['default', ['json', { outputFile: report }]] }),
  },
});
