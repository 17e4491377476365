import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  formatReference,
  formatVersion,
  isMutableTag,
  kindOfChange,
  parseIdentifier,
  parseKustomizeImage,
  parseReference,
  parseVersion,
  versionOf,
  withVersion,
} from './index.js';

const digest = `sha256:${'a1'.repeat(32)}`;
const otherDigest = `sha256:${'b2'.repeat(32)}`;
const version = (text: string) => parseVersion(text)._unsafeUnwrap();

describe('parseReference', () => {
  it.each([
    ['nginx', 'nginx', null, null],
    ['ghcr.io/acme/api:1.10', 'ghcr.io/acme/api', '1.10', null],
    ['localhost:5000/acme/api:1.2', 'localhost:5000/acme/api', '1.2', null],
    ['localhost:5000/acme/api', 'localhost:5000/acme/api', null, null],
    [`api@${digest}`, 'api', null, digest],
    [`ghcr.io/acme/api:1.2@${digest}`, 'ghcr.io/acme/api', '1.2', digest],
    ['[::1]:5000/api:v1', '[::1]:5000/api', 'v1', null],
    [`api:${'t'.repeat(128)}`, 'api', 't'.repeat(128), null],
  ])('reads %s and writes it back', (text, image, tag, found) => {
    const reference = parseReference(text)._unsafeUnwrap();
    expect(reference).toEqual({ image, tag, digest: found });
    expect(formatReference(reference)).toBe(text);
  });

  it.each([
    ['an upper-case repository', 'ghcr.io/Acme/api:1'],
    ['a constraint', 'api:~1.2'],
    ['a tag of 129 characters', `api:${'t'.repeat(129)}`],
    ['a shortened digest', 'api@sha256:abcde'],
    ['a digest in upper case', `api@sha256:${'A1'.repeat(32)}`],
    ['an unknown digest', `api@md5:${'a1'.repeat(16)}`],
    ['a bare image id', 'a1'.repeat(32)],
    ['nothing', ''],
    ['a blank', 'api: 1'],
    ['a doubled slash', 'acme//api'],
  ])('refuses %s', (_what, text) => {
    const failure = parseReference(text)._unsafeUnwrapErr();
    expect(failure.kind).toBe('image-reference-invalid');
    expect(failure.details).toEqual({ reference: text });
  });
});

describe('parseVersion', () => {
  it.each(['1.10', '0123456', '_x', digest, `1.8.2@${digest}`])('reads %s and writes it back', (text) => {
    expect(formatVersion(version(text))).toBe(text);
  });

  it('tells tag and digest apart', () => {
    expect(version(`1.8.2@${digest}`)).toEqual({ tag: '1.8.2', digest });
    expect(version(digest)).toEqual({ tag: null, digest });
    expect(version('1.8.2')).toEqual({ tag: '1.8.2', digest: null });
  });

  it.each(['', ' 1', '~1', '.5', '-1', 'a/b', `@${digest}`, '1@sha256:ab', 'sha256:ab', 'x'.repeat(129)])(
    'refuses "%s"',
    (text) => {
      expect(parseVersion(text)._unsafeUnwrapErr().kind).toBe('image-reference-invalid');
    },
  );
});

describe('image overrides of Kustomize', () => {
  it('reads the three forms', () => {
    expect(parseKustomizeImage('api=ghcr.io/acme/api:1.2')._unsafeUnwrap()).toEqual({
      name: 'api',
      newName: 'ghcr.io/acme/api',
      version: { tag: '1.2', digest: null },
    });
    expect(parseKustomizeImage('ghcr.io/acme/api')._unsafeUnwrap()).toEqual({
      name: 'ghcr.io/acme/api',
      newName: null,
      version: null,
    });
    expect(versionOf(`api=localhost:5000/api:1@${digest}`)).toEqual({ tag: '1', digest });
    expect(versionOf('api')).toBeNull();
    expect(versionOf('not an image')).toBeNull();
  });

  it('changes the version and nothing else', () => {
    expect(withVersion('api=localhost:5000/api:1', version(`2@${digest}`))._unsafeUnwrap()).toBe(
      `api=localhost:5000/api:2@${digest}`,
    );
    expect(withVersion(`acme/api@${digest}`, version('2'))._unsafeUnwrap()).toBe('acme/api:2');
    expect(withVersion('acme/api', version(digest))._unsafeUnwrap()).toBe(`acme/api@${digest}`);
    expect(withVersion('Acme', version('2')).isErr()).toBe(true);
  });
});

