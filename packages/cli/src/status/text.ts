import { describeVersion, type Environment, type FreezeState } from '@gitops/core';
import { columns, count } from '../output/columns.js';
import { describeSource } from '../repository/look.js';
import { differencesOf, isWhole, marksOf, stateWords } from './marks.js';
import type { StatusView } from './view.js';

/** The status as people read it: a table, and beneath it what needs a sentence. */
export function describeStatus(view: StatusView): string {
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
    section(
      'Notes',
      view.fleet.notes.filter((one) => one.severity === 'warn').map((one) => `  ! ${one.message}`),
    ),
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
  const { environments } = view;
  const behind = behindBy(view);
  const header = ['', ...environments.map((one) => [one.name, ...wholeMarks(view, one)].join(' '))];
  const rows = applications.flatMap((application) => {
    const images = new Map<string, string>();
    for (const environment of environments) {
      const instance = environment.instances.find((one) => one.application === application);
      for (const one of instance?.images ?? []) images.set(lastPart(one.image), one.image);
    }
    const names = images.size === 0 ? [null] : [...images.keys()];
    return names.map((name) => [
      names.length === 1 ? application : `${application}/${name ?? ''}`,
      ...environments.map((environment) => cell(view, environment, application, name, behind)),
    ]);
  });
  return columns([header, ...rows], '   ').map((row) => `  ${row}`);
}

/** Which cells differ from the environment that they are promoted from. */
function behindBy({ fleet, environments }: StatusView): ReadonlyMap<string, string> {
  const behind = new Map<string, string>();
  for (const { from, to, versions } of differencesOf(fleet, environments)) {
    for (const one of versions) behind.set(JSON.stringify([to, one.application, lastPart(one.image)]), from);
  }
  return behind;
}

function cell(
  { freezes }: StatusView,
  environment: Environment,
  application: string,
  name: string | null,
  behind: ReadonlyMap<string, string>,
): string {
  const instance = environment.instances.find((one) => one.application === application);
  if (instance === undefined) return '-';
  const image = instance.images.find((one) => name !== null && lastPart(one.image) === name);
  const unreadable = instance.problems.length > 0 ? ['see below'] : [];
  if (image === undefined) return ['no version', ...unreadable].join(', ');
  const states = freezes.find((one) => one.environment === environment)?.states ?? [];
  const drift = behind.get(JSON.stringify([environment.name, application, name]));
  const marks = [
    ...(drift === undefined ? [] : [`≠ ${drift}`]),
    ...marksOf(states, application, image.image),
    ...unreadable,
  ];
  return [
    image.version === null ? 'no version' : describeVersion(image.version),
    ...(marks.length > 0 ? [marks.join(', ')] : []),
  ].join(' ');
}

function wholeMarks({ freezes }: StatusView, environment: Environment): string[] {
  const states = freezes.find((one) => one.environment === environment)?.states ?? [];
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

function lastPart(image: string): string {
  return image.slice(image.lastIndexOf('/') + 1);
}
