import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlobs, compileLayout, isIgnored, parseConfig } from './index.js';

const match = (pattern: string, path: string, known: readonly string[] = []) => {
  const found = compileLayout(pattern, known)._unsafeUnwrap().match(path);
  return found === null ? null : `${found.application}@${found.environment}`;
};

describe('a pattern', () => {
  it.each([
    ['apps/{environment}/{application}/application.yaml', 'apps/prod/users/application.yaml', 'users@prod'],
    ['apps/{environment}/{application}/application.yaml', 'apps/prod/users/deep/application.yaml', null],
    ['apps/{environment}/{application}/application.yaml', 'apps/prod/users/applicationXyaml', null],
    ['apps/{environment}/{application}/application.yaml', 'x/apps/prod/users/application.yaml', null],
    ['**/{environment}/*.{yaml,yml}', 'a/b/prod/users.yml', 'null@prod'],
    ['**/{environment}/*.{yaml,yml}', 'prod/users.yaml', 'null@prod'],
    ['**/{environment}/.hidden-*.yaml', 'a/prod/.hidden-x.yaml', 'null@prod'],
    ['{environment}/{application}/{application}-{environment}.yaml', 'prod/users/users-prod.yaml', 'users@prod'],
    ['{environment}/{application}/{application}-{environment}.yaml', 'prod/users/users-dev.yaml', null],
    ['apps/{application}-{environment}.yaml', 'apps/test-api-prod.yaml', 'test-api@prod'],
    ['apps/{application}-{environment}.yaml', 'apps/users-prod-eu.yaml', 'users@prod-eu'],
    ['apps/{application}-{environment}.yaml', 'apps/users-unknown.yaml', null],
    ['apps/{environment}-{application}.yaml', 'apps/prod-users.yaml', 'users@prod'],
    ['{clusters,envs}/{environment}/**/{application}.yaml', 'envs/live/a/b/users.yaml', 'users@live'],
  ])('%s on %s', (pattern, path, expected) => {
    expect(match(pattern, path)).toBe(expected);
  });

  it('knows the names that are given, the longest first', () => {
    const known = ['eu', 'prod', 'prod-eu', 'a.b'];
    expect(match('{application}-{environment}.yaml', 'users-prod-eu.yaml', known)).toBe('users@prod-eu');
    expect(match('{environment}/{application}.yaml', 'axb/users.yaml', known)).toBeNull();
    expect(match('{environment}/{application}.yaml', 'dev/users.yaml', known)).toBeNull();
  });

  const errors: readonly (readonly [string, RegExp])[] = [
    ['', /1 to 500/],
    ['/apps/{environment}.yaml', /not a path below/],
    ['apps//{environment}.yaml', /not a path below/],
    ['../{environment}.yaml', /not a path below/],
    ['apps\\{environment}.yaml', /no backslash/],
    ['apps/{env}/x.yaml', /no placeholder \{env\}/],
    ['apps/{}/{environment}.yaml', /no placeholder \{\}/],
    ['apps/*.yaml', /which environment/],
    ['apps/{environment}{application}.yaml', /side by side/],
    ['apps/!({environment}).yaml', /inside \( \)/],
    ['apps/[{environment}].yaml', /inside \( \)/],
    [`${'a/'.repeat(300)}{environment}`, /1 to 500/],
  ];

  it.each(errors)('%s is none', (pattern, message) => {
    const error = compileLayout(pattern)._unsafeUnwrapErr();
    expect(error.kind).toBe('config-invalid');
    expect(error.message).toMatch(message);
    expect(error.remedy).not.toBe('');
  });

  it('gives back what was filled in', () => {
    const name = fc.stringMatching(/^[a-z0-9]([a-z0-9._+()$^[\]-]{0,8}[a-z0-9])?$/);
    const step = fc.oneof(
      fc.constantFrom('apps', 'a.b', 'x-y', '{environment}', '{application}', 'app-{application}', 'e.{environment}.d'),
      fc.stringMatching(/^[a-z][a-z.-]{0,5}$/),
    );
    const pattern = fc
      .array(step, { minLength: 1, maxLength: 5 })
      .map((steps) => [...steps, '{environment}', '{application}.yaml'].join('/'));
    fc.assert(
      fc.property(pattern, name, name, (text, environment, application) => {
        const path = text.replaceAll('{environment}', () => environment).replaceAll('{application}', () => application);
        expect(compileLayout(text, [environment])._unsafeUnwrap().match(path)).toEqual({ environment, application });
        expect(compileLayout(text, ['other'])._unsafeUnwrap().match(path)).toEqual(
          environment === 'other' ? { environment, application } : null,
        );
      }),
    );
  });
});

describe('globs', () => {
  it('match whole paths, dot files included', () => {
    const matches = compileGlobs(['docs/**', '*.md', 'test?/a.yaml'])._unsafeUnwrap();
    expect(['docs/a/b.yaml', 'docs/.x', 'README.md', 'test1/a.yaml'].map(matches)).toEqual([true, true, true, true]);
    expect(['a/docs/b.yaml', 'a/README.md', 'test/a.yaml'].map(matches)).toEqual([false, false, false]);
    expect(compileGlobs([])._unsafeUnwrap()('a')).toBe(false);
    expect(compileGlobs(['docs/'])._unsafeUnwrapErr().kind).toBe('config-invalid');
  });

  it('of "ignore" are relative to the folder of the file', () => {
    const config = parseConfig('version: 1\nignore: [docs/**]\n', 'team/gitops.yaml')._unsafeUnwrap();
    expect([
      isIgnored(config, 'team/docs/a.yaml'),
      isIgnored(config, 'docs/a.yaml'),
      isIgnored(config, 'team/a.yaml'),
    ]).toEqual([true, false, false]);
  });
});
