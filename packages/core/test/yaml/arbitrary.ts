import fc from 'fast-check';

/** Strings that some reader takes for something else when they are bare, and plain ones. */
export const hardScalars = [
  '1.10',
  '0123456',
  '1e3',
  '0x1F',
  '0o17',
  '0b11',
  '1_000',
  '12:30:45',
  '+1',
  '-1',
  '1.',
  '.5',
  '.inf',
  '-.INF',
  '.nan',
  '2024-01-02',
  '2024-01-02T03:04:05Z',
  'y',
  'Y',
  'n',
  'N',
  'yes',
  'no',
  'on',
  'off',
  'On',
  'OFF',
  'true',
  'False',
  '~',
  'null',
  'Null',
  '<<',
  '=',
  '',
  ' a',
  'a ',
  'a: b',
  'a:',
  'a #b',
  '#a',
  '*',
  '&a',
  '!a',
  '|',
  '>',
  '>=1.0',
  '%a',
  '@a',
  '`a',
  '- a',
  '-',
  '? a',
  '?',
  ': a',
  ':',
  '{a}',
  '[a]',
  'a,b',
  'a]',
  'a}',
  '---',
  '...',
  '--- a',
  "it's",
  '"',
  'a"b',
  "'",
  '\\',
  'a\\nb',
  'a\nb',
  'a\n',
  '\na',
  'a\tb',
  '\t',
  'a\u0085b',
  'a\u2028b',
  '\ufeffa',
  'a\u0000b',
  'a\u007fb',
  'é',
  '日本',
  '🚀',
  'a b',
  '1,000',
  '1.8.2',
  'v1.2',
  '1.2.3-rc.1+x',
  'sha256:0123',
  'ghcr.io/acme/api:1.2',
  '12e4567',
  '1a2b3c4',
  '0.5.4',
  '00',
  '089',
  '1__0',
  '-0',
  '.',
  '-.',
  '._',
  '0x',
  'regexp:^v[0-9]+$',
  '~1.2',
  '^1.2',
  '<2',
  'a?b',
  'a:b',
  '12:3',
  '8080:80',
  '{{ x }}',
  'null ',
  'NO',
  'a\r\nb',
  '0.',
  '1e',
  'e1',
  '+.5',
  '0o8',
  '0b2',
  'Infinity',
  'NaN',
];

export const anyString = fc.oneof(
  fc.constantFrom(...hardScalars),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }).filter((text) => !/\p{Surrogate}/u.test(text)),
  fc.stringMatching(/^[0-9a-fxeobEX_.:+~-]{1,8}$/),
);

export type Tree = string | readonly Tree[] | ReadonlyMap<string, Tree> | null;

const key = fc.oneof(
  fc.constantFrom(
    'name',
    'value',
    'image.tag',
    'a',
    'b',
    'targetRevision',
    'argocd-image-updater.argoproj.io/x.ignore-tags',
    'parameters',
    '日本',
  ),
  fc.constantFrom('a b', 'on', '1', "it's", '"q"', 'a: b', '#c'),
);

const tree = fc.letrec<{ tree: Tree; map: Tree; list: Tree; leaf: Tree }>((tie) => ({
  leaf: fc.oneof(
    { arbitrary: anyString as fc.Arbitrary<Tree>, weight: 8 },
    { arbitrary: fc.constant(null), weight: 1 },
  ),
  map: fc
    .uniqueArray(fc.tuple(key, tie('tree')), { minLength: 0, maxLength: 5, selector: ([name]) => name })
    .map((entries) => new Map(entries)),
  list: fc.array(tie('tree'), { minLength: 0, maxLength: 4 }),
  tree: fc.oneof({ depthSize: 'small', withCrossShrink: true }, tie('leaf'), tie('map'), tie('list')),
}));

const rootMap = fc
  .uniqueArray(fc.tuple(key, tree.tree), { minLength: 1, maxLength: 6, selector: ([name]) => name })
  .map((entries): Tree => new Map(entries));

/** Answers a question about style; drawn at random, so that a text is odd in every way it can be. */
type Dice = (sides: number) => number;

const dice = fc.array(fc.nat({ max: 1 << 20 }), { minLength: 40, maxLength: 200 }).map((rolls): (() => Dice) => () => {
  let at = 0;
  return (sides) => (rolls[at++ % rolls.length] as number) % sides;
});

const safe = /^[A-Za-z][A-Za-z0-9._/-]*$/;
const reserved = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
const special = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;

