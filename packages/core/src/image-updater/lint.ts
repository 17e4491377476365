import type { Note } from '../fleet/fleet.js';
import type { Path } from '../yaml/node.js';
import { isBrokenAllowTags } from './allow-tags.js';
import { annotation, annotationPrefix, settingKeysOf } from './annotations.js';
import { inertNote } from './freeze.js';
import { isMalformedGlob } from './glob.js';
import { trimSpace } from './go-text.js';
import { hasImageList, type Placed, positionOf, type UpdaterApplication, type UpdaterResource } from './inputs.js';
import { type Level, rawAt, settingsAt, settingsPath } from './levels.js';
import { describeShape } from './problems.js';
import type { UpdaterView } from './view.js';

/**
 * What is odd about an application's Image Updater settings, so that it does not do what its writer meant: inert
 * annotations, patterns that ignore nothing, `allow-tags` that allow nothing, and with `helmvalues` write-back the
 * siblings that can rewrite a frozen image.
 */
export function lintApplication(application: UpdaterApplication, view: UpdaterView): readonly Note[] {
  const annotationNotes = Object.keys(application.annotations).flatMap((key) => lintAnnotation(application, key));
  const mattered = hasImageList(application) ? annotationNotes : [];
  return [...(view.inertAnnotations ? [inertNote(application)] : []), ...mattered, ...siblingNotes(application, view)];
}

/** The same for a resource, on all of its levels; and what the cluster would refuse of it. */
export function lintResource(from: UpdaterResource): readonly Note[] {
  const levels: readonly Level[] = [
    { level: 'spec' },
    ...from.resource.applicationRefs.flatMap((ref): readonly Level[] => [
      { level: 'ref', ref },
      ...ref.images.map((image) => ({ level: 'image', ref, image }) as const),
    ]),
  ];
  const shapes = from.resource.problems
    .filter(({ path }) => path.at(-1) !== 'ignoreTags')
    .map(({ path, message }) => note('resource-invalid', describeShape({ path, message }), from, path));
  return [...levels.flatMap((level) => lintLevel(from, level)), ...shapes];
}

function lintAnnotation(application: UpdaterApplication, key: string): readonly Note[] {
  if (!key.startsWith(annotationPrefix)) return [];
  const path: Path = [...application.base, 'metadata', 'annotations', key];
  const value = annotation(application.annotations, key) ?? '';
  const short = key.slice(annotationPrefix.length);
  const wide = settingKeysOf('');
  if (key === wide.ignoreTags || key.endsWith('.ignore-tags')) {
    return value
      .split(',')
      .map(trimSpace)
      .flatMap((pattern) => lintPattern(short, pattern, application, path));
  }
  if (key === wide.allowTags || key.endsWith('.allow-tags'))
    return lintAllowTags(short, trimSpace(value), application, path);
  return [];
}

function lintLevel(from: UpdaterResource, level: Level): readonly Note[] {
  const settings = settingsAt(from, level);
  const path = settingsPath(from, level);
  const raw = rawAt(from, [...path, 'ignoreTags']);
  const isWrong = raw !== undefined && raw !== null && settings?.ignoreTags === undefined;
  return [
    ...(isWrong
      ? [
          note(
            'ignore-tags-not-a-list',
            `ignoreTags is ${typeof raw === 'string' ? 'a string' : 'no list of strings'}, and the cluster refuses the resource; write ["*"].`,
            from,
            [...path, 'ignoreTags'],
          ),
        ]
      : []),
    ...(settings?.ignoreTags ?? []).flatMap((pattern, index) => [
      ...lintPattern('ignoreTags', pattern, from, [...path, 'ignoreTags', index]),
      ...lintElement(pattern, from, [...path, 'ignoreTags', index]),
    ]),
    ...lintAllowTags('allowTags', settings?.allowTags ?? '', from, [...path, 'allowTags']),
  ];
}

function lintPattern(key: string, pattern: string, placed: Placed, path: Path): readonly Note[] {
  if (/^regexp:/i.test(pattern)) {
    return [
      note(
        'ignore-tags-regexp',
        `${key} knows no expressions: "${pattern}" is a glob that no tag matches, so it ignores nothing.`,
        placed,
        path,
      ),
    ];
  }
  return isMalformedGlob(pattern)
    ? [
        note(
          'ignore-tags-malformed',
          `The pattern "${pattern}" of ${key} is malformed, so it ignores nothing.`,
          placed,
          path,
        ),
      ]
    : [];
}

/** Elements of a list in a resource are neither split nor trimmed. */
function lintElement(pattern: string, placed: Placed, path: Path): readonly Note[] {
  return /[\s,]/.test(pattern)
    ? [
        note(
          'ignore-tags-never-match',
          `No tag holds a comma or a blank, so "${pattern}" ignores nothing; write one list element for each pattern.`,
          placed,
          path,
        ),
      ]
    : [];
}

function lintAllowTags(key: string, value: string, placed: Placed, path: Path): readonly Note[] {
  // a blank behind the colon is part of the expression, and no tag holds one
  return isBrokenAllowTags(value) || /^regexp:\s/i.test(value)
    ? [
        note(
          'allow-tags-nothing',
          `${key} is "${value}", which lets no tag pass, so the image is never updated; expressions are written as regexp:<expression>.`,
          placed,
          path,
        ),
      ]
    : [];
}

/** With `helmvalues`, one image's update writes the live tags of all images: also over a value promoted but not synced. */
function siblingNotes(application: UpdaterApplication, view: UpdaterView): readonly Note[] {
  if (view.writeBack?.method !== 'git' || !view.writeBack.target?.startsWith('helmvalues')) return [];
  const frozen = view.images.filter((image) => image.frozen);
  const moving = view.images.filter((image) => !image.frozen);
  if (frozen.length === 0 || moving.length === 0) return [];
  const names = (images: typeof frozen) => [...new Set(images.map(({ image }) => image))].join(', ');
  return [
    note(
      'sibling-write-back',
      `Image Updater writes ${names(frozen)} of ${application.name} back to what runs in the cluster whenever it updates ${names(moving)}: with helmvalues it writes all images at once. Freeze the whole application, or let Argo CD sync a promotion before the next update.`,
      application,
      [...application.base, 'metadata', 'annotations'],
    ),
  ];
}

function note(kind: string, message: string, placed: Placed, path: Path): Note {
  return { kind, severity: 'warn', message, at: positionOf(placed, path) };
}
