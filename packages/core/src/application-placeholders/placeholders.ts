/**
 * What scripts put something else in for, as it is commonly written: `__ENV__`, `${ENV}`, `<ENV>`, `%ENV%`, `@ENV@`. What
 * Argo CD replaces itself (`${ARGOCD_APP_NAME}`, `${KUBE_VERSION}`) is none.
 */
const placeholder =
  /__[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*__|\$\{(?!ARGOCD_|KUBE_)[A-Za-z]\w*\}|<[A-Z][A-Z0-9_-]*>|([%@])[A-Z][A-Z0-9_]*\1/g;

export function hasPlaceholder(text: string): boolean {
  return text.search(placeholder) >= 0;
}

/** What the placeholders of a pattern stand for in each path that it fits; for none where it has no placeholder. */
export function fillingsOf(pattern: string, paths: Iterable<string>): readonly ReadonlyMap<string, string>[] {
  const names: string[] = [];
  let expression = '';
  let end = 0;
  for (const { 0: written, index } of pattern.matchAll(placeholder)) {
    const known = names.indexOf(written);
    expression += escaped(pattern.slice(end, index)) + (known < 0 ? '([^/]+)' : `(?:\\${known + 1})`);
    if (known < 0) names.push(written);
    end = index + written.length;
  }
  if (names.length === 0) return [];
  const fits = new RegExp(`^${expression}${escaped(pattern.slice(end))}$`);
  const found: ReadonlyMap<string, string>[] = [];
  for (const path of paths) {
    const groups = fits.exec(path);
    if (groups !== null) found.push(new Map(names.map((name, at) => [name, groups[at + 1] ?? ''])));
  }
  return found;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
