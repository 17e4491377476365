import {
  describePlace,
  type Environment,
  type EnvironmentEvidence,
  formatPointer,
  type Pin,
  type Place,
  type TrackedImage,
} from '@gitops/core';
import { columns } from '../output/columns.js';
import type { StatusView } from './view.js';

/** Where each version is written, what hides what, and how the environments were found. */
export function describeExplanation({ fleet, environments }: StatusView): string {
  const pins = environments.flatMap((environment) =>
    environment.instances.map((instance) => {
      const { kind, name, file, at } = instance.resource;
      const where = `${instance.application} in ${environment.name}  ${kind} ${name}  ${file}:${at.line}${inPlace(environment.place)}`;
      const images = instance.images.flatMap((image) => [
        `    ${image.image}${image.alias === null ? '' : ` (${image.alias})`}`,
        ...imageLines(image, environment),
      ]);
      return [
        `  ${where}`,
        `    in ${environment.name} ${told[instance.evidence]}`,
        ...(images.length === 0 ? ['    no image with a version was found'] : images),
        ...updaterLines(instance),
      ].join('\n');
    }),
  );
  const skipped = fleet.places
    .flatMap((one) => one.snapshot.skipped)
    .map((one) => `  ${one.path} was not read: ${one.reason}`);
  const notes = fleet.notes.map(
    ({ severity, message, at }) =>
      `  ${severity === 'warn' ? '! ' : ''}${message}${at === null || message.includes(at.file) ? '' : `  ${at.file}:${at.line}`}`,
  );
  return [['Pins', ...pins], ...(notes.length + skipped.length === 0 ? [] : [['Notes', ...notes, ...skipped]])]
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** How it is known which environment an application is in. */
const told: Readonly<Record<EnvironmentEvidence, string>> = {
  folder: 'by a folder of its file',
  name: 'by its name',
  'file name': 'by the name of its file',
  'value file': 'by its value files',
  'source path': 'by its source path',
  namespace: 'by its namespace',
  layout: 'as gitops.yaml says',
  concluded: 'since the same application stands in the other environments',
  branch: 'since no other environment lives on its branch',
};

function inPlace(place: Place): string {
  return place.id === 'home' ? '' : `  (${describePlace(place)})`;
}

function imageLines({ pins, masked }: TrackedImage, { place }: Environment): string[] {
  const positionOf = (pin: Pin): string => `${pin.file}:${pin.at.line}${inPlace(pin.place ?? place)}`;
  const first = pins[0];
  const rows = [
    ...pins.map((pin) => [pin.value, pin.kind, positionOf(pin), addressOf(pin)]),
    ...masked.map((pin) => [
      pin.value,
      pin.kind,
      positionOf(pin),
      first === undefined ? `${addressOf(pin)}, hidden` : `${addressOf(pin)}, hidden by ${positionOf(first)}`,
    ]),
  ];
  return columns(rows).map((row) => `      ${row}`);
}

function updaterLines({ updater }: StatusView['environments'][number]['instances'][number]): string[] {
  if (updater.configuredBy === 'none') return ['    Image Updater does not look at it'];
  const by = updater.configuredBy === 'resource' ? `the resource ${updater.resources.join(', ')}` : 'annotations';
  const images = updater.images.map(
    (one) =>
      `      ${one.image}${one.constraint === null ? '' : `:${one.constraint}`}  ${one.strategy}${one.frozen ? '  frozen' : ''}`,
  );
  return [
    `    Image Updater, by ${by}${updater.inertAnnotations ? '; its annotations are inert' : ''}`,
    ...images,
    ...updater.problems.map((one) => `      ! ${one}`),
  ];
}

function addressOf(pin: Pin): string {
  const inside = pin.inside === null ? '' : `, in the YAML that it holds at ${formatPointer(pin.inside)}`;
  return `${formatPointer(pin.pointer)}${inside}`;
}
