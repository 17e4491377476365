import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findScripts, scriptChecks } from './scripts.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gitops-scripts-'));
  execFileSync('git', ['init', '--quiet', folder]);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** The verdicts, with tools that are said to be missing. */
async function verdictsOf() {
  const results = {};
  const checks = {
    check: async (name, work) => {
      results[name] = await Promise.resolve()
        .then(work)
        .catch((error) => error);
    },
    withTool: (name) => {
      results[name] = 'not run';
    },
  };
  await scriptChecks(checks, { folder, places: ['infra'] });
  return results;
}

test('scripts are found by their first line or their name, Dockerfiles by their name', async () => {
  write({
    '.gitignore': 'made\n',
    'infra/run': '#!/usr/bin/env bash\n',
    'infra/hooks/pre-push': '#!/bin/sh -e\n',
    'infra/library.sh': 'true\n',
    'infra/tool.py': '#!/usr/bin/env python3\n',
    'infra/notes.md': 'begins with #!/bin/sh\n',
    'infra/made/run.sh': '#!/bin/sh\n',
    'infra/myapp/Dockerfile': 'FROM scratch\n',
    'infra/myapp/Dockerfile.debug': 'FROM scratch\n',
    'infra/myapp/Dockerfile.dockerignore': 'tests\n',
    'docs/other.sh': '#!/bin/sh\n',
  });
  expect(await findScripts(folder, ['infra'])).toEqual({
    scripts: ['infra/hooks/pre-push', 'infra/library.sh', 'infra/run'],
    dockerfiles: ['infra/myapp/Dockerfile', 'infra/myapp/Dockerfile.debug'],
  });
});

test('a file that Git still knows and that is gone is not looked for', async () => {
  write({ 'infra/old.sh': '#!/bin/sh\n' });
  execFileSync('git', ['-C', folder, 'add', '--all']);
  rmSync(join(folder, 'infra/old.sh'));
  expect((await findScripts(folder, ['infra'])).scripts).toEqual([]);
});

test('a Dockerfile with a base that can move is named', async () => {
  write({ 'infra/myapp/Dockerfile': 'FROM python:latest\nUSER 10001\n' });
  const fault = (await verdictsOf())['Dockerfiles: pinned, and not root'];
  expect(fault.message).toMatch(/^infra\/myapp\/Dockerfile: FROM python:latest: a tag can be moved/);
});

test('to find nothing is a failure, not a pass', async () => {
  const fault = (await verdictsOf())['Dockerfiles: pinned, and not root'];
  expect(fault.message).toBe('no Dockerfile was found below infra');
});
