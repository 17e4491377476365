// All checks of this example. Its README compiles it against the packed declarations, runs the whole suite of the packed
// testkit on it (where a test that is left out is a failure), and promotes with it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { followReadme } from '../../tools/readme.mjs';
import { verdicts } from '../../tools/verdicts.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
/** Written from the docs alone: nothing of another provider, and nothing but what packages publish. */
function imports() {
  const allowed =
    /^(node:[\w/]+|\.\.?\/.*|@gitops\/core|@gitops\/provider-http|@gitops\/provider-testkit\/contract|vitest)$/;
  const files = ['src', 'test'].flatMap((part) => readdirSync(join(here, part)).map((name) => join(part, name)));
  for (const file of files) {
    for (const [, name] of readFileSync(join(here, file), 'utf8').matchAll(/\bfrom '([^']+)'/g)) {
      if (!allowed.test(name)) throw new Error(`${file} imports ${name}`);
    }
  }
  return `${files.length} files`;
}

const checks = verdicts();
await checks.check('imports what is published alone', imports);
await checks.check('README: compiled, the whole suite, a promotion', () => followReadme('examples/custom-provider'));
checks.finish();
