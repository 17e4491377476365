// Carries a Dockerfile out without a builder: COPY and RUN of each stage in a folder that stands for its root. What comes
// from a base image (Node.js, its libraries) cannot be had here; it is this machine's Node.js that takes its place.
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run } from '../../../tools/run.mjs';
import { pairsOf } from './dockerfile.mjs';

/** Whether the ignore file lets a path to the builder: the last pattern that fits decides. */
export function isSent(ignore, path) {
  let sent = true;
  for (const line of ignore.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const pattern = line.replace(/^!/, '');
    if (pattern === '*' || pattern === path || path.startsWith(`${pattern}/`)) sent = line.startsWith('!');
  }
  return sent;
}

function copy(words, stage, stages, context) {
  const from = words[0].startsWith('--from=') ? words.shift().slice('--from='.length) : null;
  if (words[0].startsWith('--')) throw new Error(`COPY ${words[0]} is not carried out here`);
  const to = words.at(-1);
  const target = to.startsWith('/') ? join(stage.root, to) : join(stage.root, stage.directory, to);
  const source = from === null ? null : stages.find((one) => one.name === from);
  if (source === undefined) throw new Error(`COPY --from=${from}: there is no such stage before this one`);
  for (const path of words.slice(0, -1)) {
    if (source === null && !isSent(context.ignore, path)) throw new Error(`COPY ${path}: .dockerignore holds it back`);
    const file = source === null ? join(context.folder, path) : join(source.root, path);
    if (source !== null && source.fromBase && !existsSync(file)) {
      stage.taken.push(path); // a file of the base image
      continue;
    }
    if (!existsSync(file)) throw new Error(`COPY ${path}: it is not there`);
    const isInto = to.endsWith('/') || words.length > 2;
    cpSync(file, isInto ? join(target, basename(path)) : target, { recursive: true, verbatimSymlinks: true });
  }
}

/** Carries all stages out, each in a folder below `folder`. Gives the last one, with its settings. */
export async function carryOut(read, folder, context) {
  const stages = [];
  for (const { name, instructions } of read) {
    const fromBase = instructions.length === 0;
    const stage = { name, fromBase, root: join(folder, name), directory: '/', env: {}, labels: {}, taken: [] };
    mkdirSync(stage.root, { recursive: true });
    const args = {};
    for (const { name: instruction, rest } of instructions) {
      const filled = rest.replace(/\$\{(\w+)\}/g, (_, argument) => args[argument] ?? stage.env[argument] ?? '');
      if (instruction === 'ARG') args[rest] = context.args[rest];
      else if (instruction === 'LABEL') Object.assign(stage.labels, pairsOf(filled));
      else if (instruction === 'ENV') Object.assign(stage.env, pairsOf(filled));
      else if (instruction === 'USER') stage.user = rest;
      else if (instruction === 'ENTRYPOINT' || instruction === 'CMD')
        stage[instruction.toLowerCase()] = JSON.parse(rest);
      else if (instruction === 'COPY') copy(rest.split(/\s+/), stage, stages, context);
      else if (instruction === 'WORKDIR') {
        stage.directory = rest;
        mkdirSync(join(stage.root, rest), { recursive: true });
      } else if (instruction === 'RUN') {
        await run('sh', ['-ec', rest], { cwd: join(stage.root, stage.directory), env: context.env });
      } else throw new Error(`${instruction} is not carried out here`);
    }
    stages.push(stage);
  }
  return stages.at(-1);
}

/**
 * Runs the entrypoint of the image as its user would see it: its environment, its working folder, nothing else.
 * Paths of the image stand below its folder here.
 */
export async function runImage(image, args, { env = {}, status = 0 } = {}) {
  const node = join(image.root, 'usr/local/bin/node');
  if (!existsSync(node)) {
    mkdirSync(join(image.root, 'usr/local/bin'), { recursive: true });
    symlinkSync(process.execPath, node);
  }
  const own = image.env.PATH.split(':').map((path) => join(image.root, path));
  const program = own.map((path) => join(path, image.entrypoint[0])).find((file) => existsSync(file));
  if (program === undefined) throw new Error(`${image.entrypoint[0]} is not in ${image.env.PATH}`);
  if (!readFileSync(program, 'utf8').startsWith('#!/usr/bin/env node\n')) throw new Error(`${program} starts nothing`);
  const [uid, gid] = image.user.split(':').map(Number);
  const rootless =
    process.getuid?.() === 0 ? ['setpriv', [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups']] : null;
  chmodSync(image.root, 0o755);
  const path = `${own.join(':')}:/usr/bin:/bin`;
  const command = [program, ...image.entrypoint.slice(1), ...args];
  const [first, rest] =
    rootless === null ? [command[0], command.slice(1)] : [rootless[0], [...rootless[1], ...command]];
  const options = { cwd: join(image.root, image.directory), env: { ...image.env, PATH: path, ...env }, status };
  return run(first, rest, options);
}
