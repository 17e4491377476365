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
    const names = new Set<string>();
    for (const { instances } of columnsOf) {
      for (const name of rowNames(instances.get(application)).keys()) names.add(name);
    }
    return (names.size === 0 ? [null] : [...names]).map((name) => [
      names.size <= 1 ? application : `${application}/${name ?? ''}`,
      ...columnsOf.map(({ environment, states, instances }) =>
        cell(instances.get(application), name, states, behind.get(JSON.stringify([environment.name, application]))),
      ),
    ]);
  });
  return columns([header, ...rows], '   ').map((row) => `  ${row}`);
}

/** Images of an application by the name of their row: the last part, or all of it where that names several. */
function rowNames(instance: Instance | undefined): ReadonlyMap<string, TrackedImage> {
  const images = instance?.images ?? [];
  const parts = images.map((one) => lastPart(one.image));
  return new Map(
    images.map((one, index) => {
      const part = parts[index] ?? '';
      return [parts.indexOf(part) === parts.lastIndexOf(part) ? part : one.image, one];
    }),
  );
}

/** For each application that differs from the environment it is promoted from: its images, and that environment. */
function behindBy({ differences }: StatusView): ReadonlyMap<string, Behind> {
  const behind = new Map<string, { from: string; parts: Set<string> }>();
  for (const { from, to, versions } of differences) {
    for (const one of versions) {
      const key = JSON.stringify([to, one.application]);
      const known = behind.get(key) ?? { from, parts: new Set<string>() };
      known.parts.add(lastPart(one.image));
      behind.set(key, known);
    }
  }
  return behind;
}

interface Behind {
  readonly from: string;
  readonly parts: ReadonlySet<string>;
}

function cell(
  instance: Instance | undefined,
  name: string | null,
  states: readonly FreezeState[],
  behind: Behind | undefined,
): string {
  if (instance === undefined) return '-';
  const image = name === null ? undefined : rowNames(instance).get(name);
  const unreadable = instance.problems.length > 0 ? ['see below'] : [];
  if (image === undefined) return ['no version', ...unreadable].join(', ');
  const marks = [
    ...(behind?.parts.has(lastPart(image.image)) === true ? [`≠ ${behind.from}`] : []),
    ...marksOf(states, instance.application, image.image),
    ...unreadable,
  ];
  return [
    image.version === null ? 'no version' : describeVersion(image.version),
    ...(marks.length > 0 ? [marks.join(', ')] : []),
  ].join(' ');
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

function lastPart(image: string): string {
  return image.slice(image.lastIndexOf('/') + 1);
}
