// node bench/forges.mjs: what a promotion costs over the API of a forge, on fakes that run here: requests against the
// promise, bytes, and time against bare Node that only downloads and unpacks the same archive.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startGitHub, startGitLab } from '@gitops/provider-testkit/fakes';
import { makeFleet } from './fleet.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const cli = here('../packages/cli/dist/bin.js');
const sizes = (process.env.BENCH_SIZES ?? '1,50,1000').split(',').map(Number);
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const project = 'acme/gitops';

const forges = [
  {
    name: 'github',
    start: () => startGitHub({ base: '/api/v3', repositories: [{ name: project, private: true }] }),
    variable: 'GH_ENTERPRISE_TOKEN',
    token: (fake) => fake.tokens.alice,
    archive: (fake) => [`${fake.apiUrl}/repos/${project}/tarball/main`, 'authorization', `Bearer ${fake.tokens.alice}`],
    promise: { opening: 6, again: 3 },
  },
  {
    name: 'gitlab',
    // so many archives a minute as a bench takes
    start: () => startGitLab({ projects: [{ path: project, visibility: 'private' }], archiveLimit: 10_000 }),
    variable: 'GITLAB_TOKEN',
    token: (fake) => fake.tokens.ana,
    archive: (fake) => [
      `${fake.apiUrl}/projects/${encodeURIComponent(project)}/repository/archive.tar.gz?sha=main`,
      'private-token',
      fake.tokens.ana,
    ],
    // one of them asks for the default branch
    promise: { opening: 5, again: 4 },
  },
];

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function run(args, env = {}) {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (text) => {
      errors += text;
    });
    child.on('error', reject);
    child.on('close', (status) => {
      const ms = Number(process.hrtime.bigint() - start) / 1e6;
      if (status === 0) resolve(ms);
      else reject(new Error(`${args.join(' ')} ended with ${status}:\n${errors}`));
    });
  });
}

async function measure(forge, applications) {
  const fleet = makeFleet(applications);
  const elsewhere = mkdtempSync(join(tmpdir(), 'gitops-bench-'));
  const fake = await forge.start();
  try {
    execFileSync('git', ['push', '--quiet', fake.folder(project), 'HEAD:refs/heads/main'], { cwd: fleet });
    const env = {
      PATH: process.env.PATH,
      HOME: elsewhere,
      XDG_CACHE_HOME: join(elsewhere, 'cache'),
      GITOPS_REPO: `${fake.webUrl}/${project}`,
      GITOPS_PROVIDER: forge.name,
      GITOPS_NO_CACHE: '1',
      [forge.variable]: forge.token(fake),
    };
    const costOf = async (args) => {
      fake.log.clear();
      const ms = await run([cli, ...args], env);
      const bytes = fake.log.entries.reduce((sum, one) => sum + one.bytes, 0);
      return { ms, bytes, requests: fake.log.count('api') };
    };
    const opening = await costOf(['promote', 'dev', 'prod']);
    const [again, alone] = [[], []];
    for (let round = 0; round < rounds; round++) {
      again.push(await costOf(['promote', 'dev', 'prod']));
      alone.push(await run([here('download-only.mjs'), ...forge.archive(fake)]));
    }
    const second = again[0];
    const ms = median(again.map((one) => one.ms));
    const line = (what, { requests, bytes }, most, time) => {
      const verdict = requests <= most ? 'within' : 'OVER';
      console.log(
        `${`${forge.name}, ${applications} applications, ${what}`.padEnd(44)} ${requests} requests (promise: at most ${most}; ${verdict}), ${(bytes / 1024).toFixed(0)} KB, ${time}`,
      );
      if (requests > most) process.exitCode = 1;
    };
    line('opening', opening, forge.promise.opening, `${opening.ms.toFixed(0)} ms (once)`);
    const ratio = ms / median(alone);
    line(
      'again',
      second,
      forge.promise.again,
      `${ms.toFixed(0)} ms, ${ratio.toFixed(1)} × bare Node that downloads the archive`,
    );
    if (fake.violations.length > 0) throw new Error(fake.violations.join('\n'));
  } finally {
    await fake.close();
    rmSync(fleet, { recursive: true, force: true });
    rmSync(elsewhere, { recursive: true, force: true });
  }
}

console.log(`\nOver the API of a forge; Node ${process.version}, medians of ${rounds}\n`);
for (const forge of forges) for (const applications of sizes) await measure(forge, applications);
