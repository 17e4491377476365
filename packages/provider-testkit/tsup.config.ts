import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.js';

// vitest is ESM only, and so is a suite that runs in it
export default defineConfig(
  library({ entry: { contract: 'src/contract/index.ts', fakes: 'src/fakes/index.ts' }, formats: ['esm'] }),
);
