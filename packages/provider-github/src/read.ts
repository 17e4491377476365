import type { CommitId } from '@gitops/core';
import { blobId, fail, formatOf, type ReadSource, type TreeEntry } from '@gitops/provider-http';
import type { Api, Run } from './api.js';
import type { Seen } from './context.js';
import * as schema from './schema.js';
import { objects } from './schema-graphql.js';

/** Blobs in one query of GraphQL: as many as GitHub answers well within its ten seconds. */
const batch = 100;
/** Blobs that are asked for at the same time where each is a request. */
const atOnce = 8;

/** How the files of a commit are read: archive, listing, blobs. */
export function readSource(api: Api, seen: Seen, runOf: (signal: AbortSignal) => Run): ReadSource {
  return {
    archive: (ref, signal) =>
      api.stream(runOf(signal), {
        to: 'hand out the archive of the repository',
        what: isId(ref) ? `the commit ${ref.slice(0, 12)}` : `the branch "${ref}"`,
        route: 'GET /repos/{owner}/{repo}/tarball/{ref}',
        parameters: { ref },
      }),
    listing: (commit, signal) => listingOf(api, seen, runOf(signal), commit),
    blobs: (entries, _, signal) => blobsOf(api, seen, runOf(signal), entries),
    commitOf: async (ref, signal) => {
      const found = await api.find(runOf(signal), {
        to: `show the branch "${ref}"`,
        what: `the branch "${ref}"`,
        route: 'GET /repos/{owner}/{repo}/git/ref/{ref}',
        parameters: { ref: `heads/${ref}` },
        schema: schema.refs,
      });
      return found?.find((one) => one.ref === `refs/heads/${ref}`)?.object.sha ?? null;
    },
    treeOf: (commit) => seen.trees.get(commit) ?? null,
  };
}

function isId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

async function listingOf(api: Api, seen: Seen, run: Run, commit: CommitId): Promise<readonly TreeEntry[] | null> {
  // a commit's id is taken in the place of its tree's, and GitHub then names the tree
  const known = seen.trees.get(commit);
  const found = await api.request(run, {
    to: 'list the files of a commit',
    what: `the commit ${commit.slice(0, 12)}`,
    route: 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
    parameters: { tree_sha: known ?? commit, recursive: '1' },
    schema: schema.tree,
    means: missing(commit),
  });
  if (found.truncated) return null;
  return found.tree
    .filter((entry) => entry.type !== 'tree')
    .map(({ path, mode, sha, size }) => ({ path, mode, oid: sha, ...(size === undefined ? {} : { size }) }));
}

/** GitHub answers an id of nothing with 404, on some ways with 409 or 422. */
export function missing(commit: CommitId) {
  return ({ status, text }: { readonly status: number; readonly text: string }) =>
    [404, 409].includes(status) || (status === 422 && /no commit found|not exist|sha|object/i.test(text))
      ? ({
          kind: 'not-found',
          message: `There is no commit ${JSON.stringify(commit)}.`,
          remedy: 'Look for a slip in its id, and whether it was pushed to this repository.',
        } as const)
      : undefined;
}

/** Contents by object id: many in one query, what that cannot hand out (binary, cut) one by one. */
async function blobsOf(
  api: Api,
  seen: Seen,
  run: Run,
  entries: readonly TreeEntry[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const wanted = [...new Set(entries.filter(({ mode }) => mode !== '160000').map(({ oid }) => oid))];
  const found = new Map<string, Uint8Array>();
  if (wanted.length > 3) {
    for (let start = 0; start < wanted.length; start += batch) {
      const told = await textsOf(api, seen, run, wanted.slice(start, start + batch));
      if (told === null) break;
      for (const [oid, bytes] of told) found.set(oid, bytes);
    }
  }
  const left = wanted.filter((oid) => !found.has(oid));
  for (let start = 0; start < left.length; start += atOnce) {
    const part = left.slice(start, start + atOnce);
    const contents = await Promise.all(part.map((oid) => blobOf(api, run, oid)));
    for (const [index, bytes] of contents.entries()) found.set(part[index] as string, bytes);
  }
  return found;
}

async function textsOf(
  api: Api,
  seen: Seen,
  run: Run,
  oids: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array> | null> {
  const [owner, name] = (seen.fullName ?? `${api.address.owner}/${api.address.name}`).split('/');
  const fields = oids.map((oid, index) => `o${index}: object(oid: "${oid}") { ...content }`).join('\n    ');
  const told = await api.graphql(run, {
    to: 'hand out files',
    what: 'the files',
    query: `query Files($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    ${fields}
  }
}
fragment content on Blob { oid text isBinary isTruncated }`,
    variables: { owner, name },
    schema: objects,
  });
  const contents = told?.data?.repository;
  if (contents === null || contents === undefined) return null;
  const found = new Map<string, Uint8Array>();
  for (const [index, oid] of oids.entries()) {
    const object = contents[`o${index}`];
    if (object?.text === undefined || object.text === null || object.isTruncated === true) continue;
    const bytes = Buffer.from(object.text, 'utf8');
    // what is no UTF-8, or begins with a byte order mark, does not survive as text
    if (blobId(bytes, formatOf(oid)) === oid) found.set(oid, bytes);
  }
  return found;
}

async function blobOf(api: Api, run: Run, oid: string): Promise<Uint8Array> {
  const { content, encoding } = await api.request(run, {
    to: 'hand out a file',
    what: `the object ${oid.slice(0, 12)}`,
    route: 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}',
    parameters: { file_sha: oid },
    schema: schema.blob,
  });
  const bytes = Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8');
  if (blobId(bytes, formatOf(oid)) === oid) return bytes;
  return fail(
    'response-invalid',
    `The content of the object ${oid.slice(0, 12)} is not what its id says.`,
    'Run again; if it happens again, something between here and GitHub changes answers.',
    { what: 'hand out a file', expected: oid },
  );
}
