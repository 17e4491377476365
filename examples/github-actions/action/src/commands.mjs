// Which command takes which inputs, and what they become on the command line. action.yml declares the same names; a test
// holds the two against each other, and each option against the command line's own help.

/** How the text of an input is read: `flag` is true or false, `text` one option, `name` a positional word. */
const flag = (option) => ({ kind: 'flag', option });
const text = (option) => ({ kind: 'text', option });
const name = { kind: 'name' };
/** Several words, separated by white space. */
const names = { kind: 'names' };
/** Read by the action itself. */
const own = { kind: 'own' };

/** Inputs that every command takes. */
export const general = {
  command: own,
  repository: own,
  token: own,
  'app-id': own,
  'app-private-key': own,
  provider: text('--provider'),
  branch: text('--branch'),
  config: text('--config'),
  root: text('--root'),
  'ca-file': text('--ca-file'),
  verbose: flag('--verbose'),
};

const selection = { app: text('--app'), image: text('--image'), except: text('--except') };

/** What can be said of carrying a change out, but not of a plan that is only written down. */
const carryOut = {
  merge: flag('--merge'),
  wait: flag('--wait'),
  timeout: text('--timeout'),
  auto: flag('--auto'),
  'approve-token': own,
  'dry-run': flag('--dry-run'),
  check: flag('--check'),
  'update-approved': flag('--update-approved'),
  overwrite: flag('--overwrite'),
  'allow-waiting': own,
};

/** For `command: <verb>` with `write-plan`: the plan goes into that file, and nothing is carried out. */
const planOnly = { 'write-plan': own, expires: text('--expires') };

const verb = (inputs, required, optional = []) => ({
  inputs: { ...inputs, ...carryOut, ...planOnly },
  required,
  optional,
  canPlan: true,
});

/** `required` and `optional` are the positional words, in their order. */
export const commands = {
  status: { inputs: { environments: names, at: text('--at') }, required: [], optional: ['environments'] },
  diff: { inputs: { from: name, to: name, at: text('--at'), check: flag('--check') }, required: ['from', 'to'] },
  freeze: verb(
    {
      environment: name,
      ...selection,
      reason: text('--reason'),
      until: text('--until'),
      'on-behalf-of': text('--on-behalf-of'),
    },
    ['environment'],
  ),
  resume: verb(
    { environment: name, ...selection, expired: flag('--expired'), 'keep-changes': flag('--keep-changes') },
    [],
    ['environment'],
  ),
  promote: verb({ from: name, to: name, ...selection }, ['from', 'to']),
  revert: verb(
    {
      change: name,
      environment: text('--env'),
      ...selection,
      'skip-changed': flag('--skip-changed'),
      hold: flag('--hold'),
      reason: text('--reason'),
      until: text('--until'),
    },
    [],
    ['change'],
  ),
  set: verb({ environment: name, versions: names }, ['environment', 'versions']),
  apply: { inputs: { plan: name, ...carryOut }, required: ['plan'] },
  lint: { inputs: { strict: flag('--strict'), at: text('--at'), 'write-sarif': own }, required: [] },
  doctor: { inputs: {}, required: [] },
};

/** Every input that there is. */
export const allInputs = [
  ...new Set([...Object.keys(general), ...Object.values(commands).flatMap(({ inputs }) => Object.keys(inputs))]),
];
