import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig, ruleIds } from '../src/environment/index.js';
import { defaultSeverities } from '../src/promotion/rules.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const schema: { [key: string]: Json } = JSON.parse(
  readFileSync(new URL('../schemas/gitops.schema.json', import.meta.url), 'utf8'),
);
const bySchema = new Ajv2020({ allErrors: true }).compile(schema);
const byReader = (document: Json): boolean => parseConfig(JSON.stringify(document), 'gitops.yaml').isOk();

const whole: { [key: string]: Json } = {
  version: 1,
  name: 'shop',
  layout: ['apps/{environment}/{application}/application.yaml'],
  ignore: ['docs/**'],
  environments: {
    dev: {},
    qa: { from: 'dev' },
    perf: null,
    'prod-eu': { from: { all: ['qa', 'perf'] }, aliases: ['production-eu'] },
    'prod-us': { from: 'qa', branch: 'release', repository: 'https://github.com/acme/gitops-us' },
  },
  groups: { prod: ['prod-eu', 'prod-us'] },
  versions: [
    { files: 'image-tags/{environment}/{application}', key: 'image_tag', image: 'ghcr.io/acme/{application}' },
  ],
  images: [{ from: 'dev.example.com/{path}', to: 'prod.example.com/{path}', into: ['prod'] }],
  rules: [{ rule: 'downgrade', severity: 'error', into: ['prod', 'qa'] }],
  freeze: { requireReason: true, longest: '14d' },
  commit: { title: 'chore: {summary}', signOff: true, trailers: { Ticket: '{env.TICKET}' } },
  pullRequest: {
    branchPrefix: 'team/gitops',
    labels: ['promotion', 'to/{to}'],
    reviewers: ['@acme/platform'],
    draft: false,
    merge: { method: 'squash', auto: true, approvals: 1, holdLabel: 'do-not-merge' },
    for: { 'prod-us': { reviewers: ['@acme/us'], merge: { approvals: 2 } } },
  },
};

const one = (key: string, value: Json): Json => ({ version: 1, [key]: value });
const environment = (value: Json): Json => one('environments', { dev: {}, prod: value });

/** Documents that both accept. */
const valid: readonly Json[] = [
  whole,
  { version: 1 },
  ...Object.entries(whole)
    .filter(([key]) => !['groups', 'images', 'rules', 'pullRequest'].includes(key))
    .map(([key, value]) => one(key, value)),
  environment({ from: 'dev', aliases: [] }),
  environment({ repository: 'git@example.com:acme/gitops.git' }),
  environment({ repository: 'ssh://git@example.com/acme/gitops.git' }),
  environment({ repository: 'file:///srv/gitops.git' }),
  one('layout', []),
  one('layout', ['{clusters,envs}/{environment}/**/*.yaml']),
  one('rules', [
    { rule: 'mutable-tag', severity: 'off' },
    { rule: 'mutable-tag', severity: 'warn' },
  ]),
  one('images', [{ from: 'localhost:5000/a', to: 'b' }]),
  one('pullRequest', { merge: {} }),
  one('commit', { trailers: {} }),
  one('freeze', { longest: '30m' }),
];

