import { didYouMean } from '../environment/index.js';
import type { Tree } from '../fleet/read.js';
import {
  annotatedImages,
  annotationPrefix,
  hasImageList,
  imageListKey,
  type UpdaterApplication,
} from '../image-updater/index.js';
import type { SourcePosition } from '../model.js';
import { nodeAt, positionAt, readYaml, type YamlDocument } from '../yaml/index.js';
import type { LintFinding } from './finding.js';
import { finding } from './make.js';

const wide = ['update-strategy', 'force-update', 'allow-tags', 'ignore-tags', 'pull-secret'] as const;
const ofApplication = ['image-list', 'write-back-method', 'write-back-target', 'git-branch', 'git-repository', ...wide];
const ofImage = [
  ...wide,
  'platforms',
  'tag-match',
  'helm.image-name',
  'helm.image-tag',
  'helm.image-spec',
  'kustomize.image-name',
];

/** Annotations that Image Updater 1.3.0 and 0.18 do not know, or that are for an alias that is not in the list. */
export function annotationFindings(application: UpdaterApplication): readonly LintFinding[] {
  const listed = new Set(annotatedImages(application.annotations).map(({ image }) => image.alias));
  return Object.keys(application.annotations).flatMap((key): readonly LintFinding[] => {
    if (!key.startsWith(annotationPrefix)) return [];
    const short = key.slice(annotationPrefix.length);
    if (ofApplication.includes(short)) return [];
    const setting = ofImage.find((one) => short.endsWith(`.${one}`));
    const at = application.locate?.([...application.base, 'metadata', 'annotations', key]) ?? startOf(application);
    if (setting === undefined) {
      const dot = short.indexOf('.');
      const guess = dot === -1 ? didYouMean(short, ofApplication) : didYouMean(short.slice(dot + 1), ofImage);
      return [
        finding(
          'unknown-annotation',
          `Image Updater knows no annotation "${short}", so it has no effect. ${guess}`,
          at,
        ),
      ];
    }
    const alias = short.slice(0, -setting.length - 1);
    if (!hasImageList(application) || listed.has(alias)) return [];
    const aliases = [...listed].filter((one) => one !== '');
    const known = aliases.length === 0 ? 'no image there has an alias' : `the aliases there are ${aliases.join(', ')}`;
    return [
      finding(
        'alias-not-in-list',
        `"${short}" is for the alias ${alias}, which ${short0(imageListKey)} does not have (${known}), so it has no effect.`,
        at,
      ),
    ];
  });
}

const short0 = (key: string): string => key.slice(annotationPrefix.length);

function startOf({ file }: UpdaterApplication): SourcePosition {
  return { file, line: 1, column: 1 };
}

/** Annotations of Image Updater on other objects, and on an ApplicationSet itself instead of its template. */
export function misplacedFindings(tree: Tree): readonly LintFinding[] {
  const [home] = tree.fleet.places;
  return Object.entries(home?.snapshot.files ?? {}).flatMap(([path, text]) => {
    if (!/\.ya?ml$/.test(path) || !text.includes(annotationPrefix)) return [];
    const file = readYaml(text, path).unwrapOr(null);
    return (file?.documents ?? []).flatMap((document): readonly LintFinding[] => {
      const at = annotationsIn(document);
      if (at === null || document.kind === null || document.kind === 'Application') return [];
      const hint = document.kind === 'ApplicationSet' ? ' Put them under spec.template.metadata.' : '';
      return [
        finding(
          'annotation-on-wrong-object',
          `The annotations of Image Updater on ${document.kind} ${document.name ?? ''} have no effect: it looks at Applications alone.${hint}`,
          positionAt(path, text, at),
        ),
      ];
    });
  });
}

function annotationsIn(document: YamlDocument): number | null {
  const node = nodeAt(document, ['metadata', 'annotations']);
  const entry = node?.type === 'map' ? node.entries.find((one) => one.key.startsWith(annotationPrefix)) : undefined;
  return entry?.keyStart ?? null;
}
