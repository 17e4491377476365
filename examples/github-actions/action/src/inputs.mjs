// The inputs as GitHub hands them over, checked before anything runs.
import { allInputs, commands, general } from './commands.mjs';

/** A fault of the workflow: told as an annotation, with what would be right. */
export class UsageError extends Error {
  constructor(message, remedy) {
    super(message);
    this.remedy = remedy;
  }
}

const list = (names) => names.map((name) => `\`${name}\``).join(', ');

/** `INPUT_DRY-RUN` is `dry-run`; what is empty was not given. */
function given(env) {
  const found = new Map();
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith('INPUT_') || value === undefined) continue;
    const input = variable.slice('INPUT_'.length).toLowerCase();
    if (!allInputs.includes(input)) {
      throw new UsageError(`There is no input \`${input}\`.`, `Inputs are ${list(allInputs)}.`);
    }
    if (value.trim() !== '') found.set(input, value.trim());
  }
  return found;
}

function flagOf(input, value) {
  if (/^true$/i.test(value)) return true;
  if (/^false$/i.test(value)) return false;
  throw new UsageError(
    `\`${input}: ${value}\` is neither true nor false.`,
    `Write \`${input}: true\`, or leave it out.`,
  );
}

/** Inputs that are true or false, whatever the command. */
const flagNames = new Set(['allow-waiting']);
for (const { inputs } of [{ inputs: general }, ...Object.values(commands)]) {
  for (const [input, { kind }] of Object.entries(inputs)) if (kind === 'flag') flagNames.add(input);
}

/**
 * Reads and checks all inputs.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ command: string, texts: Map<string, string>, flags: Set<string> }} `flags` are those that are true.
 *   Throws a {@link UsageError} for what does not fit together.
 */
export function readInputs(env) {
  const texts = given(env);
  const command = texts.get('command') ?? '';
  if (!Object.hasOwn(commands, command)) {
    throw new UsageError(
      command === '' ? 'The input `command` is missing.' : `There is no command \`${command}\`.`,
      `Commands are ${list(Object.keys(commands))}.`,
    );
  }
  const { inputs, required } = commands[command];
  const known = { ...general, ...inputs };
  const flags = new Set();
  for (const [input, value] of texts) {
    if (flagNames.has(input)) {
      texts.delete(input);
      if (!flagOf(input, value)) continue; // false is as good as left out, whatever the command
      flags.add(input);
    }
    if (!Object.hasOwn(known, input)) {
      const may =
        Object.keys(inputs).length === 0 ? 'It takes none of its own.' : `It takes ${list(Object.keys(inputs))}.`;
      throw new UsageError(`\`${command}\` has no input \`${input}\`.`, may);
    }
  }
  const missing = required.filter((input) => !texts.has(input));
  if (missing.length > 0) throw new UsageError(`\`${command}\` needs ${list(missing)}.`, 'Set it under `with`.');
  contradictions(command, texts, flags);
  return { command, texts, flags };
}

/** What the command line would accept or not be told of, since only the action knows these inputs. */
function contradictions(command, texts, flags) {
  const has = (input) => texts.has(input) || flags.has(input);
  const refuse = (first, second, why) => {
    if (has(first) && has(second))
      throw new UsageError(`\`${first}\` contradicts \`${second}\`: ${why}`, 'Leave one out.');
  };
  if (has('app-id') !== has('app-private-key')) {
    throw new UsageError('A GitHub App needs both `app-id` and `app-private-key`.', 'Set both, or none of them.');
  }
  if (command === 'resume' && !has('environment') && !has('expired')) {
    throw new UsageError('`resume` needs `environment`, or `expired: true`.', 'Name the environment that is frozen.');
  }
  refuse('dry-run', 'check', 'both write nothing, and `check` fails where something would change.');
  for (const writing of ['merge', 'wait', 'auto']) {
    for (const reading of ['dry-run', 'check']) refuse(writing, reading, 'nothing is written that could be merged.');
  }
  refuse('auto', 'merge', '`auto` merges by itself where that may be done already.');
  for (const input of [
    'merge',
    'wait',
    'timeout',
    'auto',
    'approve-token',
    'dry-run',
    'check',
    'update-approved',
    'overwrite',
  ]) {
    refuse('write-plan', input, 'a plan is only written down; say it where it is applied.');
  }
  const needs = (input, others, why) => {
    if (!has(input) || others.some(has)) return;
    throw new UsageError(
      `\`${input}\` does nothing without ${others.map((one) => `\`${one}: true\``).join(' or ')}.`,
      why,
    );
  };
  if (has('expires') && !has('write-plan')) {
    throw new UsageError('`expires` does nothing without `write-plan`.', 'Name the file that the plan goes to.');
  }
  needs('timeout', ['wait'], 'It says how long to wait.');
  needs('allow-waiting', ['merge', 'wait'], 'Only a merge is waited for.');
  if (command === 'revert')
    for (const input of ['reason', 'until']) needs(input, ['hold'], 'It is kept in the record of the hold.');
}
