import {
  describeVersion,
  type Environment,
  type FreezeState,
  type Instance,
  type Note,
  type TrackedImage,
} from '@gitops/core';
import { columns, count } from '../output/columns.js';
import { describeSource } from '../repository/look.js';
import { isWhole, marksOf, stateWords } from './marks.js';
import type { StatusView } from './view.js';

/** The status as people read it: a table, and beneath it what needs a sentence. `explained`: the notes follow elsewhere. */
export function describeStatus(view: StatusView, { explained = false } = {}): string {
  const { environments, source, place } = view;
  const applications = new Set(environments.flatMap((one) => one.instances.map((instance) => instance.application)));
  const head = `${place} · ${describeSource(source)} · ${count(environments.length, 'environment')}, ${count(applications.size, 'application')}`;
  return [
    [head],
    table(view, [...applications].sort()),
    section(
      'Freezes',
      view.freezes.flatMap(({ states }) => states.map(describeFreeze)),
    ),
    section('Problems', problemsOf(environments)),
    section('Notes', explained ? [] : notesOf(view.fleet.notes)),
    section('Open', columns((view.open ?? []).map((one) => [`  ${one.id}`, one.title]))),
    section('Next', columns(view.next.map((one) => [`  ${one.command}`, one.why]))),
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

/** One row for each application and image, one column for each environment. */
function table(view: StatusView, applications: readonly string[]): string[] {
  const behind = behindBy(view);
  const columnsOf = view.environments.map((environment) => ({
    environment,
    states: view.freezes.find((one) => one.environment === environment)?.states ?? [],
    instances: new Map(environment.instances.map((one) => [one.application, one])),
  }));
  const header = [
    '',
    ...columnsOf.map(({ environment, states }) => [environment.name, ...wholeMarks(states)].join(' ')),
  ];
  const rows = applications.flatMap((application) => {
    const instancesOf = columnsOf.flatMap(({ instances }) => instances.get(application) ?? []);
    const nameOf = rowNames(instancesOf);
    const images = instancesOf.flatMap((one) => one.images);
    const names = new Set(images.map(nameOf));
    const isBehind = (name: string | null, environment: string): string | null => {
      const known = behind.get(JSON.stringify([environment, application]));
      return images.some((one) => known?.images.has(one.image) === true && nameOf(one) === name)
        ? (known?.from ?? null)
        : null;
    };
    return (names.size === 0 ? [null] : [...names]).map((name) => [
      names.size <= 1 ? application : `${application}/${name ?? ''}`,
      ...columnsOf.map(({ environment, states, instances }) =>
        cell(instances.get(application), (one) => nameOf(one) === name, states, isBehind(name, environment.name)),
      ),
    ]);
  });
  return columns([header, ...rows], '   ').map((row) => `  ${row}`);
}

/** How the rows of an application are called: as much of the names of its images as tells them apart, wherever it runs. */
function rowNames(instances: readonly Instance[]): (image: TrackedImage) => string {
  const ends = (image: string, size: number): string => image.split('/').slice(-size).join('/');
  const withKind = (name: string, { what }: TrackedImage): string => (what === undefined ? name : `${name} (${what})`);
  const longest = Math.max(1, ...instances.flatMap(({ images }) => images.map((one) => one.image.split('/').length)));
  const ways = [
    (one: TrackedImage): string => ends(one.image, 1),
    ...Array.from(
      { length: longest },
      (_, size) =>
        (one: TrackedImage): string =>
          withKind(ends(one.image, size + 1), one),
    ),
  ];
  const chosen = new Map<string, (image: TrackedImage) => string>();
  for (const last of new Set(instances.flatMap(({ images }) => images.map((one) => ends(one.image, 1))))) {
    const together = instances.map(({ images }) => images.filter((one) => ends(one.image, 1) === last));
    const way = ways.find((name) => together.every((images) => new Set(images.map(name)).size === images.length));
    chosen.set(last, way ?? ((one) => one.image));
  }
  return (image) => chosen.get(ends(image.image, 1))?.(image) ?? image.image;
}

/** For each application that differs from the environment it is promoted from: its images, and that environment. */
function behindBy({ differences }: StatusView): ReadonlyMap<string, Behind> {
  const behind = new Map<string, { from: string; images: Set<string> }>();
  for (const { from, to, versions } of differences) {
    for (const one of versions) {
      const key = JSON.stringify([to, one.application]);
      const known = behind.get(key) ?? { from, images: new Set<string>() };
      known.images.add(one.image);
      behind.set(key, known);
    }
  }
  return behind;
}

interface Behind {
  readonly from: string;
  readonly images: ReadonlySet<string>;
}

function cell(
  instance: Instance | undefined,
  isOfRow: (image: TrackedImage) => boolean,
  states: readonly FreezeState[],
  behind: string | null,
): string {
  if (instance === undefined) return '-';
  const image = instance.images.find(isOfRow);
  const unreadable = instance.problems.length > 0 ? ['see below'] : [];
  if (image === undefined) return ['no version', ...unreadable].join(', ');
  const marks = [
    ...(behind === null ? [] : [`≠ ${behind}`]),
    ...marksOf(states, instance.application, image.image),
    ...unreadable,
  ];
  return [
    image.version === null ? 'no version' : shortened(describeVersion(image.version)),
    ...(marks.length > 0 ? [marks.join(', ')] : []),
  ].join(' ');
}

/** With the beginning of a digest or a commit id, which is as much as people read of it; `--explain` has all. */
function shortened(version: string): string {
  return version.replace(/\b([0-9a-f]{12})(?:[0-9a-f]{28}|[0-9a-f]{52})\b/g, '$1');
}

function wholeMarks(states: readonly FreezeState[]): string[] {
  const words = states.filter((one) => !one.hold && isWhole(one.record.selection)).flatMap(stateWords);
  return words.length === 0 ? [] : [`(${[...new Set(words)].join(', ')})`];
}

function describeFreeze(state: FreezeState): string {
  const { record } = state;
  const { applications, images, except } = record.selection;
  const scope = state.hold
    ? `without ${record.denied.map((one) => `${one.application} ${one.version}`).join(', ')}`
    : isWhole(record.selection)
      ? 'everything'
      : [
          ...(applications.length > 0 ? [applications.join(', ')] : []),
          ...(images.length > 0 ? [`image ${images.join(', ')}`] : []),
          ...(except.length > 0 ? [`all but ${except.join(', ')}`] : []),
        ].join('; ');
  const by = record.by.replace(/ <[^>]*>$/, '');
  const until = record.until === null ? '' : ` until ${record.until.slice(0, 10)}`;
  const reason = record.reason === '' ? '' : `: ${record.reason}`;
  const updating = state.updating.map((one) => `\n  ! Image Updater still updates ${one.image} of ${one.application}`);
  return `  ${record.environment}  ${stateWords(state).join(', ')}  ${scope}, since ${record.since.slice(0, 10)}${until} by ${by}${reason}${updating.join('')}`;
}

function problemsOf(environments: readonly Environment[]): string[] {
  return environments.flatMap((environment) =>
    environment.instances.flatMap((instance) =>
      instance.problems.map((one) => {
        const at = one.at === null ? '' : `  ${one.at.file}:${one.at.line}:${one.at.column}`;
        return `  ! ${instance.application} in ${environment.name}  ${one.kind}${at}  ${one.message}`;
      }),
    ),
  );
}

/** Of each kind so many, so that one cause in a large repository does not hide all else. */
const shownOfKind = 5;

function notesOf(notes: readonly Note[]): string[] {
  const warnings = notes.filter((one) => one.severity === 'warn');
  return [...new Set(warnings.map((one) => one.kind))].flatMap((kind) => {
    const lines = [...new Set(warnings.filter((one) => one.kind === kind).map(describeNote))];
    const more = lines.length - shownOfKind;
    return more > 0 ? [...lines.slice(0, shownOfKind), `    and ${more} more ${kind}: --explain shows all`] : lines;
  });
}

/** A note, with its place where the sentence does not name it. */
function describeNote({ message, at }: Note): string {
  return `  ! ${message}${at === null || message.includes(at.file) ? '' : `  ${at.file}:${at.line}`}`;
}
