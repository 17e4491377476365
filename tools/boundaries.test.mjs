import { describe, expect, it } from 'vitest';
import { importsOf, violations } from './boundaries.mjs';

const rulesOf = (path, text, named) => violations(path, text, named).map(({ line, rule }) => `${line} ${rule}`);

describe('imports of a source', () => {
  it.each([
    ["import a from './a.js';", './a.js', false],
    ["import type { A } from './a.js';", './a.js', true],
    ["import { type A, type B } from './a.js';", './a.js', true],
    ["import { type A, b } from './a.js';", './a.js', false],
    ["import './a.js';", './a.js', false],
    ["import {\n  a,\n} from\n  './a.js';", './a.js', false],
    ["export * from './a.js';", './a.js', false],
    ["export type { A } from './a.js';", './a.js', true],
    ["const a = await import('./a.js');", './a.js', false],
    ["const a = require('./a.cjs');", './a.cjs', false],
    ["type A = import('./a.js').A;", './a.js', true],
  ])('%j', (text, specifier, onlyTypes) => {
    expect(importsOf(text)).toMatchObject([{ specifier, onlyTypes }]);
  });

  it('takes no text or comment for an import', () => {
    expect(importsOf('// import a from "a"\nconst b = `import c from "c"`;')).toEqual([]);
  });

  it('tells the line', () => {
    expect(importsOf("\n\nimport {\n  a,\n} from './a.js';")[0].line).toBe(5);
  });
});

describe('boundaries', () => {
  it.each([
    ['packages/core/src/yaml/read.ts', "import { parseDocument } from 'yaml';"],
    ['packages/core/src/result.ts', "import { ok } from 'neverthrow';"],
    ['packages/core/src/fleet/read.ts', "import { effective } from '../argocd/index.js';"],
    ['packages/core/src/fleet/read.ts', "import { parseRecord } from '../freeze/read-record.js';"],
    ['packages/core/src/freeze/plan-freeze.ts', "import { parseRecord } from './read-record.js';"],
    ['packages/core/src/yaml/read.ts', "import type { Plan } from '../plan/plan.js';"],
    ['packages/core/src/index.ts', "export { applyPlan } from './forge/apply.js';"],
    [
      'packages/provider-git/src/git.ts',
      "import git from 'isomorphic-git'; import http from 'isomorphic-git/http/node';",
    ],
    ['packages/provider-testkit/src/contract/index.ts', "import { it } from 'vitest';"],
    ['packages/cli/src/bin.ts', "import { Command } from 'commander'; import { readFileSync } from 'node:fs';"],
    ['examples/node-script/promote.mjs', "import { readFleet } from '@gitops/core';"],
    ['examples/node-script/test.mjs', "import { run } from '../../tools/run.mjs';"],
  ])('lets pass: %s %s', (path, text) => {
    expect(rulesOf(path, text)).toEqual([]);
  });

  it.each([
    ['packages/core/src/fleet/read.ts', "import { parseDocument } from 'yaml';", 'only'],
    ['packages/core/src/plan/plan.ts', "import { ok } from 'neverthrow';", 'only'],
    ['packages/cli/src/run.ts', "import { ok } from 'neverthrow';", 'only'],
    ['packages/core/src/plan/plan.ts', "import { readFileSync } from 'node:fs';", 'may import only'],
    ['packages/core/src/plan/plan.ts', "import git from 'isomorphic-git';", 'may import only'],
    ['packages/core/src/yaml/read.ts', "import { readFleet } from '../fleet/read.js';", 'below'],
    ['packages/core/src/fleet/read.ts', "import { planFreeze } from '../freeze/plan-freeze.js';", 'below'],
    ['packages/core/src/freeze/read-record.ts', "import { formatRecord } from './record-file.js';", 'below'],
    ['packages/core/src/argocd/effective.ts', "import { images } from '../image-updater/index.js';", 'beside'],
    ['packages/core/src/plan/plan.ts', "import { rules } from '../new-folder/rules.js';", 'no layer'],
    ['packages/core/src/plan/plan.ts', "import { git } from '../../../provider-git/src/index.js';", 'leads out'],
    ['packages/provider-git/src/git.ts', "import { ports } from '@gitops/core/dist/ports.js';", 'reaches into'],
    [
      'packages/provider-git/src/git.ts',
      "import { suite } from '@gitops/provider-testkit/contract';",
      'may import only',
    ],
    ['packages/cli/src/run.ts', "const { x } = await import('@gitops/core/src/forge/apply.js');", 'reaches into'],
    ['examples/node-script/promote.mjs', "import { readFleet } from '../../packages/core/src/index.js';", 'leads out'],
    ['examples/node-script/promote.mjs', "import { x } from '../other/x.mjs';", 'leads out'],
    ['examples/node-script/promote.mjs', "import { run } from '../../tools/run.mjs';", 'leads out'],
  ])('refuses: %s %s', (path, text, why) => {
    expect(rulesOf(path, text)).toEqual([expect.stringContaining(why)]);
  });

  it('refuses what package.json does not name', () => {
    expect(rulesOf('packages/cli/src/run.ts', "import chalk from 'chalk';", new Set(['commander']))).toEqual([
      '1 "chalk": is not named in package.json',
    ]);
  });
});
