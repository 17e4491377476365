import type { FileDiff } from '../../host/diff.js';
import { type CommitObject, type Person, writtenAt } from '../../host/objects.js';
import type { Json } from '../../host/request.js';
import { fullName, type Repository } from '../state/repository.js';
import type { World } from '../state/world.js';
import { repositoryUrl, webUrl } from './repository.js';
import { userShape } from './user.js';

type Shape = { readonly [name: string]: Json | null | undefined };

function personShape(person: Person): Shape {
  return { name: person.name, email: person.email, date: writtenAt(person) };
}

/** Signed by the forge itself, or not at all: a fake has no keys of others. */
export function verificationShape(repository: Repository, oid: string, commit: CommitObject): Shape {
  if (!repository.signed.has(oid)) {
    return { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };
  }
  const payload = `tree ${commit.tree}\n`;
  const signature = '-----BEGIN PGP SIGNATURE-----\n\nfake\n-----END PGP SIGNATURE-----';
  return { verified: true, reason: 'valid', signature, payload, verified_at: writtenAt(commit.committer) };
}

/** GitHub's `git-commit`. */
export function gitCommitShape(world: World, repository: Repository, commit: CommitObject): Shape {
  const url = repositoryUrl(world, repository);
  const web = webUrl(world, repository);
  return {
    sha: commit.oid,
    node_id: `C_${repository.id}_${commit.oid}`,
    url: `${url}/git/commits/${commit.oid}`,
    html_url: `${web}/commit/${commit.oid}`,
    author: personShape(commit.author),
    committer: personShape(commit.committer),
    tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
    message: commit.message.replace(/\n$/, ''),
    parents: parentsShape(world, repository, commit, 'git/commits'),
    verification: verificationShape(repository, commit.oid, commit),
  };
}

function parentsShape(world: World, repository: Repository, commit: CommitObject, path: string): readonly Shape[] {
  const url = repositoryUrl(world, repository);
  const web = webUrl(world, repository);
  return commit.parents.map((sha) => ({ sha, url: `${url}/${path}/${sha}`, html_url: `${web}/commit/${sha}` }));
}

/** The account whose address a commit was written with; null where nobody has it. */
function accountShape(world: World, person: Person): Shape | null {
  for (const account of world.accounts.values()) {
    if (account.email.toLowerCase() === person.email.toLowerCase()) return userShape(world, account);
  }
  return null;
}

/** GitHub's `commit`, without what it changed. */
export function commitShape(world: World, repository: Repository, commit: CommitObject): Shape {
  const url = repositoryUrl(world, repository);
  const web = webUrl(world, repository);
  return {
    sha: commit.oid,
    node_id: `C_${repository.id}_${commit.oid}`,
    commit: {
      author: personShape(commit.author),
      committer: personShape(commit.committer),
      message: commit.message.replace(/\n$/, ''),
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      url: `${url}/git/commits/${commit.oid}`,
      comment_count: 0,
      verification: verificationShape(repository, commit.oid, commit),
    },
    url: `${url}/commits/${commit.oid}`,
    html_url: `${web}/commit/${commit.oid}`,
    comments_url: `${url}/commits/${commit.oid}/comments`,
    author: accountShape(world, commit.author),
    committer: accountShape(world, commit.committer),
    parents: parentsShape(world, repository, commit, 'commits'),
  };
}

/** GitHub's `diff-entry`. */
export function diffShape(world: World, repository: Repository, commit: string, file: FileDiff): Shape {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  const web = webUrl(world, repository);
  const status = file.status === 'type-changed' ? 'changed' : file.status;
  return {
    sha: file.status === 'removed' ? file.oldOid : file.newOid,
    filename: file.path,
    status,
    additions: file.additions ?? 0,
    deletions: file.deletions ?? 0,
    changes: (file.additions ?? 0) + (file.deletions ?? 0),
    blob_url: `${web}/blob/${commit}/${path}`,
    raw_url: `${web}/raw/${commit}/${path}`,
    contents_url: `${world.urls.api}/repos/${fullName(repository)}/contents/${path}?ref=${commit}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.status === 'renamed' ? { previous_filename: file.oldPath } : {}),
  };
}
