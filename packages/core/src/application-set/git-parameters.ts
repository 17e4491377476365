import type { Result as TemplateResult } from '../argocd/template-value.js';
import { listOf, mapOf, scalar, type Value } from '../argocd/value.js';
import type { Dialect } from './parameters.js';

/** What a git generator says of one folder, or of the folder of one file. */
export interface PathParameters {
  readonly folder: string;
  /** Name of the file; null for a generator of directories. */
  readonly file: string | null;
  /** `pathParamPrefix`; `''` for none. */
  readonly prefix: string;
}

/**
 * `path`, `path.basename`, `path.basenameNormalized`, its segments and, for a file, `path.filename` and
 * `path.filenameNormalized` (Argo CD 3.5.1, `applicationset/generators/git.go`).
 */
export function pathParameters(
  { folder, file, prefix }: PathParameters,
  dialect: Dialect,
): readonly (readonly [string, TemplateResult])[] {
  const segments = folder.split('/');
  const basename = segments.at(-1) ?? '';
  const names: (readonly [string, string])[] = [
    ['basename', basename],
    ['basenameNormalized', normalize(basename)],
    ...(file === null
      ? []
      : ([
          ['filename', file],
          ['filenameNormalized', normalize(file)],
        ] as const)),
  ];
  if (dialect === 'go') {
    const path: Value = mapOf([
      ['path', scalar(folder)],
      ...names.map(([key, text]) => [key, scalar(text)] as const),
      ['segments', listOf(segments.map((segment) => scalar(segment)))],
    ]);
    return [prefix === '' ? ['path', path] : [prefix, mapOf([['path', path]])]];
  }
  const at = prefix === '' ? 'path' : `${prefix}.path`;
  return [
    [at, scalar(folder)],
    ...names.map(([key, text]) => [`${at}.${key}`, scalar(text)] as const),
    ...segments.map((segment, index) => [`${at}[${index}]`, scalar(segment)] as const),
  ];
}

const longestName = 253;

/** A name as Kubernetes takes it for a resource (Argo CD, `SanitizeName`). */
export function normalize(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^-a-z0-9.]/g, '-')
    .slice(0, longestName)
    .replace(/^[-.]+|[-.]+$/g, '');
}
