import { describe, expect, it } from 'vitest';
import { describeError } from '../errors/describe.js';
import { defaultConfig, parseConfig } from './index.js';

const surface = `# yaml-language-server: $schema=https://cdn.jsdelivr.net/npm/@gitops/core@1/schemas/gitops.schema.json
version: 1
name: shop                               # only where a repository holds several projects

layout:                                  # instead of discovery
  - apps/{environment}/{application}/application.yaml
ignore: [docs/**, test/**]

environments:
  prod-us:
    from: { all: [qa, perf] }
    branch: release
    repository: https://github.com/acme/gitops-us
  dev: {}
  qa: { from: dev }
  perf: { from: development }
  prod-eu: { from: { all: [qa, perf] }, aliases: [production-eu] }
  development-2:
    aliases: [development]
groups: { prod: [production-eu, prod-us] }

versions:
  - files: image-tags/{environment}/{application}
    key: image_tag
    image: ghcr.io/acme/{application}

images:
  - { from: "dev.example.com/{path}", to: "prod.example.com/{path}", into: [prod] }

rules:
  - { rule: downgrade, severity: error }
  - { rule: source-not-frozen, severity: warn, into: [production-eu, prod] }

lint: { ignore: [{ rule: mutable-tag, files: [apps/dev/**], reason: a demo }] }
freeze: { requireReason: true, longest: 14d }

commit: { title: "chore: {summary}", signOff: true, trailers: { Ticket: "{env.TICKET}" } }

pullRequest:
  branchPrefix: team/gitops
  labels: [promotion, "to/{to}"]
  reviewers: ["@acme/platform"]
  assignees: ["@ana"]
  milestone: "2.4"
  draft: false
  merge: { method: squash, auto: true, approvals: 1, holdLabel: do-not-merge }
  for: { prod-us: { reviewers: ["@acme/us"], merge: { auto: false } } }
`;

const read = (text: string, path = 'gitops.yaml') => parseConfig(text, path)._unsafeUnwrap();

/** Every problem as `line:column key: message | remedy`. */
function problemsOf(text: string, options: Parameters<typeof parseConfig>[2] = {}): string[] {
  const error = parseConfig(text, 'gitops.yaml', options)._unsafeUnwrapErr();
  return [error, ...error.also].map((one) => {
    expect(one.kind).toBe('config-invalid');
    expect(one.remedy).not.toBe('');
    expect(one.at?.file).toBe('gitops.yaml');
    return `${one.at?.line}:${one.at?.column} ${one.message} | ${one.remedy}`;
  });
}

