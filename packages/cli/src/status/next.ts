import { count } from '../output/columns.js';
import { isWhole, promotable } from './marks.js';
import type { NextStep, StatusView } from './view.js';

/** What can be done next, most pressing first. */
export function nextSteps(view: Omit<StatusView, 'next'>, { explained = false } = {}): readonly NextStep[] {
  const { differences, freezes, open } = view;
  const states = freezes.flatMap(({ states: all }) => all);
  const expired = states.filter((one) => one.expired);
  return [
    ...(open ?? []).map((one) => ({ command: `gitops pr show ${one.id}`, why: one.title })),
    ...states
      .filter((one) => !one.enforced)
      .map(({ record }) => ({
        command: `gitops freeze ${[record.environment, ...flagsOf(record.selection)].join(' ')}`,
        why: 'its enforcement is gone; freezing again mends it',
      })),
    ...(expired.length > 0
      ? [{ command: 'gitops resume --expired', why: `${count(expired.length, 'freeze')} past the end` }]
      : []),
    ...differences.flatMap((difference) => {
      const frozen = freezes.some(
        ({ environment, states: all }) =>
          environment.name === difference.to && all.some((one) => !one.hold && isWhole(one.record.selection)),
      );
      const moving = promotable(difference, view).length;
      // The open one is named already.
      const isOpen = open?.some((one) => one.source.endsWith(`promote/${difference.from}/${difference.to}`)) ?? false;
      if (frozen || isOpen || moving === 0) return [];
      return [
        {
          command: `gitops promote ${difference.from} ${difference.to}`,
          why: `${count(moving, 'version')} ${moving === 1 ? 'differs' : 'differ'}`,
        },
      ];
    }),
    ...(lacksVersions(view) && !explained
      ? [{ command: 'gitops status --explain', why: 'why some have no version' }]
      : []),
    ...states
      .filter((one) => !one.expired)
      .map(({ record, hold }) => ({
        command: `gitops resume ${[record.environment, ...flagsOf(record.selection)].join(' ')}`,
        why: hold ? 'ends the hold' : 'ends the freeze',
      })),
  ];
}

function lacksVersions({ environments }: Omit<StatusView, 'next'>): boolean {
  const images = environments.flatMap((one) => one.instances.map((instance) => instance.images));
  return images.some((all) => all.length === 0 || all.some(({ version }) => version === null));
}

function flagsOf({
  applications,
  images,
  except,
}: {
  readonly applications: readonly string[];
  readonly images: readonly string[];
  readonly except: readonly string[];
}): string[] {
  return [
    ...(applications.length > 0 ? [`--app ${applications.join(',')}`] : []),
    ...(images.length > 0 ? [`--image ${images.join(',')}`] : []),
    ...(except.length > 0 ? [`--except ${except.join(',')}`] : []),
  ];
}
