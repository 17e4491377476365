import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GitOpsError } from '@gitops/core';
import { build } from 'esbuild';

/** Bundles the program of `child/`, so that a bare Node can run it. */
export async function bundleChild(): Promise<string> {
  const outfile = join(await mkdtemp(join(tmpdir(), 'gitops-child-')), 'child.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('child/main.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@gitops/source', 'import'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return outfile;
}

export interface ChildResult {
  readonly killed: boolean;
  readonly errors: readonly GitOpsError[];
}

/** Runs the child to its end, or to its death. A child that fails in another way is a defect. */
export function runChild(program: string, job: object, env: Record<string, string>): Promise<ChildResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, JSON.stringify(job)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve({ killed: true, errors: [] });
      else if (code === 0) resolve({ killed: false, errors: JSON.parse(out) as GitOpsError[] });
      else reject(new Error(`exit code ${code}: ${said}`));
    });
  });
}
