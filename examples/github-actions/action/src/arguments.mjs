// What the command line is called with. Each input becomes one word of its own: no shell, and no value is taken for an
// option, however it begins.
import { commands, general } from './commands.mjs';
import { UsageError } from './inputs.mjs';

/**
 * Where the repository is. A name is one of this server; an address is not taken, so that no workflow can be talked into
 * sending its token to another host.
 */
function repositoryOf(texts, env) {
  const given = texts.get('repository') ?? env.GITHUB_REPOSITORY ?? '';
  if (/^\.{0,2}\//.test(given)) return given; // a folder on the runner: for the forge that is the repository itself
  if (!/^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/.test(given)) {
    throw new UsageError(
      `\`repository: ${given}\` is neither owner/name nor a path that begins with ./ or /.`,
      'Name a repository of this server, such as acme/gitops.',
    );
  }
  return `${(env.GITHUB_SERVER_URL ?? 'https://github.com').replace(/\/+$/, '')}/${given}`;
}

const isForge = (repository) => /^https?:/.test(repository);

/**
 * @param {ReturnType<import('./inputs.mjs').readInputs>} read
 * @returns {string[]} The words after `gitops`.
 */
export function argumentsOf({ command, texts, flags }, env) {
  const { inputs, required, optional = [] } = commands[command];
  const repository = repositoryOf(texts, env);
  const args = ['--output=json', `--repo=${repository}`];
  if (isForge(repository) && !texts.has('provider')) args.push('--provider=github');
  const plan = texts.get('write-plan');
  if (plan !== undefined) args.push('plan');
  args.push(command);
  if (plan !== undefined) args.push(`--out=${plan}`);
  for (const [input, { kind, option }] of Object.entries({ ...general, ...inputs })) {
    if (kind === 'flag' && flags.has(input)) args.push(option);
    if (kind === 'text' && texts.has(input)) args.push(`${option}=${texts.get(input)}`);
  }
  if (texts.has('approve-token')) args.push(`--approve-with=${approver}`);
  const words = [...required, ...optional].flatMap((input) => {
    if (!texts.has(input)) return [];
    return inputs[input].kind === 'names' ? texts.get(input).split(/\s+/) : [texts.get(input)];
  });
  return words.length === 0 ? args : [...args, '--', ...words];
}

const approver = 'GITOPS_ACTION_APPROVER';

/** Variables that name somebody who asks: the inputs say who that is, and nothing that happens to be there. */
const identities =
  /^(GH_TOKEN|GITHUB_TOKEN|GH_ENTERPRISE_TOKEN|GITHUB_ENTERPRISE_TOKEN|GITHUB_APP_.*|GITOPS_(?!GIT_).*)$/;

/** What the command line sees of the environment: no input, and one identity. */
export function environmentOf({ texts }, env) {
  const own = Object.fromEntries(
    Object.entries(env).filter(([variable]) => !variable.startsWith('INPUT_') && !identities.test(variable)),
  );
  if (texts.has('app-id')) {
    own.GITHUB_APP_ID = texts.get('app-id');
    own.GITHUB_APP_PRIVATE_KEY = texts.get('app-private-key');
  } else if (texts.has('token')) own.GH_TOKEN = texts.get('token');
  if (texts.has('approve-token')) own[approver] = texts.get('approve-token');
  // what it reads is kept for the job, and for no later one on a runner of one's own
  if (env.RUNNER_TEMP) own.XDG_CACHE_HOME = env.RUNNER_TEMP;
  return own;
}
