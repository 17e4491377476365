import { err, ok, type Result } from '../result.js';

/** Where Image Updater takes the credentials of a registry from: the value of `pull-secret` or `pullSecret`. */
export type CredentialSource =
  | { readonly type: 'pullsecret'; readonly registry: string; readonly namespace: string; readonly name: string }
  | {
      readonly type: 'secret';
      readonly registry: string;
      readonly namespace: string;
      readonly name: string;
      readonly field: string;
    }
  | { readonly type: 'env'; readonly registry: string; readonly variable: string }
  | { readonly type: 'ext'; readonly registry: string; readonly script: string };

export type CredentialProblem = 'invalid-spec' | 'unknown-source' | 'invalid-secret';

/**
 * Parses `[registry=]type:definition` as Image Updater v1.3.0 does: `pullsecret:<namespace>/<name>`,
 * `secret:<namespace>/<name>#<field>`, `env:<variable>`, `ext:<script>`; the type in any case. With `needsRegistry` the
 * registry must stand in front. Nothing is trimmed. The registry is empty where none is given.
 */
export function parseCredentialSource(
  text: string,
  { needsRegistry = false }: { readonly needsRegistry?: boolean } = {},
): Result<CredentialSource, CredentialProblem> {
  const equals = text.indexOf('=');
  const hasRegistry = equals > 0 && equals < text.length - 1;
  if (!hasRegistry && needsRegistry) return err('invalid-spec');
  const registry = hasRegistry ? text.slice(0, equals) : '';
  const [type = '', definition = '', ...more] = (hasRegistry ? text.slice(equals + 1) : text).split(':');
  if (type === '' || definition === '' || more.length > 0) return err('invalid-spec');
  switch (type.toLowerCase()) {
    case 'secret': {
      const parts = pair(definition, '#');
      const secret = parts === null ? null : pair(parts[0], '/');
      if (parts === null || secret === null) return err('invalid-secret');
      return ok({ type: 'secret', registry, namespace: secret[0], name: secret[1], field: parts[1] });
    }
    case 'pullsecret': {
      const secret = pair(definition, '/');
      if (secret === null) return err('invalid-secret');
      return ok({ type: 'pullsecret', registry, namespace: secret[0], name: secret[1] });
    }
    case 'env':
      return ok({ type: 'env', registry, variable: definition });
    case 'ext':
      return ok({ type: 'ext', registry, script: definition });
    default:
      return err('unknown-source');
  }
}

/** Exactly two parts that are not empty; else null. */
function pair(text: string, separator: string): readonly [string, string] | null {
  const [first = '', second = '', ...more] = text.split(separator);
  return first === '' || second === '' || more.length > 0 ? null : [first, second];
}
