// Promotes in one repository, and writes down how it went: node promote-one.mjs <result.json>
// NAME, REPOSITORY, FROM and TO say what; MERGE is auto (the forge merges as soon as it may) or none (people do). The exit
// code is that of gitops.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const [file] = process.argv.slice(2);
const {
  NAME: name,
  REPOSITORY: repository,
  FROM: from,
  TO: to,
  MERGE = 'auto',
  ATTEMPTS = '3',
  PAUSE = '20',
} = process.env;
const merge = { auto: ['--auto'], none: [] }[MERGE];
if (!file || !name || !repository || !from || !to || merge === undefined) {
  console.error(
    'node promote-one.mjs <result.json>, with NAME, REPOSITORY, FROM and TO in the environment; MERGE: auto or none',
  );
  process.exit(2);
}

/** 5: somebody else was first; 6: the forge is unavailable. Both are worth another try. */
const isPassing = (exitCode) => exitCode === 5 || exitCode === 6;

function promote() {
  const args = ['promote', '--repo', repository, ...merge, '--output', 'json', '--', from, to];
  const { status, stdout, error } = spawnSync('gitops', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error !== undefined) return { exitCode: 1, error: 'not-started', message: error.message };
  try {
    const said = JSON.parse(stdout);
    if (said.error !== undefined) return { exitCode: status, error: said.error.kind, message: said.error.message };
    return {
      exitCode: status,
      summary: said.summary,
      pullRequests: said.pullRequests.map(({ kind, url }) => ({ kind, url })),
    };
  } catch {
    return { exitCode: status ?? 1, error: 'no-answer', message: 'gitops ended without an answer; see the log.' };
  }
}

let outcome = promote();
for (let attempt = 1; isPassing(outcome.exitCode) && attempt < Number(ATTEMPTS); attempt++) {
  console.error(`${name}: ${outcome.message} Trying again.`);
  await setTimeout(attempt * Number(PAUSE) * 1000);
  outcome = promote();
}
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify({ name, repository, from, to, ...outcome })}\n`);
console.log(`${name}: ${outcome.summary ?? `${outcome.error}: ${outcome.message}`}`);
process.exitCode = outcome.exitCode;
