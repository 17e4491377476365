import { defineConfig } from 'tsup';
import { library } from '../../tsup.base.js';

// Octokit is ESM only: a Jenkins agent's Node may refuse to require it, so it goes into the CommonJS build
export default defineConfig(
  library({
    bundleInCjs: [
      /^@octokit\//,
      /^universal-/,
      /^before-after-hook/,
      /^bottleneck/,
      /^toad-cache/,
      /^json-with-bigint/,
      /^content-type/,
      /^fast-content-type-parse/,
    ],
  }),
);
