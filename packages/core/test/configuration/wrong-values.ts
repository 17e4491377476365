import type { Json } from '../configuration-example.js';

/** Of a key in the schema, what says which values it takes. */
export interface Kind {
  readonly $ref?: string;
  readonly const?: Json;
  readonly enum?: readonly string[];
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly items?: Kind;
  readonly anyOf?: readonly Kind[];
  readonly oneOf?: readonly unknown[];
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly additionalProperties?: unknown;
}

/** A value that is refused: `at` is where in it the complaint points, as steps. */
export interface Wrong {
  readonly value: Json;
  readonly at: readonly number[];
}

/** For each kind of text that the documentation explains, texts that break each part of its sentence. */
export const wrongTexts: Readonly<Record<string, readonly Json[]>> = {
  name: ['', 'a b', '-a', 'a.', 'a'.repeat(64), 7],
  text: ['', ' ', 'one\ntwo', 7, null],
  label: ['', 'one,two', 'one\ntwo'],
  person: ['', 'a b', '@', '@a//b'],
  branch: ['', 'a b', 'a..b', '/a', 'a/', 'a.lock'],
  repository: ['', '../gitops', 'github.com', 'https://ana:secret@example.com/a', 'https://token@example.com/a'],
  path: ['', '/docs', 'docs/../test', './docs', 'docs//a', 'docs/', 'docs\\a', 'a'.repeat(501)],
  layout: ['', 'apps/*', '/{environment}', '{environment}/{team}', '{environment}{application}'],
  imageName: ['', 'a b', 'ghcr.io/acme/users:1.0', 'ghcr.io/acme/users@sha256:0', '{name}'],
  duration: ['', '14', '2w', '0d', '1.5h', '1000000m', 14],
};

/** Values that a key of this kind does not take. */
export function wrongValues(kind: Kind): readonly Wrong[] {
  const name = kind.$ref?.split('/').at(-1) ?? '';
  const texts = wrongTexts[name];
  if (texts !== undefined) return texts.map(wrong);
  if (kind.const !== undefined) return ([0, 2, '1', null] as Json[]).map(wrong);
  if (kind.enum !== undefined || kind.oneOf !== undefined) return ['none-of-them', '', 1, null].map(wrong);
  if (kind.type === 'boolean') return ['yes', 'on', 1, null].map(wrong);
  if (kind.type === 'integer') {
    const { minimum = 0, maximum = 0 } = kind;
    return [minimum - 1, maximum + 1, 0.5, '1', null].map(wrong);
  }
  if (kind.type === 'array') return wrongLists(kind);
  return (['text', ['a', 'list'], 1] as Json[]).map(wrong);
}

function wrongLists({ items = {}, minItems = 0, uniqueItems = false }: Kind): readonly Wrong[] {
  return [
    ...(['text', { a: 'map' }, null] as Json[]).map(wrong),
    ...(minItems > 0 ? [wrong([])] : []),
    ...(uniqueItems ? [{ value: ['@same', '@same'], at: [1] }] : []),
    ...wrongValues(items).map(({ value, at }) => ({ value: [value], at: [0, ...at] })),
  ];
}

function wrong(value: Json): Wrong {
  return { value, at: [] };
}
