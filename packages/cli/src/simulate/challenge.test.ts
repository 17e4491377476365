import { describe, expect, it } from 'vitest';
import { parseChallenges, readingActions } from './challenge.js';
import { describeRegistryImage, registryImage } from './image-name.js';
import { nextIn } from './registry-tags.js';

const plain = (header: string): unknown =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe('WWW-Authenticate', () => {
  it.each([
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull"',
      [
        [
          'bearer',
          {
            realm: 'https://auth.docker.io/token',
            service: 'registry.docker.io',
            scope: 'repository:library/nginx:pull',
          },
        ],
      ],
    ],
    ['Basic realm="a, b \\"c\\""', [['basic', { realm: 'a, b "c"' }]]],
    [
      'Negotiate, BASIC Realm = plain , Bearer realm="x", scope="a:b:pull,push"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'plain' }],
        ['bearer', { realm: 'x', scope: 'a:b:pull,push' }],
      ],
    ],
    ['Bearer realm="first", realm="second"', [['bearer', { realm: 'first' }]]],
    ['Bearer realm="open', [['bearer', { realm: '' }]]],
    ['', []],
    ['"', []],
  ])('%s', (header, expected) => {
    expect(plain(header)).toEqual(expected);
  });

  it('is read in no time, however it is made', () => {
    expect(parseChallenges(`Bearer ${'a="\\'.repeat(20_000)}`)).toHaveLength(1);
    expect(parseChallenges('a '.repeat(5000)).length).toBeGreaterThan(1);
  });

  it.each([
    ['repository:a/b:pull', ['pull']],
    ['repository:a/b:pull,push,delete', ['pull']],
    ['repository:a/b:*', []],
    ['repository:a/b:metadata_read', ['metadata_read']],
    ['repository:other:pull registry:catalog:*', []],
    ['repository:other:pull repository:a/b:content_read', ['content_read']],
  ])('of scope %s, only reading this repository is asked for', (scope, expected) => {
    expect(readingActions(scope, 'a/b')).toEqual(expected);
  });
});

describe('the registry of an image', () => {
  it.each([
    ['nginx', 'https://registry-1.docker.io', 'docker.io', 'library/nginx'],
    ['acme/api', 'https://registry-1.docker.io', 'docker.io', 'acme/api'],
    ['index.docker.io/nginx', 'https://registry-1.docker.io', 'docker.io', 'library/nginx'],
    ['ghcr.io/acme/api', 'https://ghcr.io', 'ghcr.io', 'acme/api'],
    ['GHCR.io:443/acme/api', 'https://ghcr.io', 'ghcr.io:443', 'acme/api'],
    ['registry.example.com:5000/a', 'https://registry.example.com:5000', 'registry.example.com:5000', 'a'],
    ['localhost/a', 'http://localhost', 'localhost', 'a'],
    ['localhost:5000/a', 'http://localhost:5000', 'localhost:5000', 'a'],
    ['127.0.0.1:5000/a/b/c', 'http://127.0.0.1:5000', '127.0.0.1:5000', 'a/b/c'],
    ['127.0.0.1.evil.example/a', 'https://127.0.0.1.evil.example', '127.0.0.1.evil.example', 'a'],
    ['localhost.evil.example/a', 'https://localhost.evil.example', 'localhost.evil.example', 'a'],
  ])('%s', (image, origin, registry, repository) => {
    expect(registryImage(image)._unsafeUnwrap()).toEqual({ origin, registry, repository });
  });

  it.each(['', 'Upper/Case', 'a/../b', 'ghcr.io/', 'ghcr.io/a b', 'a?b', 'user:pw@ghcr.io/a', 'x.io:99999/a'])(
    '%j has none',
    (image) => {
      expect(registryImage(image)._unsafeUnwrapErr().kind).toBe('image-reference-invalid');
    },
  );

  it('is told by the host that is asked', () => {
    expect(describeRegistryImage(registryImage('nginx')._unsafeUnwrap())).toBe('registry-1.docker.io/library/nginx');
  });
});

describe('Link', () => {
  it.each([
    ['</v2/a/tags/list?last=x&n=2>; rel="next"', '/v2/a/tags/list?last=x&n=2'],
    ['<https://a/b>; REL=next', 'https://a/b'],
    ['<a>; rel="prev", <b,c>; title="x"; rel="start next"', 'b,c'],
    ['<a>; rel="nextish"', null],
    ['<a>', null],
    ['', null],
  ])('%s', (header, expected) => {
    expect(nextIn(header)).toBe(expected);
  });
});
