import type {
  Config,
  ImageMapping,
  LintSilence,
  PullRequestConfig,
  PullRequestOverride,
  RuleConfig,
} from './config.js';
import {
  branchCheck,
  durationCheck,
  globCheck,
  imageCheck,
  labelCheck,
  layoutCheck,
  placeholderCheck,
  reviewerCheck,
  trailerNameCheck,
  versionImageCheck,
} from './config-checks.js';
import { type KnownNames, resolveNames } from './config-environments.js';
import {
  type Cursor,
  count,
  entriesOf,
  fields,
  flag,
  list,
  nodeOf,
  oneOf,
  type Reader,
  record,
  report,
  text,
} from './config-reader.js';
import { placeholdersOf } from './placeholders.js';
import { laterRuleIds, ruleIds } from './rule-ids.js';
import { joinWords } from './suggest.js';

/** Reports the keys of an entry that must be there and are not. */
function requireKeys<T extends object, K extends keyof T & string>(
  cursor: Cursor,
  read: Partial<T>,
  keys: readonly K[],
): read is Partial<T> & Pick<T, K> {
  const present = new Set((entriesOf(cursor, '') ?? []).map((one) => one.name));
  const missing = keys.filter((key) => !present.has(key));
  if (missing.length > 0) {
    const names = joinWords(
      missing.map((key) => `"${key}"`),
      'and',
    );
    report(cursor, `${names} must be given.`, `Add ${missing.length === 1 ? 'it' : 'them'} to this entry.`);
  }
  return keys.every((key) => read[key] !== undefined);
}

/** `into: [prod]`: environments and groups, as names of environments. */
function intoReader(known: KnownNames): Reader<readonly string[]> {
  const names = list<readonly string[]>(
    (cursor) => {
      const name = text('into: [prod]')(cursor);
      return name === undefined ? undefined : resolveNames(cursor, name, known, 'environment-or-group');
    },
    'into: [prod]',
    { least: 1 },
  );
  return (cursor) => {
    const found = names(cursor);
    return found === undefined ? undefined : [...new Set(found.flat())];
  };
}

export const versionsReader: Reader<Config['versions']> = list((cursor) => {
  const sample =
    '{ files: "image-tags/{environment}/{application}", key: image_tag, image: "ghcr.io/acme/{application}" }';
  const read = fields<Config['versions'][number]>(
    {
      files: text('files: image-tags/{environment}/{application}', layoutCheck),
      key: text('key: image_tag', placeholderCheck('place')),
      image: text('image: ghcr.io/acme/{application}', versionImageCheck),
    },
    sample,
  )(cursor);
  return read !== undefined && requireKeys(cursor, read, ['files', 'key', 'image']) ? read : undefined;
}, 'versions: [{ files: …, key: …, image: … }]');

export function imagesReader(known: KnownNames): Reader<readonly ImageMapping[]> {
  const sample = '{ from: "dev.example.com/{path}", to: "prod.example.com/{path}", into: [prod] }';
  const read = fields<ImageMapping>(
    {
      from: text('from: "dev.example.com/{path}"', imageCheck),
      to: text('to: "prod.example.com/{path}"', imageCheck),
      into: intoReader(known),
    },
    sample,
  );
  return list((cursor) => {
    const found = read(cursor);
    if (found === undefined || !requireKeys(cursor, found, ['from', 'to'])) return undefined;
    if (placeholdersOf(found.from).length !== placeholdersOf(found.to).length) {
      return report(cursor, '{path} stands in one of "from" and "to" only.', 'Write it in both, or in neither.');
    }
    return { from: found.from, to: found.to, into: found.into ?? [] };
  }, `images: [${sample}]`);
}

/** A rule's entry. Rules that a later release checks are refused, with whatever else the entry holds. */
export function rulesReader(known: KnownNames): Reader<readonly RuleConfig[]> {
  const sample = '{ rule: downgrade, severity: error }';
  const read = fields<Omit<RuleConfig, 'options'>>(
    { rule: oneOf(ruleIds), severity: oneOf(['off', 'warn', 'error']), into: intoReader(known) },
    sample,
  );
  return list((cursor) => {
    const id = entriesOf(cursor, sample)?.find((one) => one.name === 'rule');
    const named = id === undefined ? null : nodeOf(id.value);
    const name = named?.type === 'scalar' ? named.text : null;
    if (id !== undefined && laterRuleIds.some((one) => one === name)) {
      return report(
        id.value,
        `The rule ${name} is not part of this release, so nothing would check it.`,
        'Remove the entry, or use a release that has the rule.',
      );
    }
    const found = nodeOf(cursor)?.type === 'map' ? read(cursor) : undefined;
    if (found === undefined || !requireKeys(cursor, found, ['rule', 'severity'])) return undefined;
    return { rule: found.rule, severity: found.severity, into: found.into ?? [], options: {} };
  }, `rules: [${sample}]`);
}

