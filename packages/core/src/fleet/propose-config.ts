import { type GitOpsError, problem } from '../errors/error.js';
import { err, ok, type Result } from '../result.js';
import { encodeScalar } from '../yaml/index.js';
import type { Environment, Fleet, Note } from './fleet.js';
import { mappingsOfFleet, textOfMapping } from './likely-mappings.js';
import { fleetOf } from './read.js';

const schema = 'https://cdn.jsdelivr.net/npm/@gitops/core@1/schemas/gitops.schema.json';

/**
 * The text of a `gitops.yaml` that says what was discovered, commented: environments, their other names and their order,
 * and what was not understood. It is read again before it is given: the same applications are in the same environments.
 *
 * Errors: `config-invalid` where there is a configuration already, or where writing down what was found would change it.
 */
export function proposeConfig(fleet: Fleet): Result<string, GitOpsError> {
  const [place] = fleet.places;
  if (fleet.config.file !== null) {
    return err(
      problem(
        'config-invalid',
        `${fleet.config.file} is there already.`,
        'Change it by hand: what it leaves out is discovered.',
        {
          at: { file: fleet.config.file, line: 1, column: 1 },
        },
      ),
    );
  }
  const text = textOf(fleet);
  const files = { ...place?.snapshot.files, 'gitops.yaml': text };
  return fleetOf(
    { commit: null, skipped: [], ...place?.snapshot, files },
    { ...fleet.reading, config: 'gitops.yaml' },
  ).andThen(
    (again): Result<string, GitOpsError> =>
      placesOf(again, isInNoOrder(fleet)) === placesOf(fleet, isInNoOrder(fleet))
        ? ok(text)
        : err(
            problem(
              'config-invalid',
              'What was discovered cannot be written down without changing it.',
              'Write gitops.yaml by hand; "layout" tells environments and applications by their paths.',
            ),
          ),
  );
}

/** Whether nothing told any order: as a list they are in one, and a person has to say which. */
function isInNoOrder(fleet: Fleet): boolean {
  return fleet.environments.length > 1 && fleet.environments.every(({ from }) => from.length === 0);
}

function placesOf(fleet: Fleet, withoutOrder: boolean): string {
  return JSON.stringify(
    fleet.environments.map(({ name, from, instances }) => [
      name,
      withoutOrder ? [] : from,
      instances.map((one) => one.application),
    ]),
  );
}

function textOf(fleet: Fleet): string {
  const width = Math.max(...fleet.environments.map((one) => nameOf(one.name).length));
  return [
    `# yaml-language-server: $schema=${schema}`,
    '# What gitops found here. Everything may be changed; what is left out is discovered again.',
    'version: 1',
    '',
    ...comments(fleet.notes, ['environments-discovered', 'environment-order-assumed', 'environment-order-unknown']),
    ...(isInNoOrder(fleet)
      ? ['# As they are listed, each is promoted into the next: put them in the right order.']
      : []),
    'environments:',
    ...fleet.environments.map((one) => `  ${`${nameOf(one.name)}:`.padEnd(width + 1)} ${settingsOf(one)}`),
    '',
    '# Where the paths say it, this takes the place of discovery:',
    '# layout: ["apps/{environment}/{application}/application.yaml"]',
    ...imagesOf(fleet),
    ...left(fleet),
    '',
  ].join('\n');
}

function imagesOf(fleet: Fleet): readonly string[] {
  const found = mappingsOfFleet(fleet);
  if (found.length === 0) return [];
  const lines = found.map(({ mapping }) => `#   - ${textOfMapping(mapping)}`);
  return ['', '# Images that are probably the same under two names. If they are:', '# images:', ...lines];
}

function settingsOf({ aliases, from }: Environment): string {
  const [only, ...more] = from;
  const settings = [
    ...(only === undefined
      ? []
      : [`from: ${more.length === 0 ? nameOf(only) : `{ all: [${from.map(nameOf).join(', ')}] }`}`]),
    ...(aliases.length === 0 ? [] : [`aliases: [${aliases.map(nameOf).join(', ')}]`]),
  ];
  return settings.length === 0 ? '{}' : `{ ${settings.join(', ')} }`;
}

function nameOf(text: string): string {
  return encodeScalar(text, { flow: true, quote: 'plain' });
}

function comments(notes: readonly Note[], kinds: readonly string[]): readonly string[] {
  return notes.filter((one) => kinds.includes(one.kind)).map((one) => `# ${one.message}`);
}

/** What belongs to no environment, or to one of several: for a person to decide. */
function left(fleet: Fleet): readonly string[] {
  const told = comments(fleet.notes, [
    'environment-ambiguous',
    'environment-evidence-differs',
    'environment-concluded',
    'applications-unassigned',
  ]);
  const claimed = fleet.ambiguous.map((one) => `# ${one.message}`);
  return told.length + claimed.length === 0 ? [] : ['', '# Not understood, or concluded:', ...told, ...claimed];
}