describe('a valid file', () => {
  it('is read whole, with names of environments in the place of aliases and groups', () => {
    expect(read(surface, 'team/shop/gitops.yaml')).toEqual({
      file: 'team/shop/gitops.yaml',
      root: 'team/shop',
      name: 'shop',
      layout: ['apps/{environment}/{application}/application.yaml'],
      ignore: ['docs/**', 'test/**'],
      environments: [
        {
          name: 'prod-us',
          aliases: [],
          from: ['qa', 'perf'],
          branch: 'release',
          repository: 'https://github.com/acme/gitops-us',
        },
        { name: 'dev', aliases: [], from: [], branch: null, repository: null },
        { name: 'qa', aliases: [], from: ['dev'], branch: null, repository: null },
        { name: 'perf', aliases: [], from: ['development-2'], branch: null, repository: null },
        { name: 'prod-eu', aliases: ['production-eu'], from: ['qa', 'perf'], branch: null, repository: null },
        { name: 'development-2', aliases: ['development'], from: [], branch: null, repository: null },
      ],
      groups: { prod: ['prod-eu', 'prod-us'] },
      versions: [
        { files: 'image-tags/{environment}/{application}', key: 'image_tag', image: 'ghcr.io/acme/{application}' },
      ],
      images: [{ from: 'dev.example.com/{path}', to: 'prod.example.com/{path}', into: ['prod-eu', 'prod-us'] }],
      rules: [
        { rule: 'downgrade', severity: 'error', into: [], options: {} },
        { rule: 'source-not-frozen', severity: 'warn', into: ['prod-eu', 'prod-us'], options: {} },
      ],
      lint: { ignore: [{ rule: 'mutable-tag', files: ['apps/dev/**'], reason: 'a demo' }] },
      freeze: { requireReason: true, longest: '14d' },
      commit: { title: 'chore: {summary}', signOff: true, trailers: { Ticket: '{env.TICKET}' } },
      pullRequest: {
        branchPrefix: 'team/gitops',
        labels: ['promotion', 'to/{to}'],
        reviewers: ['@acme/platform'],
        assignees: ['@ana'],
        milestone: '2.4',
        draft: false,
        merge: { method: 'squash', auto: true, approvals: 1, holdLabel: 'do-not-merge' },
      },
      pullRequestFor: { 'prod-us': { reviewers: ['@acme/us'], merge: { auto: false } } },
    });
  });

  it('fills in every default', () => {
    expect(read('version: 1\n')).toEqual({ ...defaultConfig(), file: 'gitops.yaml', root: '' });
  });

  it('keeps the other defaults of a section that is given in part', () => {
    const config = read('version: 1\nfreeze: { requireReason: true }\npullRequest: { merge: { approvals: 2 } }\n');
    expect(config.freeze).toEqual({ requireReason: true, longest: null });
    expect(config.pullRequest).toEqual({
      ...defaultConfig().pullRequest,
      merge: { ...defaultConfig().pullRequest.merge, approvals: 2 },
    });
  });

  it('takes words that YAML 1.1 knows as booleans for the names that they are', () => {
    expect(
      read('version: 1\nenvironments: { no: {}, on: { from: no } }\n').environments.map((one) => [one.name, one.from]),
    ).toEqual([
      ['no', []],
      ['on', ['no']],
    ]);
  });

  it('follows YAML aliases, and reads CRLF and a byte order mark', () => {
    const config = read('\uFEFFversion: 1\r\nenvironments:\r\n  dev: &place {}\r\n  prod: *place\r\n');
    expect(config.environments.map((one) => one.name)).toEqual(['dev', 'prod']);
  });

  it('leaves names alone that only discovery knows, and checks them once it has', () => {
    const text = 'version: 1\ngroups: { prod: [prd-eu] }\nrules: [{ rule: downgrade, severity: warn, into: [qa] }]\n';
    expect(read(text).groups).toEqual({ prod: ['prd-eu'] });
    expect(
      problemsOf(text, {
        discovered: [
          { name: 'prod-eu', aliases: [] },
          { name: 'qa', aliases: ['test'] },
        ],
      }),
    ).toEqual([
      '2:18 groups.prod[0]: There is no environment "prd-eu". | Did you mean "prod-eu"? Known: prod-eu, qa, test.',
    ]);
  });
});