/** Documents that both refuse. */
const invalid: readonly (readonly [name: string, document: Json])[] = [
  ['null', null],
  ['a list', []],
  ['a text', 'version: 1'],
  ['no version', {}],
  ['version as text', { version: '1' }],
  ['version 2', { version: 2 }],
  ['unknown key', one('environment', {})],
  ['name with blank', one('name', 'my shop')],
  ['name with a dot at its end', one('name', 'shop.')],
  ['name that is too long', one('name', 'a'.repeat(64))],
  ['name that ends like a lock', one('name', 'a.lock')],
  ['name that is a number', one('name', 1)],
  ['layout as text', one('layout', 'apps/{environment}')],
  ['layout without environment', one('layout', ['apps/*'])],
  ['layout from the root of the disk', one('layout', ['/apps/{environment}'])],
  ['layout that climbs', one('layout', ['apps/../{environment}'])],
  ['layout with "." folders', one('layout', ['./{environment}'])],
  ['layout with a doubled slash', one('layout', ['a//{environment}'])],
  ['layout with a slash at its end', one('layout', ['{environment}/'])],
  ['layout with a backslash', one('layout', ['a\\{environment}'])],
  ['ignore with nothing in it', one('ignore', [''])],
  ['ignore with null', one('ignore', [null])],
  ['ignore that is too long', one('ignore', ['a'.repeat(501)])],
  ['environments as list', one('environments', ['dev'])],
  ['environment as text', environment('dev')],
  ['environment with a slash', one('environments', { 'a/b': {} })],
  ['environment with two dots', one('environments', { 'a..b': {} })],
  ['environment with unknown key', environment({ form: 'dev' })],
  ['environment from a list', environment({ from: ['dev'] })],
  ['environment from none', environment({ from: { all: [] } })],
  ['environment from an empty map', environment({ from: {} })],
  ['environment from any', environment({ from: { any: ['dev'] } })],
  ['environment from a number', environment({ from: 1 })],
  ['environment from nothing', environment({ from: null })],
  ['alias with a blank', environment({ aliases: ['a b'] })],
  ['alias as text', environment({ aliases: 'a' })],
  ['branch with a blank', environment({ branch: 'a b' })],
  ['branch with two dots', environment({ branch: 'a..b' })],
  ['branch with a hidden step', environment({ branch: 'a/.b' })],
  ['branch with a lock', environment({ branch: 'a.lock/b' })],
  ['branch that begins as an option', environment({ branch: '-a' })],
  ['branch with a slash at its end', environment({ branch: 'a/' })],
  ['repository with a token', environment({ repository: 'https://x:y@example.com/a' })],
  ['repository with a user', environment({ repository: 'https://x@example.com/a' })],
  ['repository with a password for ssh', environment({ repository: 'ssh://x:y@example.com/a' })],
  ['repository that is a path', environment({ repository: '../gitops' })],
  ['group without members', one('groups', { prod: [] })],
  ['group as text', one('groups', { prod: 'dev' })],
  ['group with a bad name', one('groups', { '-': ['dev'] })],
  ['versions without image', one('versions', [{ files: '{environment}', key: 'a' }])],
  ['versions with unknown key', one('versions', [{ files: '{environment}', key: 'a', image: 'b', tag: 'c' }])],
  ['versions of an image with blanks', one('versions', [{ files: '{environment}', key: 'a', image: 'b c' }])],
  ['image without to', one('images', [{ from: 'a' }])],
  ['image with digest', one('images', [{ from: 'a@sha256:0', to: 'b' }])],
  ['image into none', one('images', [{ from: 'a', to: 'b', into: [] }])],
  ['rule without severity', one('rules', [{ rule: 'downgrade' }])],
  ['rule that is unknown', one('rules', [{ rule: 'down', severity: 'off' }])],
  ['rule of a later release', one('rules', [{ rule: 'soak', severity: 'off' }])],
  ['rule with unknown severity', one('rules', [{ rule: 'downgrade', severity: 'fatal' }])],
  ['rule with an option', one('rules', [{ rule: 'downgrade', severity: 'off', atLeast: '24h' }])],
  ['rule into a text', one('rules', [{ rule: 'downgrade', severity: 'off', into: 'prod' }])],
  ['rule into two lines', one('rules', [{ rule: 'downgrade', severity: 'off', into: ['a\nb'] }])],
  ['rule as text', one('rules', ['downgrade'])],
  ['freeze as boolean', one('freeze', true)],
  ['freeze with a text for a boolean', one('freeze', { requireReason: 'true' })],
  ['freeze for weeks', one('freeze', { longest: '2w' })],
  ['freeze for a number', one('freeze', { longest: 14 })],
  ['title that is empty', one('commit', { title: '' })],
  ['title of blanks', one('commit', { title: ' ' })],
  ['title of two lines', one('commit', { title: 'a\nb' })],
  ['trailer of ours', one('commit', { trailers: { 'GitOps-From': 'a' } })],
  ['trailer of Git', one('commit', { trailers: { 'signed-off-by': 'a' } })],
  ['trailer with a blank', one('commit', { trailers: { 'a b': 'c' } })],
  ['trailer as number', one('commit', { trailers: { a: 1 } })],
  ['labels with a comma', one('pullRequest', { labels: ['a,b'] })],
  ['labels twice', one('pullRequest', { labels: ['a', 'a'] })],
  ['reviewers with blanks', one('pullRequest', { reviewers: ['a b'] })],
  ['prefix that is no branch', one('pullRequest', { branchPrefix: 'a b' })],
  ['draft as text', one('pullRequest', { draft: 'yes' })],
  ['merge as text', one('pullRequest', { merge: 'squash' })],
  ['merge by a method that is none', one('pullRequest', { merge: { method: 'fast-forward' } })],
  ['approvals that are negative', one('pullRequest', { merge: { approvals: -1 } })],
  ['approvals by halves', one('pullRequest', { merge: { approvals: 0.5 } })],
  ['hold label that is empty', one('pullRequest', { merge: { holdLabel: '' } })],
  ['"for" as list', one('pullRequest', { for: [] })],
  ['"for" inside "for"', one('pullRequest', { for: { prod: { for: {} } } })],
];

