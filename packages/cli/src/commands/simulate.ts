import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  describeVersion,
  environmentsOf,
  orThrow,
  type RegistryTag,
  type SimulatedImage,
  simulateUpdates,
} from '@gitops/core';
import { selectionOf } from '../change/request.js';
import { usage } from '../failure.js';
import type { Invocation, Run } from '../invocation.js';
import { columns, count } from '../output/columns.js';
import { exitCodes, toJson } from '../output/report.js';
import { describeSource, look } from '../repository/look.js';
import { parseTagList } from '../simulate/tag-list.js';

type GivenTags = { readonly image: string; readonly tags: readonly RegistryTag[] };

/** Which version Image Updater would choose, if registries had the tags that are given. */
export const run: Run = async (invocation) => {
  const { args, options } = invocation;
  const tags = [...args.map(tagsOfArgument), ...(await tagsOfFile(invocation))];
  if (tags.length === 0) {
    return usage(
      'No tags are given.',
      'Name them: gitops simulate payments=1.8.2,1.9.0, or read a list: skopeo list-tags docker://ghcr.io/acme/payments | gitops simulate --tags -',
    );
  }
  const { fleet, source } = await look(invocation);
  const names = options.list('env');
  const environments = names.length === 0 ? fleet.environments : orThrow(environmentsOf(fleet, names));
  const images = simulateUpdates(fleet, { tags, environments, selection: selectionOf(invocation) });
  const updates = images.filter((one) => one.decision === 'update').length;
  const last =
    images.length === 0
      ? 'Image Updater looks at none of these applications.'
      : `${count(updates, 'image')} would be updated, ${images.length - updates} not.`;
  return {
    document: () => ({ schema: 'gitops/simulate/1', source: toJson(source), images: toJson(images) }),
    text: () => [`Simulated · ${describeSource(source)}`, ...images.map(describe), last].join('\n\n'),
    brief: last,
    exitCode: exitCodes.done,
  };
};

/** `payments=1.8.2,1.9.0`; the image by its full name or the end of it. */
function tagsOfArgument(text: string): GivenTags {
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
  return { image, tags: tags.map((name) => ({ name })) };
}

async function tagsOfFile({ options, io }: Invocation): Promise<readonly GivenTags[]> {
  const path = options.text('tags');
  if (path === null) return [];
  const text = path === '-' ? await io.readInput() : readTags(resolve(io.cwd, path), path);
  return orThrow(parseTagList(text, path === '-' ? 'standard input' : path));
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
  digest: 'is tracked; the registry tells whether its digest changed',
  'no-tags': 'no tags were given for it',
};

const refusals: Readonly<Record<string, string>> = {
  'not-allowed': 'allow-tags does not let it pass',
  ignored: 'ignore-tags leaves it out',
  'not-the-tracked-tag': 'not the tag that is tracked',
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
  const move = selected === null ? describeVersion(one.current) : `${describeVersion(one.current)} → ${selected}`;
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