function word(text: string, roll: Dice): string {
  const how = roll(3);
  if (special.test(text) || (how === 2 && !/\p{Surrogate}/u.test(text)))
    return JSON.stringify(text).replace(
      /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  if (how === 0 && safe.test(text) && !reserved.test(text)) return text;
  return `'${text.replaceAll("'", "''")}'`;
}

function comment(roll: Dice): string {
  return ['', '', '', ' # a comment', '   # {{ x }}: "', ' #'][roll(6)] as string;
}

function flow(value: Tree, roll: Dice): string {
  if (value === null) return ['~', 'null', "''"][roll(2)] as string;
  if (typeof value === 'string') return word(value, roll);
  const pad = [' ', ''][roll(2)] as string;
  const comma = roll(4) === 0 ? ',' : '';
  if (value instanceof Map) {
    const entries = [...value].map(([name, inner]) => `${word(name, roll)}: ${flow(inner, roll)}`);
    return entries.length === 0 ? `{${pad}}` : `{${pad}${entries.join(', ')}${comma}${pad}}`;
  }
  const items = (value as readonly Tree[]).map((inner) => flow(inner, roll));
  return items.length === 0 ? `[${pad}]` : `[${pad}${items.join(', ')}${comma}${pad}]`;
}

function lines(value: Tree, indent: number, roll: Dice): string[] {
  const pad = ' '.repeat(indent);
  const odd = (): string[] => (roll(6) === 0 ? [['', `${pad}# note`, '# note: x', '  '][roll(4)] as string] : []);
  const out: string[] = [];
  const step = 1 + roll(4);
  if (value instanceof Map) {
    for (const [name, inner] of value) {
      out.push(...odd());
      out.push(...entry(`${pad}${word(name, roll)}:`, inner, indent, step, roll));
    }
  } else {
    for (const inner of value as readonly Tree[]) {
      out.push(...odd());
      const gap = ' '.repeat(1 + (roll(4) === 0 ? 2 : 0));
      const compact = inner instanceof Map && inner.size > 0 && roll(3) > 0;
      if (compact) {
        const body = lines(inner, indent + 1 + gap.length, () => 1);
        out.push(`${pad}-${gap}${(body[0] as string).trimStart()}`, ...body.slice(1));
      } else out.push(...entry(`${pad}-`, inner, indent, step, roll));
    }
  }
  return out;
}

function entry(head: string, inner: Tree, indent: number, step: number, roll: Dice): string[] {
  const isList = Array.isArray(inner);
  const empty =
    inner === null ||
    typeof inner === 'string' ||
    (isList ? inner.length === 0 : (inner as ReadonlyMap<string, Tree>).size === 0);
  if (inner === null) return [`${head}${['', ' ~', ' null'][roll(3)]}${comment(roll)}`];
  const anchor = roll(9) === 0 ? ` &n${indent}` : '';
  if (typeof inner === 'string' && roll(4) === 0 && /^[a-z][a-z .0-9-]*[a-z0-9]$/i.test(inner.replaceAll('\n', ''))) {
    const body = inner.endsWith('\n') ? inner.slice(0, -1) : inner;
    const style = roll(2) === 0 && !body.includes('\n') ? '>' : '|';
    if (!body.split('\n').some((line) => line === '' || line !== line.trim())) {
      const pad = ' '.repeat(indent + step);
      return [
        `${head}${anchor} ${style}${inner.endsWith('\n') ? '' : '-'}`,
        ...body.split('\n').map((line) => pad + line),
      ];
    }
  }
  if (empty || roll(4) === 0) return [`${head}${anchor} ${flow(inner, roll)}${comment(roll)}`];
  const deeper = isList && !head.trimStart().startsWith('-') && roll(2) === 0 ? indent : indent + step;
  return [`${head}${anchor}${comment(roll)}`, ...lines(inner, deeper, roll)];
}

/** A YAML text in some odd style, with several documents, a byte order mark, CRLF, and no line break at its end. */
export const yamlText = fc
  .tuple(
    fc.array(rootMap, { minLength: 1, maxLength: 3 }),
    dice,
    fc.boolean(),
    fc.boolean(),
    fc.integer({ min: 0, max: 2 }),
  )
  .map(([roots, makeRoll, mark, carriage, end]) => {
    const roll = makeRoll();
    const out: string[] = [];
    for (const [index, root] of roots.entries()) {
      if (index > 0 || roll(3) === 0) out.push(`---${index > 0 && roll(3) === 0 ? ' # document' : ''}`);
      out.push(...lines(root, 0, roll));
      if (roll(6) === 0) out.push('...');
    }
    const text =
      out.join(carriage ? '\r\n' : '\n') +
      (['', carriage ? '\r\n' : '\n', carriage ? '\r\n\r\n# end\r\n' : '\n\n# end\n'][end] as string);
    return (mark ? '\ufeff' : '') + text;
  });