describe('compareVersions', () => {
  it.each([
    ['1.9.0', '1.10.0', 'newer'],
    ['v1.10', '1.9.9', 'older'],
    ['1.2', 'v1.2.0', 'same'],
    ['1.0.0-rc.2', '1.0.0-rc.11', 'newer'],
    ['1.0.0-rc1', '1.0.0', 'newer'],
    ['1.0.0', '1.0.0-rc1', 'older'],
    ['1.0.0-1', '1.0.0-alpha', 'newer'],
    ['1.0.0-alpha', '1.0.0-alpha.1', 'newer'],
    ['2024.01.05', '2024.1.12', 'newer'],
    ['20240105235959', '20240106000000', 'newer'],
    ['1.0.0', '1.0.0', 'same'],
    ['main-3f2c1ab', 'main-9ab0123', 'not-comparable'],
    ['V1.2.3', 'V1.2.4', 'not-comparable'],
    ['1.2.3.4', '1.2.3.5', 'not-comparable'],
    ['1.0.0-01', '1.0.0-02', 'not-comparable'],
    ['99999999999999999999', '1.0.0', 'not-comparable'],
    [digest, otherDigest, 'not-comparable'],
    [digest, digest, 'same'],
    [`1.0.0@${digest}`, `1.0.0@${otherDigest}`, 'not-comparable'],
    [`1.0.0@${digest}`, `1.1.0@${otherDigest}`, 'newer'],
    ['1.0.0', `1.0.0@${digest}`, 'same'],
    ['latest', `latest@${digest}`, 'same'],
    [`1.0.0@${digest}`, digest, 'same'],
    ['1.0.0', digest, 'not-comparable'],
  ] as const)('%s, then %s: %s', (from, to, expected) => {
    const opposite = { newer: 'older', older: 'newer', same: 'same', 'not-comparable': 'not-comparable' };
    expect(compareVersions(version(from), version(to))).toBe(expected);
    expect(compareVersions(version(to), version(from))).toBe(opposite[expected]);
  });

  it('does not count build metadata', () => {
    expect(compareVersions({ tag: '1.0.0+a', digest: null }, { tag: '1.0.0+b', digest: null })).toBe('same');
  });
});

describe('kindOfChange', () => {
  it.each([
    ['1.7.0', '2.0.0', 'major'],
    ['1.7.0', '1.8.2', 'minor'],
    ['v1.7', '1.7.1', 'patch'],
    ['1.7.0-rc1', '1.7.0-rc2', 'prerelease'],
    ['1.7.0-rc1', '1.7.0', 'prerelease'],
    ['1.7.0', '1.8.0-rc1', 'minor'],
    ['1.8.0', '1.7.9', 'downgrade'],
    ['1.8.0', '1.8.0-rc1', 'downgrade'],
    ['main-1', 'main-2', 'other'],
    ['1.8', '1.8.0', 'other'],
    [`1.8.0@${digest}`, `1.8.0@${otherDigest}`, 'digest'],
    [digest, otherDigest, 'digest'],
    [`1.8.0@${digest}`, `1.9.0@${otherDigest}`, 'minor'],
    ['1.8.0', digest, 'other'],
  ] as const)('%s to %s is %s', (from, to, kind) => {
    expect(kindOfChange(version(from), version(to))).toBe(kind);
  });
});

describe('isMutableTag', () => {
  it.each([
    ...['latest', 'Latest', 'main', 'master', 'develop', 'dev', 'stable', 'edge', 'nightly', 'latest-alpine'],
    ...['alpine-edge', '1.2-edge', 'release-1.2', 'stable-v2', '1.4.0-SNAPSHOT'],
  ])('%s moves', (tag) => {
    expect(isMutableTag(tag, 'ghcr.io/acme/api')).toBe(true);
    expect(isMutableTag(tag, 'redis')).toBe(true);
  });

  it.each([
    ...['1.2.3', 'v1.2.3', '1.2.3-alpine', '1.2.3-rc1', 'main-3f2c1ab', 'dev-118', '20240105', '3f2c1ab'],
    ...['sha-3f2c1ab', 'v1.2.3-dev.4', '1.2-3f2c1ab', 'latest2', 'mainframe', 'alpine'],
  ])('%s stays', (tag) => {
    expect(isMutableTag(tag, 'ghcr.io/acme/api')).toBe(false);
    expect(isMutableTag(tag, 'redis')).toBe(false);
  });

  it.each(['1', 'v1', '1.2', 'v1.2', '1.2-alpine'])('%s moves where Docker keeps the image', (tag) => {
    for (const image of ['redis', 'library/redis', 'docker.io/redis', 'docker.io/library/redis'])
      expect(isMutableTag(tag, image)).toBe(true);
    for (const image of ['acme/api', 'docker.io/acme/api', 'ghcr.io/acme/api', 'localhost:5000/redis'])
      expect(isMutableTag(tag, image)).toBe(false);
  });
});

describe('parseIdentifier', () => {
  it.each([
    [
      'an upper-case first part is a host',
      'Org/image:1',
      { registry: 'Org', name: 'image', tag: { name: '1', digest: '' } },
    ],
    ['index.docker.io is Docker Hub', 'index.docker.io/nginx', { registry: '', name: 'nginx', tag: null }],
    [
      'an upper-case digest goes the plain way',
      `a.b/c:1@sha256:${'AB'.repeat(32)}`,
      { registry: 'a.b', name: 'c', tag: { name: '1', digest: `sha256:${'AB'.repeat(32)}` } },
    ],
    [
      'a tag of 129 characters goes the plain way',
      `a:5/b:${'t'.repeat(129)}`,
      { registry: '', name: 'a', tag: { name: `5/b:${'t'.repeat(129)}`, digest: '' } },
    ],
    ['an image id goes the plain way', 'ab'.repeat(32), { registry: '', name: 'ab'.repeat(32), tag: null }],
    [
      'a path of 256 characters goes the plain way',
      `a.b/${'p'.repeat(256)}`,
      { registry: 'a.b', name: 'p'.repeat(256), tag: null },
    ],
    [
      'the registry is not looked for after a second =',
      'x=a=b.c/d',
      { alias: 'x', registry: '', name: 'd', tag: null },
    ],
  ])('%s', (_what, text, expected) => {
    expect(parseIdentifier(text)).toMatchObject({ ...expected, original: text });
  });
});
