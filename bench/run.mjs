// npm run bench: ratios against a named peer or limit, measured in one run, the two sides in turn.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { editYaml } from '@gitops/core';
import { parseDocument } from 'yaml';
import { identity, makeFleet, manifest } from './fleet.mjs';
import { makeMixed } from './mixed.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const cli = fileURLToPath(new URL('../packages/cli/dist/bin.js', import.meta.url));
const applications = Number(process.env.BENCH_APPLICATIONS ?? 1000);
const files = Number(process.env.BENCH_FILES ?? 10_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 7);
const memoryAim = 250;

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function runNode(args, env = {}) {
  const start = process.hrtime.bigint();
  const child = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, ...identity, GIT_CONFIG_GLOBAL: '/dev/null', ...env },
  });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (child.status !== 0) throw new Error(`${args.join(' ')} ended with ${child.status}:\n${child.stderr}`);
  return { ms, stderr: child.stderr };
}

/** Medians of two whole processes, run in turn so that both meet the same machine. */
function compareProcesses(ours, theirs) {
  const [a, b] = [[], []];
  runNode(ours);
  runNode(theirs);
  for (let round = 0; round < rounds; round++) {
    a.push(runNode(ours).ms);
    b.push(runNode(theirs).ms);
  }
  return [median(a), median(b)];
}

function report(name, ours, theirs, peer, aim) {
  const ratio = ours / theirs;
  const verdict = ratio <= aim ? 'within' : 'OVER';
  console.log(
    `${name.padEnd(44)} ${ours.toFixed(1).padStart(9)} ms  ${ratio.toFixed(2).padStart(6)} × ${peer} (aim: at most ${aim}; ${verdict})`,
  );
}

function timeWarm(work, seconds = 1.5, batch = 20, warmUp = 200) {
  for (let index = 0; index < warmUp; index++) work();
  const samples = [];
  const end = process.hrtime.bigint() + BigInt(seconds * 1e9);
  while (process.hrtime.bigint() < end) {
    const start = process.hrtime.bigint();
    for (let index = 0; index < batch; index++) work();
    samples.push(Number(process.hrtime.bigint() - start) / (batch * 1e6));
  }
  return median(samples);
}

console.log(`Node ${process.version}, ${applications} applications, ${files} files, medians of ${rounds}\n`);

/** Whole processes on a repository, against a bare Node that reads the same files; and what they need of memory. */
function compareReading(root, what, commands) {
  for (const [name, args, aim] of commands) {
    const command = [cli, ...args, '--repo', root];
    const [ours, theirs] = compareProcesses(command, [here('read-only.mjs'), root]);
    report(`${name}, ${what}`, ours, theirs, 'bare Node that reads them', aim);
    const { stderr } = runNode(['--require', here('report-memory.cjs'), ...command]);
    const megabytes = Number(/maxRSS (\d+)/.exec(stderr)?.[1]) / 1024;
    console.log(
      `${`${name}, memory`.padEnd(44)} ${megabytes.toFixed(0).padStart(9)} MB  (aim: under ${memoryAim}; ${megabytes < memoryAim ? 'within' : 'OVER'})`,
    );
  }
}

for (const [make, size, what] of [
  [makeFleet, applications, `${applications * 2} manifests`],
  [makeMixed, files, `${files} YAML files`],
]) {
  const root = make(size);
  try {
    compareReading(root, what, [
      ['status', ['status'], 15],
      ['lint', ['lint'], 15],
      ['promote --dry-run', ['promote', 'dev', 'prod', '--dry-run'], 15],
    ]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const [version, bare] = compareProcesses([cli, '--version'], ['-e', '0']);
report('gitops --version', version, bare, 'bare Node', 1.5);

const text = manifest('payments', 'prod', '1.7.0');
const pointer = {
  document: { kind: 'Application' },
  path: ['spec', 'source', 'helm', 'parameters', { where: { name: 'image.tag' } }, 'value'],
};
const edit = timeWarm(() => {
  if (editYaml(text, [{ at: pointer, set: '1.8.2' }]).isErr()) throw new Error('the edit failed');
});
const parse = timeWarm(() => parseDocument(text));
const print = timeWarm(() => {
  const document = parseDocument(text);
  document.setIn(['spec', 'source', 'helm', 'parameters', 1, 'value'], '1.8.2');
  String(document);
});
report('one proved edit, 43 lines, warm', edit, parse, "yaml's parse", 3);
report('the same', edit, print, "yaml's parse and print", 3);

const many = `items:\n${Array.from({ length: 1000 }, (_, index) => `  - name: n${index}\n    value: v1.${index} # keep\n`).join('')}`;
const edits = Array.from({ length: 1000 }, (_, index) => ({
  at: { document: {}, path: ['items', { where: { name: `n${index}` } }, 'value'] },
  set: `v2.${index}`,
}));
const bulk = timeWarm(
  () => {
    if (editYaml(many, edits).isErr()) throw new Error('the edits failed');
  },
  4,
  1,
  5,
);
const bulkParse = timeWarm(() => parseDocument(many), 2, 1, 5);
report('1,000 edits in one file', bulk, bulkParse, "yaml's parse", 3);
