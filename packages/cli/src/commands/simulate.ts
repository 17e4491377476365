import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  describeVersion,
  environmentsOf,
  exitCodeOf,
  orThrow,
  platformIn,
  type RegistryTag,
  type SimulatedImage,
  type SimulationTarget,
  simulateUpdates,
  simulationTargets,
} from '@gitops/core';
import { selectionOf } from '../change/request.js';
import { fail, usage } from '../failure.js';
import type { Invocation, Run } from '../invocation.js';
import { columns, count } from '../output/columns.js';
import { exitCodes, toJson } from '../output/report.js';
import { describeSource, look } from '../repository/look.js';
import type { AskedImage } from '../simulate/ask-registries.js';
import { parseTagList } from '../simulate/tag-list.js';

/** Which version Image Updater would choose, of the tags that are given or that registries hold. */
export const run: Run = async (invocation) => {
  const { args, options, console } = invocation;
  const given: readonly Given[] = [...args.map(tagsOfArgument), ...(await tagsOfFile(invocation))];
  const limit = limitOf(options.text('limit'), options.flag('registry'));
  const platform = platformOf(options.text('platform'));
  if (given.length === 0 && !options.flag('registry')) {
    return usage(
      'No tags are given.',
      'Name them: gitops simulate payments=1.8.2,1.9.0, or ask the registries: gitops simulate --registry, or read a list: skopeo list-tags docker://ghcr.io/acme/payments | gitops simulate --tags -',
    );
  }
  const { fleet, source } = await look(invocation);
  const names = options.list('env');
  const simulation = {
    tags: given.map(({ image, tags }) => ({ image, tags })),
    environments: names.length === 0 ? fleet.environments : orThrow(environmentsOf(fleet, names)),
    selection: selectionOf(invocation),
    ...(platform === null ? {} : { platform }),
  };
  const targets = options.flag('registry') ? simulationTargets(fleet, simulation) : [];
  const asked = targets.length === 0 ? [] : await fromRegistries(targets, limit, invocation);
  const problems = asked.flatMap(({ problem }) => problem ?? []);
  for (const { message, remedy } of problems) console.warn(`${message} ${remedy}`);
  for (const one of asked.filter(({ cut }) => cut)) console.warn(cutOf(one, limit));
  const told = asked.filter(({ problem }) => problem === null).map(({ image, tags }) => ({ image, tags, exact: true }));
  const images = simulateUpdates(fleet, { ...simulation, tags: [...simulation.tags, ...told] });
  const updates = images.filter((one) => one.decision === 'update').length;
  const last =
    images.length === 0
      ? 'Image Updater looks at none of these applications.'
      : `${count(updates, 'image')} would be updated, ${images.length - updates} not.`;
  const [failed] = problems;
  return {
    document: () => ({
      schema: 'gitops/simulate/1',
      source: toJson(source),
      sources: toJson([...given.map(givenSource), ...asked.map(askedSource)]),
      images: toJson(images),
    }),
    text: () =>
      [
        `Simulated · ${describeSource(source)}`,
        ...(asked.length === 0 ? [] : [asked.map(describeAsked).join('\n')]),
        ...images.map(describe),
        last,
      ].join('\n\n'),
    brief: last,
    exitCode: failed === undefined ? exitCodes.done : exitCodeOf(failed),
  };
};

/** Where nothing at all could be asked, that is the answer. */
async function fromRegistries(
  targets: readonly SimulationTarget[],
  limit: number,
  invocation: Invocation,
): Promise<readonly AskedImage[]> {
  const { askRegistries } = await import('../simulate/ask-registries.js');
  const asked = orThrow(await askRegistries(targets, limit, invocation));
  const [first, ...also] = asked.flatMap(({ problem }) => problem ?? []);
  if (first !== undefined && also.length + 1 === asked.length) return fail({ ...first, also });
  return asked;
}

type Given = {
  readonly image: string;
  readonly tags: readonly RegistryTag[];
  readonly from: 'arguments' | 'file';
};

function givenSource({ image, tags, from }: Given): object {
  return { image, from, registry: null, tags: tags.length, cut: false, problem: null };
}

function askedSource({ image, registry, tags, cut, problem }: AskedImage): object {
  const { kind, message, remedy } = problem ?? {};
  const told = problem === null ? null : { kind, message, remedy };
  return { image, from: 'registry', registry, tags: tags.length, cut, problem: told };
}

function describeAsked({ image, registry, tags, cut, problem }: AskedImage): string {
  if (problem !== null) return `  ${registry ?? image}: ${problem.message}`;
  return `  ${count(tags.length, 'tag')} of ${registry ?? image}${cut ? '; there are more' : ''}`;
}

