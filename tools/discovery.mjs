// How far environments and pairs that core finds without configuration are those that a person finds.
//   node tools/discovery.mjs <folder of repositories> <expected.json> [owner/name]
// The folder holds each repository as `owner+name` (a clone, a bare repository, or one in `repo` below). The JSON lists
// commits with `envsCanonical`, and pairs of Applications with the file of each version.
// right: the same · said: something is missing or left out, and core says so · wrong: neither.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { coreParts, holdsCommit, snapshotOf } from './checkout.mjs';

const [folder, file, only] = process.argv.slice(2);
if (file === undefined) {
  console.error('node tools/discovery.mjs <folder of repositories> <expected.json> [owner/name]');
  process.exit(2);
}
const core = await coreParts({
  'fleet/read.ts': ['fleetOf'],
  'promotion/plan-promotion.ts': ['planPromotion'],
  'environment/words.ts': ['commonWordOf'],
});

const idOf = (name) => core.commonWordOf(name)?.id ?? name;
const instancesOf = (fleet) => fleet.environments.flatMap((one) => one.instances);

/** What was said about what could not be placed. */
function saidOf(fleet) {
  const telling = [
    'environment-ambiguous',
    'application-claimed-twice',
    'follows-another-branch',
    'applications-unassigned',
  ];
  return fleet.notes.filter((one) => telling.includes(one.kind));
}

function environmentsVerdict(expected, fleet) {
  const wanted = expected.envsCanonical.map(idOf).sort();
  const found = fleet.environments.map((one) => idOf(one.name)).sort();
  const missing = wanted.filter((one) => !found.includes(one));
  const more = found.filter((one) => !wanted.includes(one));
  if (missing.length === 0 && more.length === 0) return { verdict: 'right' };
  const why = [missing.length > 0 && `without ${missing.join(', ')}`, more.length > 0 && `and also ${more.join(', ')}`];
  const message = why.filter(Boolean).join(', ');
  return { verdict: more.length === 0 && saidOf(fleet).length > 0 ? 'said' : 'wrong', message };
}

/** What a promotion from one end of a pair to the other would do. */
function pairVerdict(pair, fleet) {
  const endOf = ({ app, applicationFile, file: pinned }) =>
    instancesOf(fleet).filter(({ resource, images }) =>
      app === undefined
        ? images.some(({ pins }) => pins.some((pin) => pin.file === pinned))
        : resource.name === app && (applicationFile === undefined || resource.file === applicationFile),
    );
  const [from] = endOf(pair.from);
  const [to] = endOf(pair.to);
  if (from === undefined || to === undefined) {
    const side = from === undefined ? pair.from : pair.to;
    const name = side.app ?? side.file;
    const told = [...saidOf(fleet), ...fleet.ambiguous, ...fleet.unreadable].find((one) => one.message.includes(name));
    return told === undefined
      ? { verdict: 'wrong', message: `${name} is in no environment, and nothing says so` }
      : { verdict: 'said', message: told.message };
  }
  if (from.application !== to.application)
    return {
      verdict: 'wrong',
      message: `${from.application} in ${from.environment}, ${to.application} in ${to.environment}`,
    };
  if (from.environment === to.environment) return { verdict: 'wrong', message: `both in ${from.environment}` };
  const config = { ...fleet.config, rules: [{ rule: 'downgrade', severity: 'warn', into: [], options: {} }] };
  const plan = core.planPromotion(
    { ...fleet, config },
    {
      from: from.environment,
      to: [to.environment],
      selection: { applications: [from.application] },
      now: '2000-01-01T00:00:00Z',
      by: 'discovery',
    },
  );
  if (plan.isErr()) return { verdict: 'said', message: `${plan.error.kind}: ${plan.error.message}` };
  const edited = plan.value.changes.flatMap(({ files }) => files.map(({ path }) => path));
  const wanted = pair.from.file === pair.to.file || pair.to.version === pair.from.version ? [] : [pair.to.file];
  const others = edited.filter((path) => !wanted.includes(path));
  if (others.length > 0) return { verdict: 'wrong', message: `edits ${others.join(', ')}, not ${pair.to.file}` };
  return edited.length === wanted.length
    ? { verdict: 'right', message: edited.length === 0 ? 'nothing to do' : `edits ${edited[0]}` }
    : {
        verdict: 'said',
        message: `does not edit ${pair.to.file}: ${plan.value.notes?.[0]?.message ?? 'the same version'}`,
      };
}

const table = { environments: { right: 0, said: 0, wrong: 0 }, pairs: { right: 0, said: 0, wrong: 0 } };
const absent = [];
for (const expected of JSON.parse(readFileSync(file, 'utf8')).repos) {
  if (only !== undefined && expected.name !== only) continue;
  const base = join(folder, expected.name.replace('/', '+'));
  const repository = [join(base, 'repo'), base].find((one) => existsSync(one) && holdsCommit(one, expected.commit));
  if (repository === undefined) {
    absent.push(expected.name);
    continue;
  }
  const read = core.fleetOf(snapshotOf(repository, expected.commit));
  const told = read.isErr()
    ? { verdict: 'said', message: read.error.message }
    : environmentsVerdict(expected, read.value);
  table.environments[told.verdict]++;
  const found = read.isErr() ? 'none' : read.value.environments.map((one) => one.name).join(', ');
  console.log(`${told.verdict.padEnd(6)} ${expected.name}  ${found}  ${told.message ?? ''}`);
  for (const pair of expected.pairs) {
    const { verdict, message } = read.isErr() ? told : pairVerdict(pair, read.value);
    table.pairs[verdict]++;
    console.log(`  ${verdict.padEnd(6)} ${pair.app}: ${message}`);
  }
}
for (const [what, { right, said, wrong }] of Object.entries(table)) {
  console.log(`${what}: ${right} right, ${said} said, ${wrong} wrong, of ${right + said + wrong}`);
}
if (absent.length > 0) console.log(`not there: ${absent.join(', ')}`);
process.exitCode = table.environments.wrong + table.pairs.wrong > 0 ? 1 : 0;
