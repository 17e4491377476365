import { describe, expect, it } from 'vitest';
import { revisionInUrl, withRevision } from './index.js';

const argo = 'github.com/argoproj/argo-cd';

describe('a revision in an address', () => {
  it.each([
    ['https://github.com/argoproj/argo-cd/manifests/ha?ref=v2.9.3', argo, 'manifests/ha', 'v2.9.3'],
    ['github.com/argoproj/argo-cd//manifests/ha?timeout=90s&ref=v2.9.3', argo, 'manifests/ha', 'v2.9.3'],
    ['https://github.com/argoproj/argo-cd.git/manifests?ref=v2.9.3&submodules=0', argo, 'manifests', 'v2.9.3'],
    ['git@github.com:argoproj/argo-cd.git//manifests?ref=v2.9.3', argo, 'manifests', 'v2.9.3'],
    ['ssh://git@github.com/argoproj/argo-cd?version=v2.9.3', argo, '', 'v2.9.3'],
    ['git::https://github.com/argoproj/argo-cd?ref=v2.9.3', argo, '', 'v2.9.3'],
    ['https://gitlab.com/a/b/c.git//deploy/prod?ref=1.0.0', 'gitlab.com/a/b/c', 'deploy/prod', '1.0.0'],
    [
      'https://raw.githubusercontent.com/argoproj/argo-cd/v2.9.3/manifests/install.yaml',
      argo,
      'manifests/install.yaml',
      'v2.9.3',
    ],
    ['https://raw.githubusercontent.com/argoproj/argo-cd/refs/tags/v2.9.3/a.yaml', argo, 'a.yaml', 'v2.9.3'],
    ['https://github.com/argoproj/argo-cd/releases/download/v2.9.3/install.yaml', argo, 'install.yaml', 'v2.9.3'],
  ])('is found, and replaced alone: %s', (url, repository, path, revision) => {
    expect(revisionInUrl(url)).toMatchObject({ repository, path, revision });
    expect(withRevision(url, 'v3.0.0-rc1')).toBe(url.replace(revision, 'v3.0.0-rc1'));
    expect(withRevision(url, revision)).toBe(url);
  });

  it.each(['../base', 'https://example.com/a/b.yaml', 'github.com/argoproj/argo-cd/manifests', 'a?b=ref'])(
    'is not found where there is none: %s',
    (url) => {
      expect(revisionInUrl(url)).toBeNull();
      expect(withRevision(url, 'v1')).toBe(url);
    },
  );
});
