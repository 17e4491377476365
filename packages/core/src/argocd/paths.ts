/**
 * Joins and cleans a path relative to the repository's root: `join('apps/web', '../base')` is `apps/base`, the root is
 * `''`. Null where it leaves the repository.
 */
export function joinPath(...parts: readonly string[]): string | null {
  const steps: string[] = [];
  for (const step of parts.join('/').split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') steps.push(step);
    else if (steps.pop() === undefined) return null;
  }
  return steps.join('/');
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}

/** The folder above the last `templates` of a path, where a chart may be; null where there is none. */
export function chartAbove(path: string): string | null {
  return /^(?:(.*)\/)?templates\//.exec(path)?.map((one) => one ?? '')[1] ?? null;
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function isRemote(reference: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(reference) || /^[\w.-]+@[\w.-]+:/.test(reference);
}
