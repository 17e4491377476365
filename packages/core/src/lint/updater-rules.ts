import type { ReadCache } from '../argocd/index.js';
import { didYouMean } from '../environment/index.js';
import { annotatedImages, annotationPrefix, hasImageList, type UpdaterApplication } from '../image-updater/index.js';
import type { SourcePosition } from '../model.js';
import { nodeAt, positionAt, readYaml, type YamlDocument } from '../yaml/index.js';
import { type Found, finding, type Repair } from './make.js';
import { onlyNear, renamedAnnotation } from './rename-key.js';

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
export function annotationFindings(application: UpdaterApplication, cache: ReadCache): readonly Found[] {
  const aliases = [...new Set(annotatedImages(application.annotations).map(({ image }) => image.alias))];
  const listed = aliases.filter((one) => one !== '');
  return Object.keys(application.annotations).flatMap((key): readonly Found[] => {
    const short = shortOf(key);
    if (short === null) return [];
    const at = application.locate?.([...application.base, 'metadata', 'annotations', key]) ?? startOf(application);
    const renamed = (to: string | null): Repair | null =>
      to === null ? null : renamedAnnotation(application, key, `${annotationPrefix}${to}`, cache);
    if (!key.startsWith(annotationPrefix)) {
      const message = `Image Updater reads annotations that begin with ${annotationPrefix}, so "${key}" has no effect.`;
      return [finding('unknown-annotation', message, at, renamed(isKnown(short, listed) ? short : null))];
    }
    if (ofApplication.includes(short)) return [];
    const setting = ofImage.find((one) => short.endsWith(`.${one}`));
    if (setting === undefined) {
      const message = `Image Updater knows no annotation "${short}", so it has no effect. ${guessFor(short, listed)}`;
      return [finding('unknown-annotation', message, at, renamed(meantBy(short, listed)))];
    }
    const alias = short.slice(0, -setting.length - 1);
    if (!hasImageList(application) || aliases.includes(alias)) return [];
    const known = listed.length === 0 ? 'no image there has an alias' : `the aliases there are ${listed.join(', ')}`;
    const near = onlyNear(alias, listed);
    return [
      finding(
        'alias-not-in-list',
        `"${short}" is for the alias ${alias}, which image-list does not have (${known}), so it has no effect.`,
        at,
        renamed(near === null ? null : `${near}.${setting}`),
      ),
    ];
  });
}

/** What stands behind the prefix, also behind one that was meant to be it; null for annotations of others. */
function shortOf(key: string): string | null {
  if (key.startsWith(annotationPrefix)) return key.slice(annotationPrefix.length);
  const [domain = '', short] = key.split('/');
  return short !== undefined && /^argo-?cd-?image-?updater\b/i.test(domain) ? short : null;
}

function isKnown(short: string, aliases: readonly string[]): boolean {
  return ofApplication.includes(short) || aliases.some((alias) => ofImage.some((one) => short === `${alias}.${one}`));
}

function guessFor(short: string, aliases: readonly string[]): string {
  const { alias, name } = partsOf(short, aliases);
  return alias === null ? didYouMean(name, ofApplication) : didYouMean(name, ofImage);
}

/** The one annotation that a misspelt one can mean; null where there are several, or none. */
function meantBy(short: string, aliases: readonly string[]): string | null {
  const [only] = aliases;
  if (ofImage.includes(short)) return aliases.length === 1 ? `${only}.${short}` : null;
  const { alias, name } = partsOf(short, aliases);
  if (alias === null) return onlyNear(name, ofApplication);
  const near = aliases.includes(alias) ? onlyNear(name, ofImage) : null;
  return near === null ? null : `${alias}.${near}`;
}

function partsOf(short: string, aliases: readonly string[]): { readonly alias: string | null; readonly name: string } {
  const dot = short.indexOf('.');
  const alias = aliases.find((one) => short.startsWith(`${one}.`)) ?? (dot === -1 ? null : short.slice(0, dot));
  return { alias, name: alias === null ? short : short.slice(alias.length + 1) };
}

function startOf({ file }: UpdaterApplication): SourcePosition {
  return { file, line: 1, column: 1 };
}

/** Annotations of Image Updater on other objects, and on an ApplicationSet itself instead of its template. */
export function misplacedFindings({ snapshot }: ReadCache): readonly Found[] {
  return Object.entries(snapshot.files).flatMap(([path, text]) => {
    if (!/\.ya?ml$/.test(path) || !text.includes(annotationPrefix)) return [];
    const file = readYaml(text, path).unwrapOr(null);
    return (file?.documents ?? []).flatMap((document): readonly Found[] => {
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
