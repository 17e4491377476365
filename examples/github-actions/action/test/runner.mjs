// Runs the built action as GitHub's runner does: inputs by INPUT_*, files for outputs and summary, commands on stdout.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folder that build.mjs made. */
export const action = process.env.ACTION_FOLDER ?? new URL('../dist', import.meta.url).pathname;
const { TMPDIR, PATH, NODE_EXTRA_CA_CERTS } = process.env;

function outputsIn(text) {
  const outputs = {};
  const lines = text.split('\n');
  while (lines.length > 0) {
    const [, name, mark] = /^([^<=]+)<<(.+)$/.exec(lines.shift()) ?? [];
    if (name === undefined) continue;
    const end = lines.indexOf(mark);
    if (end < 0) throw new Error(`output ${name} has no end`);
    outputs[name] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join('\n');
  }
  return outputs;
}

const decode = (text) => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
const decodeProperty = (text) => decode(text.replaceAll('%3A', ':').replaceAll('%2C', ','));

/** Which commands the runner would follow. Between stop-commands and its mark it follows none. */
export function commandsIn(stdout) {
  const commands = [];
  let stopped = null;
  for (const line of stdout.split(/\r?\n/)) {
    if (stopped !== null) {
      if (line.trim() === `::${stopped}::`) stopped = null;
      continue;
    }
    const [, name, , list = '', message] = /^\s*::([^\s:]+)( ([^:]*))?::(.*)$/.exec(line) ?? [];
    if (name === 'stop-commands') stopped = message;
    else if (name !== undefined) {
      const properties = list
        .split(',')
        .filter((one) => one !== '')
        .map((one) => /^([^=]*)=(.*)$/.exec(one).slice(1));
      commands.push({
        name,
        message: decode(message),
        ...Object.fromEntries(properties.map(([key, value]) => [key, decodeProperty(value)])),
      });
    } else if (/##\[/.test(line)) commands.push({ name: 'old', message: line });
  }
  return commands;
}

/**
 * @param {Record<string, string>} inputs What stands under `with`.
 * @param {{ env?: Record<string, string>, cwd?: string }} [options]
 */
export async function runAction(inputs, { env = {}, cwd } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'gitops-action-'));
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const event = join(folder, 'event.json');
  writeFileSync(event, '{}');
  const runnerTemp = join(folder, 'temp');
  mkdirSync(runnerTemp);
  const named = Object.entries(inputs).map(([input, value]) => [`INPUT_${input.toUpperCase()}`, value]);
  const child = spawn(process.execPath, [join(action, 'index.mjs')], {
    cwd: cwd ?? folder,
    env: {
      PATH,
      ...(TMPDIR === undefined ? {} : { TMPDIR }),
      ...(NODE_EXTRA_CA_CERTS === undefined ? {} : { NODE_EXTRA_CA_CERTS }),
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'workflow_dispatch',
      GITHUB_EVENT_PATH: event,
      GITHUB_WORKSPACE: cwd ?? folder,
      RUNNER_TEMP: runnerTemp,
      ...files,
      ...Object.fromEntries(named),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  try {
    const status = await new Promise((resolve) => child.on('close', resolve));
    const outputs = outputsIn(readFileSync(files.GITHUB_OUTPUT, 'utf8'));
    const written = outputs['json-file'] ? readFileSync(outputs['json-file'], 'utf8') : null;
    return {
      status,
      stdout,
      stderr,
      outputs,
      written,
      summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
      commands: commandsIn(stdout),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
