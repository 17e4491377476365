// What the README tells of the action, held to the action: what is copied from there has to work.
import { allInputs } from '../action/src/commands.mjs';
import { inputsOfSteps, pins } from './rules.mjs';

/** The action that the README takes a token from: its inputs and outputs at that commit. */
const appToken = {
  uses: 'actions/create-github-app-token@1b10c78c7865c340bc4f6099eb2f838309f1e8c3',
  version: 'v3.1.1',
  inputs: ['client-id', 'private-key', 'owner', 'repositories', 'skip-token-revoke', 'github-api-url'],
  outputs: ['token', 'installation-id', 'app-slug'],
};

const permission = /^permission-(.*)$/;
const differing = (what, found, wanted) => {
  const missing = wanted.filter((one) => !found.includes(one));
  const unknown = found.filter((one) => !wanted.includes(one));
  return [
    ...missing.map((one) => `${what}: \`${one}\` is missing`),
    ...unknown.map((one) => `${what}: there is no \`${one}\``),
  ];
};

/** Rows of the table of the App's permissions: `pull-requests` and its level. */
function permissionsInTable(markdown) {
  const [, rows = ''] = /^\| permission of the App .*\n\|[-|]+\|\n((?:\|.*\n)*)/m.exec(markdown) ?? [];
  return rows
    .trim()
    .split('\n')
    .flatMap((row) => {
      const [names, level] = row.split('|').slice(1);
      const short = /write/.test(level) ? 'write' : 'read';
      const kinds = names.split(',').map((name) => name.trim().toLowerCase().replaceAll(' ', '-'));
      return kinds.map((kind) => `${kind === 'commit-statuses' ? 'statuses' : kind}: ${short}`);
    });
}

function faultsOfAppToken(step, markdown) {
  const given = Object.keys(step.with ?? {});
  const asked = given
    .filter((one) => permission.test(one))
    .map((one) => `${permission.exec(one)[1]}: ${step.with[one]}`);
  const known = permissionsInTable(markdown).filter((one) => !one.startsWith('metadata:')); // every token has it
  return [
    ...(step.uses === appToken.uses ? [] : [`${step.uses} is not ${appToken.uses}`]),
    ...(markdown.includes(`${appToken.uses} # ${appToken.version}\n`)
      ? []
      : [`it is not said to be ${appToken.version}`]),
    ...given
      .filter((one) => !permission.test(one) && !appToken.inputs.includes(one))
      .map((one) => `${appToken.uses} has no input ${one}`),
    ...differing('permissions of the token', asked, known),
  ];
}

function faultsOfSteps(text, markdown, parse, outputs) {
  const steps = parse(text);
  const workflow = { jobs: { readme: { steps } } };
  const faults = [...inputsOfSteps(workflow), ...pins(workflow, text)];
  const given = new Map();
  for (const step of steps) {
    const isOurs = step.uses?.startsWith('./');
    if (!isOurs) faults.push(...faultsOfAppToken(step, markdown));
    if (step.id !== undefined) given.set(step.id, isOurs ? outputs : appToken.outputs);
  }
  for (const [, id, output] of text.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
    if (!given.get(id)?.includes(output)) faults.push(`no step ${id} has an output ${output}`);
  }
  return faults;
}

/**
 * @param {string} markdown The README.
 * @param {{ outputs: object, workflows: string[] }} action The outputs of action.yml, and the texts of the workflows.
 * @param {(text: string) => any} parse Reads YAML.
 * @returns {string[]} What the README says, and what is not so.
 */
export function readmeFaults(markdown, { outputs, workflows }, parse) {
  const names = Object.keys(outputs);
  const blocks = [...markdown.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) => text);
  const faults = blocks.flatMap((text) => faultsOfSteps(text, markdown, parse, names));
  if (blocks.length === 0) faults.push('it shows no step');

  const [list = ''] = /^- \*\*Outputs\*\*:[^.]*\./m.exec(markdown) ?? [];
  const listed = [...list.matchAll(/`([\w-]+)`/g)].map(([, name]) => name);
  faults.push(...differing('outputs', listed, names));

  const inputs = [...markdown.matchAll(/`([\w-]+):\s+(?:true|owner\/name)`/g)].map(([, input]) => input);
  faults.push(...inputs.filter((one) => !allInputs.includes(one)).map((one) => `there is no input \`${one}\``));

  const used = new Set(workflows.flatMap((text) => [...text.matchAll(/\b(?:vars|secrets)\.(\w+)/g)].map(([, n]) => n)));
  const places = new Set(
    workflows.flatMap((text) => [...text.matchAll(/^ {4}environment: (.+)$/gm)].map(([, name]) => name)),
  );
  for (const name of [...used, ...places]) {
    if (!markdown.includes(`\`${name}\``)) faults.push(`it does not tell of \`${name}\`, which a workflow needs`);
  }
  return faults;
}