const silence: Reader<LintSilence> = (cursor) => {
  const read = fields<LintSilence>(
    {
      rule: text('rule: mutable-tag'),
      files: list(text('files: [apps/dev/**]', globCheck), 'files: [apps/dev/**]'),
      reason: text('reason: a demo'),
    },
    '{ rule: mutable-tag, files: [apps/dev/**], reason: "a demo" }',
  )(cursor);
  if (read === undefined || !requireKeys(cursor, read, ['rule', 'reason'])) return undefined;
  return { rule: read.rule, files: read.files ?? [], reason: read.reason };
};

export const lintReader: Reader<Partial<Config['lint']>> = fields<{ ignore: readonly LintSilence[] }>(
  { ignore: list(silence, 'ignore: [{ rule: mutable-tag, reason: "a demo" }]') },
  'lint: { ignore: [{ rule: mutable-tag, reason: "a demo" }] }',
);

export const freezeReader: Reader<Partial<Config['freeze']>> = fields<{ requireReason: boolean; longest: string }>(
  { requireReason: flag, longest: text('longest: 14d', durationCheck) },
  'freeze: { requireReason: true, longest: 14d }',
);

const trailers = record(
  text('Ticket: "{env.TICKET}"', placeholderCheck('text')),
  'trailers: { Ticket: "{env.TICKET}" }',
  text('Ticket', trailerNameCheck),
);

export const commitReader: Reader<Partial<Config['commit']>> = fields<Config['commit']>(
  {
    title: text('title: "chore: {summary}"', placeholderCheck('text')),
    signOff: flag,
    trailers: (cursor) => {
      const read = trailers(cursor);
      return read === undefined ? undefined : Object.fromEntries(read);
    },
  },
  'commit: { title: "chore: {summary}" }',
);

type Merge = PullRequestConfig['merge'];

const pullRequestFields = {
  branchPrefix: text('branchPrefix: gitops', branchCheck),
  labels: list(text('labels: [promotion]', labelCheck), 'labels: [promotion]', { unique: true }),
  reviewers: list(text('reviewers: ["@acme/platform"]', reviewerCheck), 'reviewers: ["@acme/platform"]', {
    unique: true,
  }),
  assignees: list(text('assignees: ["@ana"]', reviewerCheck), 'assignees: ["@ana"]', { unique: true }),
  milestone: text('milestone: "2.4"', labelCheck),
  draft: flag,
  merge: fields<{ [K in keyof Merge]: NonNullable<Merge[K]> }>(
    {
      method: oneOf(['merge', 'squash', 'rebase']),
      auto: flag,
      approvals: count(100, 'approvals: 1'),
      holdLabel: text('holdLabel: do-not-merge', labelCheck),
    },
    'merge: { method: squash, approvals: 1 }',
  ),
};

const sample = 'pullRequest: { labels: [promotion] }';
const override: Reader<PullRequestOverride> = fields<Required<PullRequestOverride>>(pullRequestFields, sample);

/** `pullRequest`, with its `for`: what differs by environment, under their names. */
export function pullRequestReader(
  known: KnownNames,
): Reader<PullRequestOverride & { readonly for?: Readonly<Record<string, PullRequestOverride>> }> {
  const perEnvironment: Reader<Readonly<Record<string, PullRequestOverride>>> = (cursor) => {
    const found = new Map<string, PullRequestOverride>();
    for (const { name, keyCursor, value } of entriesOf(cursor, 'for: { prod: { draft: true } }') ?? []) {
      const read = override(value);
      for (const environment of resolveNames(keyCursor, name, known, 'environment')) {
        if (found.has(environment))
          report(keyCursor, `${environment} stands here already, by another name.`, 'Join the two entries.');
        else if (read !== undefined) found.set(environment, read);
      }
    }
    return Object.fromEntries(found);
  };
  return fields<Required<PullRequestOverride> & { for: Readonly<Record<string, PullRequestOverride>> }>(
    { ...pullRequestFields, for: perEnvironment },
    sample,
  );
}