function cutOf({ image, tags }: AskedImage, limit: number): string {
  return `The registry has more than ${limit} tags of ${image}: ${tags.length} were read, mostly in the order of their names, so that newer ones may be missing. Raise it: --limit ${limit * 10}`;
}

function limitOf(text: string | null, isAsking: boolean): number {
  if (text === null) return 1000;
  if (isAsking && /^[1-9]\d{0,6}$/.test(text)) return Number(text);
  return isAsking
    ? usage(`--limit ${JSON.stringify(text)} is no number of tags.`, 'Give a number from 1 to 9999999: --limit 5000')
    : usage('--limit is for the tags that a registry is asked for.', 'Give --registry, too, or leave --limit out.');
}

function platformOf(text: string | null): string | null {
  if (text === null) return null;
  return (
    platformIn(text) ??
    usage(`--platform ${JSON.stringify(text)} is no platform.`, 'Write it as os/architecture: --platform linux/arm64')
  );
}

/** `payments=1.8.2,1.9.0`; the image by its full name or the end of it. */
function tagsOfArgument(text: string): Given {
  const equals = text.lastIndexOf('=');
  const image = text.slice(0, Math.max(0, equals));
  const tags = text
    .slice(equals + 1)
    .split(',')
    .filter((one) => one !== '');
  if (equals < 1 || tags.length === 0) {
    return usage(
      `${JSON.stringify(text)} does not say which tags an image has.`,
      'Write image=tag,tag: payments=1.8.2,1.9.0',
    );
  }
  return { image, tags: tags.map((name) => ({ name })), from: 'arguments' };
}

async function tagsOfFile({ options, io }: Invocation): Promise<readonly Given[]> {
  const path = options.text('tags');
  if (path === null) return [];
  const text = path === '-' ? await io.readInput() : readTags(resolve(io.cwd, path), path);
  const listed = orThrow(parseTagList(text, path === '-' ? 'standard input' : path));
  return listed.map((one) => ({ ...one, from: 'file' }));
}

function readTags(file: string, path: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return usage(`The file ${path} cannot be read.`, 'Check the path, or read standard input: --tags -');
  }
}

const decisions: Readonly<Record<SimulatedImage['decision'], string>> = {
  update: 'would be updated',
  unchanged: 'runs already',
  'nothing-fits': 'no tag fits: nothing changes',
  frozen: 'frozen: nothing changes',
  refused: 'Image Updater refuses its configuration',
  digest: 'is tracked; whether its digest changed, the registry knows: ask it with --registry',
  'no-tags': 'no tags were given for it',
};

const refusals: Readonly<Record<string, string>> = {
  'not-allowed': 'allow-tags does not let it pass',
  ignored: 'ignore-tags leaves it out',
  'not-the-tracked-tag': 'not the tag that is tracked',
  'other-platform': 'has no image for the platforms that count',
  unreadable: 'the registry does not tell what it points at',
  'no-version': 'no version',
  'outside-constraint': 'outside the constraint',
  prerelease: 'a pre-release, which the constraint does not take',
  older: 'not the newest',
};

const problems: Readonly<Record<string, string>> = {
  'constraint-invalid': 'the constraint is none that it can read',
  'constraint-missing': 'the digest strategy needs a tag to track: image:tag',
  'expression-unknown': 'its regular expression uses what is not read here',
};

function describe(one: SimulatedImage): string {
  const { selected = null, refused = [], problem = null } = one.tags ?? {};
  const chosen = selected === null ? null : describeVersion({ tag: selected, digest: one.digest });
  const move = chosen === null ? describeVersion(one.current) : `${describeVersion(one.current)} → ${chosen}`;
  const rule = [one.strategy, one.constraint ?? '', one.allowTags === null ? '' : `allow ${one.allowTags}`];
  const head = `  ${one.application} in ${one.environment}  ${one.image}  ${one.decision === 'unchanged' ? describeVersion(one.current) : move}  ${decisions[one.decision]}`;
  const writes =
    one.writes === null || one.decision !== 'update'
      ? []
      : [
          one.writes.method === 'git'
            ? `    written to ${one.writes.file ?? one.writes.target ?? 'a file that is not known'}${one.writes.branch === null ? '' : ` on ${one.writes.branch}`}`
            : '    written into the live Application only, not to Git',
        ];
  const rows = columns(refused.map(({ tag, why }) => [tag, refusals[why] ?? why])).map((row) => `      ${row}`);
  return [
    head,
    `    by ${rule.filter((part) => part !== '').join(', ')}${problem === null ? '' : `: ${problems[problem] ?? problem}`}`,
    ...writes,
    ...rows,
  ].join('\n');
}