/** What no schema can tell, so that only the reader refuses it. */
const readerOnly: readonly (readonly [name: string, document: Json])[] = [
  ['a cycle', one('environments', { a: { from: 'b' }, b: { from: 'a' } })],
  ['an unknown environment', environment({ from: 'dve' })],
  ['an alias of two', one('environments', { a: { aliases: ['x'] }, b: { aliases: ['x'] } })],
  ['an unknown member', { ...whole, groups: { prod: ['prod-eu', 'prod-usa'] } }],
  ['settings for a group', { ...whole, pullRequest: { for: { prod: {} } } }],
  ['an unknown placeholder', one('commit', { title: '{sumary}' })],
  ['placeholders side by side', one('layout', ['{environment}{application}'])],
  ['{path} on one side', one('images', [{ from: '{path}', to: 'a' }])],
  ['an image with a tag', one('images', [{ from: 'a:1', to: 'b' }])],
];

describe('the schema and the reader', () => {
  it.each(valid.map((document) => [JSON.stringify(document).slice(0, 80), document] as const))(
    'accept %s',
    (_, document) => {
      expect({ reader: byReader(document), schema: bySchema(document), errors: bySchema.errors }).toEqual({
        reader: true,
        schema: true,
        errors: null,
      });
    },
  );

  it.each(invalid)('refuse %s', (_, document) => {
    expect({ reader: byReader(document), schema: bySchema(document) }).toEqual({ reader: false, schema: false });
  });

  it.each(readerOnly)('differ where only the reader can know: %s', (_, document) => {
    expect({ reader: byReader(document), schema: bySchema(document) }).toEqual({ reader: false, schema: true });
  });

  it('agree on the whole document with any value replaced: what the reader accepts, the schema does', () => {
    const paths = pathsOf(whole);
    const value: fc.Arbitrary<Json> = fc.oneof(
      fc.constantFrom<Json>(
        null,
        true,
        0,
        1,
        1.5,
        '',
        ' ',
        'a',
        'a b',
        'dev',
        '{x}',
        '{environment}/x',
        'a/b',
        '14d',
        [],
        {},
      ),
      fc.constantFrom<Json>(
        [''],
        ['a'],
        ['dev'],
        { a: 'b' },
        { dev: {} },
        { rule: 'downgrade', severity: 'off' },
        'a\nb',
        '@a',
        'a..b',
        '/a',
      ),
      fc.string({ maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths), value, (path, replacement) => {
        const document = replaceAt(whole, path, replacement);
        return !byReader(document) || bySchema(document);
      }),
      { numRuns: 2000 },
    );
  });

  it('agree that no key is known which either does not know', () => {
    for (const path of pathsOf(whole).filter((steps) => isObject(valueAt(whole, steps)) && !isOpen(steps))) {
      const document = replaceAt(whole, [...path, 'unknown'], 'a');
      expect({ path, reader: byReader(document), schema: bySchema(document) }).toEqual({
        path,
        reader: false,
        schema: false,
      });
    }
  });
});

describe('the schema', () => {
  it('has the rules that are checked', () => {
    const told = valueAt(schema, ['$defs', 'rule', 'properties', 'rule', 'oneOf']) as unknown as readonly {
      const: string;
    }[];
    expect(told.map((one) => one.const)).toEqual([...ruleIds]);
    expect([...ruleIds].sort()).toEqual(Object.keys(defaultSeverities).sort());
  });

  it('describes every key for editors', () => {
    const silent = pathsOf(schema).filter(
      (path) => path.at(-2) === 'properties' && !hasDescription(valueAt(schema, path)),
    );
    expect(silent).toEqual([]);
  });

  it('has examples and defaults that it accepts itself', () => {
    for (const [key, property] of Object.entries(asObject(schema.properties))) {
      for (const example of asList(asObject(property).examples)) {
        expect({ key, example, errors: bySchema(one(key, example)) ? null : bySchema.errors }).toEqual({
          key,
          example,
          errors: null,
        });
      }
    }
  });
});

type Path = readonly (string | number)[];

function pathsOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries: [string | number, Json][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([key, item]) => pathsOf(item, [...path, key]))];
}

function valueAt(value: Json, path: Path): Json {
  return path.reduce<Json>((at, step) => {
    if (typeof at !== 'object' || at === null) return null;
    return (Array.isArray(at) ? at[Number(step)] : at[step]) ?? null;
  }, value);
}

function replaceAt(value: Json, [step, ...rest]: Path, replacement: Json): Json {
  if (step === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((item, index) => (index === step ? replaceAt(item, rest, replacement) : item));
  const object = asObject(value);
  return { ...object, [step]: replaceAt(object[step] ?? null, rest, replacement) };
}

/** Maps with names of one's own as keys. */
function isOpen(path: Path): boolean {
  return ['environments', 'groups', 'commit.trailers'].includes(path.join('.'));
}

function isObject(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asObject(value: Json | undefined): { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function asList(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function hasDescription(value: Json): boolean {
  return typeof asObject(value).description === 'string';
}
