// The action. Called with `gitops` as its first word, the same script is the command line: one file, nothing to install.
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { annotationsOf } from './annotations.mjs';
import { argumentsOf, environmentOf } from './arguments.mjs';
import { readInputs, UsageError } from './inputs.mjs';
import { outputsOf } from './outputs.mjs';
import { summaryOf } from './summary.mjs';
import { addSummary, command, mask, setOutput, verbatim } from './workflow-commands.mjs';

const say = (text) => process.stdout.write(text);

/** Runs the command line: its document, its exit code. What it tells meanwhile is shown as it comes. */
async function gitops(args, env) {
  const child = spawn(process.execPath, [process.argv[1], 'gitops', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  createInterface({ input: child.stderr }).on('line', (line) => say(told(line)));
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  const exitCode = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
  return { text: text.trim(), exitCode };
}

function told(line) {
  try {
    const { level, message } = JSON.parse(line);
    return level === 'warning' ? command('warning', { title: 'gitops' }, message) : verbatim(message);
  } catch {
    return line.trim() === '' ? '' : verbatim(line);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function act(env) {
  for (const secret of ['TOKEN', 'APP-PRIVATE-KEY', 'APPROVE-TOKEN']) say(mask(env[`INPUT_${secret}`] ?? ''));
  const read = readInputs(env);
  const args = argumentsOf(read, env);
  say(verbatim(`gitops ${args.join(' ')}`));
  const { text, exitCode } = await gitops(args, environmentOf(read, env));
  const document = parsed(text);
  const file = join(mkdtempSync(join(env.RUNNER_TEMP ?? tmpdir(), 'gitops-')), 'answer.json');
  writeFileSync(file, `${text}\n`);
  const planFile = exitCode === 0 ? read.texts.get('write-plan') : undefined;
  const sarifFile = document?.schema === 'gitops/lint/1' ? await writeSarif(read, args, env) : undefined;
  for (const [name, value] of Object.entries(outputsOf(document, { exitCode, text, file, planFile, sarifFile }))) {
    setOutput(env, name, value);
  }
  const repository = read.texts.get('repository') ?? env.GITHUB_REPOSITORY;
  say(annotationsOf(document, repository === env.GITHUB_REPOSITORY || repository === env.GITHUB_WORKSPACE));
  addSummary(env, summaryOf(document));
  return ending(document, exitCode, read);
}

/** The findings once more, as code scanning takes them. */
async function writeSarif(read, args, env) {
  const file = read.texts.get('write-sarif');
  if (file === undefined) return undefined;
  const again = args.map((one) => (one === '--output=json' ? '--output=text' : one));
  const { text } = await gitops([...again, '--format=sarif'], environmentOf(read, env));
  writeFileSync(file, `${text}\n`);
  return file;
}

/** What the step ends with: a failure is always told, also one that is no document. */
function ending(document, exitCode, { flags }) {
  for (const { kind, id, url } of document?.pullRequests ?? [])
    if (url) say(verbatim(`${kind ?? 'open'} ${id}: ${url}`));
  if (exitCode === 7 && flags.has('allow-waiting')) {
    say(command('notice', { title: 'gitops' }, 'A pull request still waits. Run this again, or merge it.'));
    return 0;
  }
  const isTold = ['gitops/error/1', 'gitops/doctor/1'].includes(document?.schema);
  if (exitCode === 0 || isTold) return exitCode;
  const why = {
    7: 'A pull request still waits for checks, approvals or its merge.',
    10: document?.schema === 'gitops/lint/1' ? 'There are findings.' : 'Something would change.',
  };
  say(command('error', { title: 'gitops' }, why[exitCode] ?? `gitops ended with exit code ${exitCode}.`));
  return exitCode;
}

if (process.argv[2] === 'gitops') {
  process.argv.splice(2, 1);
  await import('gitops/bin');
} else {
  try {
    process.exitCode = await act(process.env);
  } catch (error) {
    const [message, remedy] = error instanceof UsageError ? [error.message, error.remedy] : [error.stack, ''];
    say(command('error', { title: 'gitops: inputs' }, `${message}\n${remedy}`.trim()));
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