describe('an invalid file', () => {
  const cases: readonly (readonly [name: string, text: string, expected: readonly string[]])[] = [
    ['is empty', '', ['1:1 "version" is missing. | Add the line: version: 1']],
    ['has no version', 'name: shop\n', ['1:1 "version" is missing. | Add the line: version: 1']],
    [
      'is of a newer version',
      'version: 2\n',
      ['1:10 version: The file is of version 2; this release reads version 1. | Use a newer release of the toolkit.'],
    ],
    [
      'has a version that is a text',
      'version: "1"\n',
      ['1:10 version: Its only value is the number 1. | Write version: 1'],
    ],
    ['is a list', '- version: 1\n', ['1:1 A map is expected, but a list stands here. | Write it as in version: 1']],
    [
      'has two documents',
      'version: 1\n---\nversion: 1\n',
      ['3:1 The file holds a second document. | Remove it, with its "---".'],
    ],
    [
      'has an unknown key',
      'version: 1\nenvironment: {}\n',
      [
        '2:1 environment: There is no such key. | Did you mean "environments"? Known keys here: version, name, layout, ignore, environments, groups, versions, images, rules, lint, freeze, commit, pullRequest.',
      ],
    ],
    [
      'has an unknown key inside',
      'version: 1\npullRequest: { merge: { metod: squash } }\n',
      [
        '2:25 pullRequest.merge.metod: There is no such key in pullRequest.merge. | Did you mean "method"? Known keys here: method, auto, approvals, holdLabel.',
      ],
    ],
    [
      'has merge keys',
      'version: 1\nenvironments:\n  dev: &a {}\n  <<: *a\n',
      ['4:3 environments.<<: Merge keys are not read in this file. | Write the keys out instead of "<<".'],
    ],
    [
      'has a map for a list',
      'version: 1\nignore: { a: b }\n',
      ['2:9 ignore: A list is expected, but a map stands here. | Write it as in ignore: [docs/**]'],
    ],
    [
      'has a number for a text',
      'version: 1\nignore: [1.10]\n',
      ['2:10 ignore[0]: A text is expected, but the number 1.10 stands here. | Put it in quotes: "1.10"'],
    ],
    [
      'has nothing for a text',
      'version: 1\nname:\n',
      ['2:1 name: A text is expected, but nothing stands here. | Write it as in name: shop'],
    ],
    [
      'has a word for a boolean',
      'version: 1\nfreeze: { requireReason: yes }\n',
      [
        '2:26 freeze.requireReason: true or false is expected, but the boolean yes stands here. | Write it as in draft: true',
      ],
    ],
    [
      'has a wrong enum value',
      'version: 1\npullRequest: { merge: { method: squish } }\n',
      [
        '2:33 pullRequest.merge.method: "squish" is not one of its values. | Did you mean "squash"? Write merge, squash or rebase.',
      ],
    ],
    [
      'has a fraction of an approval',
      'version: 1\npullRequest: { merge: { approvals: 1.5 } }\n',
      ['2:36 pullRequest.merge.approvals: 1.5 is not a whole number from 0 to 100. | Write it as in approvals: 1'],
    ],
    [
      'has a wrong duration',
      'version: 1\nfreeze: { longest: 2w }\n',
      [
        '2:20 freeze.longest: "2w" is not a duration. | Write a whole number from 1 to 999999 and one unit: 30m for minutes, 24h for hours, 14d for days.',
      ],
    ],
    [
      'has a bad environment name',
      'version: 1\nenvironments: { "prod/eu": {} }\n',
      [
        '2:17 environments.prod/eu: "prod/eu" cannot be a name. | A name has 1 to 63 letters, digits, ".", "_" and "-", begins and ends with a letter or digit, and has neither ".." nor ".lock" at its end.',
      ],
    ],
    [
      'comes from an unknown environment',
      'version: 1\nenvironments: { dev: {}, prod: { from: dve } }\n',
      ['2:40 environments.prod.from: There is no environment "dve". | Did you mean "dev"? Known: dev, prod.'],
    ],
    [
      'comes from a list',
      'version: 1\nenvironments: { dev: {}, prod: { from: [dev] } }\n',
      [
        '2:40 environments.prod.from: A list does not say whether all of them are meant. | Write { all: [ … ] } for several.',
      ],
    ],
    [
      'comes from itself',
      'version: 1\nenvironments: { dev: { from: dev } }\n',
      [
        '2:30 environments.dev.from: Environments come from each other in a circle: dev from dev. | Remove "from" of the environment that versions reach first.',
      ],
    ],
    [
      'has a cycle',
      'version: 1\nenvironments:\n  qa: { from: prod }\n  dev: {}\n  prod: { from: { all: [dev, qa] } }\n',
      [
        '3:15 environments.qa.from: Environments come from each other in a circle: qa from prod from qa. | Remove "from" of the environment that versions reach first.',
      ],
    ],
    [
      'has one alias twice',
      'version: 1\nenvironments: { a: { aliases: [x] }, b: { aliases: [x, a] } }\n',
      [
        '2:53 environments.b.aliases[0]: "x" is an alias of a already. | Each name and alias stands for one environment: remove one.',
        '2:56 environments.b.aliases[1]: "a" is the name of an environment. | Each name and alias stands for one environment: remove one.',
      ],
    ],
    [
      'has an unknown member of a group',
      'version: 1\nenvironments: { prod-eu: {} }\ngroups: { prod: [prod-us] }\n',
      ['3:18 groups.prod[0]: There is no environment "prod-us". | Did you mean "prod-eu"? Known: prod-eu.'],
    ],
    [
      'has a group that is an environment',
      'version: 1\nenvironments: { prod: {} }\ngroups: { prod: [prod] }\n',
      ['3:11 groups.prod: "prod" is an environment as well. | Give the group a name of its own.'],
    ],
    [
      'has settings for a group',
      'version: 1\nenvironments: { eu: {}, us: {} }\ngroups: { prod: [eu, us] }\npullRequest: { for: { prod: { draft: true } } }\n',
      ['4:23 pullRequest.for.prod: prod is a group; only environments can stand here. | Name its members: eu and us.'],
    ],
    [
      'has rules into an unknown environment',
      'version: 1\nenvironments: { dev: {} }\ngroups: { lower: [dev] }\nrules: [{ rule: downgrade, severity: warn, into: [lowr] }]\n',
      ['4:51 rules[0].into[0]: There is no environment or group "lowr". | Did you mean "lower"? Known: dev, lower.'],
    ],
    [
      'has an unknown rule',
      'version: 1\nrules: [{ rule: downgrades, severity: error }]\n',
      [
        '2:17 rules[0].rule: "downgrades" is not one of its values. | Did you mean "downgrade"? Write downgrade, not-comparable, missing-pin, masked-pin, shared-pin, ambiguous-image, unknown-application, application-in-one-environment, missing-version, promotion-order, source-not-frozen, updater-on-target, environment-frozen, mutable-tag, environment-bound-tag or constraint.',
      ],
    ],
    [
      'has a rule of a later release',
      'version: 1\nrules: [{ rule: soak, severity: error, atLeast: 24h }]\n',
      [
        '2:17 rules[0].rule: The rule soak is not part of this release, so nothing would check it. | Remove the entry, or use a release that has the rule.',
      ],
    ],
    [
      'has a rule without severity',
      'version: 1\nrules: [{ rule: downgrade }]\n',
      ['2:9 rules[0]: "severity" must be given. | Add it to this entry.'],
    ],
    [
      'has a layout without environment',
      'version: 1\nlayout: ["apps/{application}.yaml"]\n',
      [
        '2:10 layout[0]: The pattern "apps/{application}.yaml" does not say which environment a file belongs to. | Put {environment} where the name of the environment stands in the path.',
      ],
    ],
    [
      'has an unknown placeholder',
      'version: 1\nlayout: ["apps/{enviroment}/{application}.yaml"]\n',
      [
        '2:10 layout[0]: There is no placeholder {enviroment} for this text. | Did you mean "environment"? Known here: {environment} and {application}.',
      ],
    ],
    [
      'has an unknown placeholder in a title',
      'version: 1\ncommit: { title: "{sumary}" }\n',
      [
        '2:18 commit.title: There is no placeholder {sumary} for this text. | Did you mean "summary"? Known here: {summary}, {operation}, {to}, {environment} and {env.NAME}.',
      ],
    ],
    [
      'has {path} on one side only',
      'version: 1\nimages: [{ from: "a/{path}", to: b }]\n',
      ['2:10 images[0]: {path} stands in one of "from" and "to" only. | Write it in both, or in neither.'],
    ],
    [
      'has an image with a tag',
      'version: 1\nimages: [{ from: "a:1", to: b }]\n',
      [
        '2:18 images[0].from: "a:1" is not the name of an image without version. | Leave the tag and the digest out: ghcr.io/acme/{path}.',
      ],
    ],
    [
      'has versions without a key',
      'version: 1\nversions: [{ files: "t/{environment}" }]\n',
      ['2:12 versions[0]: "key" and "image" must be given. | Add them to this entry.'],
    ],
    [
      'has a trailer of ours',
      'version: 1\ncommit: { trailers: { GitOps-From: x } }\n',
      [
        '2:23 commit.trailers.GitOps-From: The trailer GitOps-From is written by the toolkit itself. | Take another name; for Signed-off-by there is "signOff".',
      ],
    ],
    [
      'has a branch that is none',
      'version: 1\npullRequest: { branchPrefix: "a..b" }\n',
      [
        '2:30 pullRequest.branchPrefix: "a..b" cannot be the name of a branch. | Use letters, digits, "/", "-", "_" and "." inside a word.',
      ],
    ],
  ];

  it.each(cases)('%s', (_, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  it('has all its problems told at once, in the order of the file', () => {
    const text =
      'rules: [{ rule: nope, severity: fatal }]\nversion: 3\nenvironmnets: {}\nenvironments: { dev: { from: x } }\n';
    expect(problemsOf(text).map((one) => one.split(' ', 2).join(' '))).toEqual([
      '1:17 rules[0].rule:',
      '1:33 rules[0].severity:',
      '2:10 version:',
      '3:1 environmnets:',
      '4:30 environments.dev.from:',
    ]);
  });

  it('never repeats a token', () => {
    const text = 'version: 1\nenvironments: { dev: { repository: "https://bot:s3cret@example.com/a" } }\n';
    const error = parseConfig(text, 'gitops.yaml')._unsafeUnwrapErr();
    expect(describeError(error)).toContain('The address holds a user or a token.');
    expect(JSON.stringify(error)).not.toContain('s3cret');
  });

  it('is no YAML: the error is that of the reader', () => {
    expect(parseConfig('version: [1\n', 'gitops.yaml')._unsafeUnwrapErr().kind).toBe('yaml-syntax');
    expect(parseConfig('version: 1\nversion: 1\n', 'gitops.yaml')._unsafeUnwrapErr().kind).toBe('duplicate-key');
  });
});
