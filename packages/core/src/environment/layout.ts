import picomatch from 'picomatch';
import { type GitOpsError, problem } from '../errors/error.js';
import { err, fromThrowable, ok, type Result } from '../result.js';
import { placeholdersOf, unknownPlaceholders } from './placeholders.js';
import { commonWordPattern } from './words.js';

/** A pattern of `layout` or `versions[].files`, ready to match. */
export interface LayoutPattern {
  readonly pattern: string;
  /** What the placeholders stand for in this path, or null where the path does not match. */
  readonly match: (path: string) => LayoutMatch | null;
}

export interface LayoutMatch {
  readonly environment: string;
  /** Null where the pattern has no `{application}`. */
  readonly application: string | null;
}

const globOptions = { dot: true, windows: false } as const;
const longestPattern = 500;

/**
 * Compiles a pattern such as `apps/{environment}/{application}/application.yaml`: a picomatch glob (dot files included)
 * over whole paths relative to the folder of `gitops.yaml`, in which a placeholder stands for a part of one folder or
 * file name, the same wherever it is repeated.
 *
 * @param known names and aliases of the environments; empty where they are discovered. Then `{environment}` is any
 *   folder, or a common environment word where it is only a part of a name (`{application}-{environment}.yaml`).
 * @returns the pattern, or `config-invalid` without a position, which the reader of the file adds.
 */
export function compileLayout(pattern: string, known: readonly string[] = []): Result<LayoutPattern, GitOpsError> {
  const wrong = findWrongPattern(pattern);
  if (wrong !== null) return err(wrong);
  let mark = 'placeholder';
  while (pattern.includes(mark)) mark += 'x';
  const names: string[] = [];
  const shares: boolean[] = [];
  const marked = pattern.replace(/\{(environment|application)\}/g, (whole, name: string, at: number) => {
    names.push(name);
    shares.push(!isWholeFolder(pattern, at, at + whole.length));
    return `${mark}${names.length - 1}${mark}`;
  });
  return toRegExp(marked).andThen((source) => {
    const seen = new Set<string>();
    const finished = source.replace(new RegExp(`${mark}(\\d+)${mark}`, 'g'), (_, digits: string) => {
      const index = Number(digits);
      const name = names[index] ?? '';
      if (seen.has(name)) return `\\k<${name}>`;
      seen.add(name);
      return `(?<${name}>${valuePattern(name, known, shares[index] === true)})`;
    });
    return compile(finished)
      .map((regExp) => ({ pattern, match: matcherOf(regExp) }))
      .mapErr(() => notAPattern(pattern));
  });
}

function matcherOf(regExp: RegExp): LayoutPattern['match'] {
  return (path) => {
    const groups = regExp.exec(path)?.groups;
    const environment = groups?.environment;
    return environment === undefined ? null : { environment, application: groups?.application ?? null };
  };
}

/** A glob that matches this path: what would be a sign of globs in it stands for any one character. */
export function globOf(path: string): string {
  return path.replace(/[\\*?[\]{}()!+@|]/g, '?');
}

/** Compiles globs (picomatch, dot files included) into one question; no glob matches nothing. */
export function compileGlobs(globs: readonly string[]): Result<(path: string) => boolean, GitOpsError> {
  const matchers: ((path: string) => boolean)[] = [];
  for (const glob of globs) {
    const wrong = findWrongPath(glob);
    if (wrong !== null) return err(wrong);
    const made = toRegExp(glob).andThen((source) => compile(source).mapErr(() => notAPattern(glob)));
    if (made.isErr()) return err(made.error);
    const regExp = made.value;
    matchers.push((path) => regExp.test(path));
  }
  return ok((path) => matchers.some((matches) => matches(path)));
}

const compile = fromThrowable((source: string) => new RegExp(source));

function toRegExp(glob: string): Result<string, GitOpsError> {
  return fromThrowable(() => picomatch.makeRe(glob, globOptions).source)().mapErr(() => notAPattern(glob));
}

function valuePattern(name: string, known: readonly string[], shares: boolean): string {
  if (name === 'environment' && known.length > 0) {
    return [...known]
      .sort((a, b) => b.length - a.length)
      .map((one) => one.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('|');
  }
  return name === 'environment' && shares ? commonWordPattern : '[^/]+?';
}

function isWholeFolder(pattern: string, start: number, end: number): boolean {
  return (start === 0 || pattern[start - 1] === '/') && (end === pattern.length || pattern[end] === '/');
}

function findWrongPattern(pattern: string): GitOpsError | null {
  const path = findWrongPath(pattern);
  if (path !== null) return path;
  const unknown = unknownPlaceholders(pattern, 'place')[0];
  if (unknown !== undefined) return problem('config-invalid', unknown.message, unknown.remedy);
  if (!placeholdersOf(pattern).includes('environment')) {
    return problem(
      'config-invalid',
      `The pattern ${JSON.stringify(pattern)} does not say which environment a file belongs to.`,
      'Put {environment} where the name of the environment stands in the path.',
    );
  }
  if (/\}\{(?:environment|application)\}/.test(pattern.replace(/\{[^{}]*,[^{}]*\}/g, ''))) {
    return problem(
      'config-invalid',
      'Two placeholders stand side by side, so that nothing tells where one ends.',
      'Put the character that divides them in between: {application}-{environment}.',
    );
  }
  if (/[([][^)\]]*\{(?:environment|application)\}/.test(pattern)) {
    return problem(
      'config-invalid',
      'A placeholder cannot stand inside ( ) or [ ].',
      'Write one pattern for each case: "layout" is a list.',
    );
  }
  return null;
}

function findWrongPath(pattern: string): GitOpsError | null {
  const steps = pattern.split('/');
  if (pattern === '' || pattern.length > longestPattern) {
    return problem(
      'config-invalid',
      'A path pattern has 1 to 500 characters.',
      'Write a shorter pattern, or remove it.',
    );
  }
  if (pattern.includes('\\')) {
    return problem('config-invalid', 'A path pattern has no backslash.', 'Divide folders with "/".');
  }
  if (steps.some((step) => step === '' || step === '.' || step === '..')) {
    return problem(
      'config-invalid',
      `The pattern ${JSON.stringify(pattern)} is not a path below the folder of gitops.yaml.`,
      'Leave out leading and doubled "/", "." and "..": apps/{environment}/{application}/application.yaml.',
    );
  }
  return null;
}

function notAPattern(pattern: string): GitOpsError {
  return problem(
    'config-invalid',
    `${JSON.stringify(pattern)} is not a glob.`,
    'Write "*" for a part of a name, "**" for any folders, {a,b} for alternatives.',
  );
}
