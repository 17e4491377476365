import { type DocumentNode, getNamedType, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { Token } from '../state/accounts.js';
import { githubSchema } from './schema.js';

const needed: Readonly<Record<string, readonly string[]>> = {
  email: ['user:email', 'read:user'],
  team: ['read:org', 'read:discussion'],
};

/** Scopes that hold others. */
const wider: Readonly<Record<string, readonly string[]>> = {
  'user:email': ['user'],
  'read:user': ['user'],
  'read:org': ['write:org', 'admin:org'],
  'read:discussion': ['write:discussion'],
};

/**
 * What a query asks for that a classic token has no scope for: GitHub looks at the query's text before it runs it, so
 * a field is refused that would have been null.
 */
export function missingScopes(document: DocumentNode, token: Token): readonly string[] {
  if (token.kind !== 'classic') return [];
  const complaints: string[] = [];
  const info = new TypeInfo(githubSchema());
  const has = (scope: string): boolean =>
    token.scopes.includes(scope) || (wider[scope] ?? []).some((other) => token.scopes.includes(other));
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: {
        enter: (node) => {
          const parent = info.getParentType();
          const name = node.name.value;
          if (parent === null || parent === undefined || name === '__typename') return;
          const of = getNamedType(parent).name;
          const scopes =
            of === 'User' && name === 'email' ? needed['email'] : of === 'Team' ? needed['team'] : undefined;
          if (scopes === undefined || scopes.some(has)) return;
          const list = (names: readonly string[]): string => `[${names.map((one) => `'${one}'`).join(', ')}]`;
          complaints.push(
            `Your token has not been granted the required scopes to execute this query. The '${name}' field requires one of the following scopes: ${list(scopes)}, but your token has only been granted the: ${list(token.scopes)} scopes. Please modify your token's scopes at: https://github.com/settings/tokens.`,
          );
        },
      },
    }),
  );
  return complaints;
}
