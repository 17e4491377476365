/** A route: a path template as an OpenAPI document writes it. */
export interface Route<H> {
  readonly method: string;
  readonly template: string;
  readonly handler: H;
}

export interface Matched<H> {
  readonly route: Route<H>;
  /** Decoded values of the template's names. */
  readonly params: Readonly<Record<string, string>>;
}

export type Router<H> = (method: string, path: string) => Matched<H> | 'wrong-method' | null;

interface Compiled<H> {
  readonly route: Route<H>;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

/**
 * Finds the route of a path. A name in `spanning` may hold slashes (`{path}` of `contents/{path}`), every other one is
 * one segment as sent, so that `acme%2Fgitops` is one. A literal segment wins over a name.
 */
export function router<H>(routes: readonly Route<H>[], spanning: readonly string[]): Router<H> {
  const weight = (template: string): string =>
    template
      .split('/')
      .map((part) => (part.startsWith('{') ? (spanning.includes(part.slice(1, -1)) ? 'z' : 'm') : 'a'))
      .join('')
      // what goes on after a name comes before what ends with it: a name that spans would swallow the rest
      .concat('~');
  const compiled: Compiled<H>[] = routes
    .map((route) => compile(route, spanning))
    .sort((one, other) => (weight(one.route.template) < weight(other.route.template) ? -1 : 1));
  return (method, path) => {
    let known = false;
    for (const { route, pattern, names } of compiled) {
      const match = pattern.exec(path);
      if (match === null) continue;
      known = true;
      if (route.method !== method) continue;
      const params: Record<string, string> = {};
      for (const [index, name] of names.entries()) params[name] = decode(match[index + 1] ?? '');
      return { route, params };
    }
    return known ? 'wrong-method' : null;
  };
}

function compile<H>(route: Route<H>, spanning: readonly string[]): Compiled<H> {
  const names: string[] = [];
  const source = route.template.replace(/\{(\w+)\}|[.*+?^$()|[\]\\]/g, (text, name: string | undefined) => {
    if (name === undefined) return `\\${text}`;
    names.push(name);
    return spanning.includes(name) ? '(.+)' : '([^/]+)';
  });
  return { route, pattern: new RegExp(`^${source}$`), names };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
