import type { CommitId } from '@gitops/core';
import type { Signature, TreeEntry } from '../store/codec.js';
import type { Repository } from '../store/repository.js';
import type { Oid, RefMove } from '../store/store.js';

/** From this many notes in one folder on, new ones go into folders by their first two digits, as Git itself does. */
const fanOutFrom = 256;

const utf8 = new TextDecoder();

/** All notes of a ref by the commit they annotate. Fanned out or not, both are read, and joined where both are there. */
export async function readNotes(repository: Repository, ref: string): Promise<Map<CommitId, string>> {
  const tip = await repository.ref(ref);
  if (tip === null) return new Map();
  const blobs: { readonly commit: CommitId; readonly oid: Oid }[] = [];
  await collect(repository, (await repository.commit(tip)).tree, '', blobs);
  const contents = await repository.blobs(blobs.map((blob) => blob.oid));
  const notes = new Map<CommitId, string>();
  for (const [index, { commit }] of blobs.entries()) {
    notes.set(commit, joined(notes.get(commit) ?? '', utf8.decode(contents[index])));
  }
  return notes;
}

async function collect(
  repository: Repository,
  tree: Oid,
  prefix: string,
  found: { commit: CommitId; oid: Oid }[],
): Promise<void> {
  const width = repository.store.hash === 'sha1' ? 40 : 64;
  for (const entry of await repository.tree(tree)) {
    const name = `${prefix}${entry.name}`;
    if (!/^[0-9a-f]+$/.test(name)) continue;
    if (entry.mode === '40000' && entry.name.length === 2) await collect(repository, entry.oid, name, found);
    else if (entry.mode !== '40000' && name.length === width) found.push({ commit: name, oid: entry.oid });
  }
}

function joined(text: string, more: string): string {
  return text === '' || text.endsWith('\n') ? `${text}${more}` : `${text}\n${more}`;
}

/**
 * The move of a notes ref that adds lines to the notes of some commits. Nothing that is there is touched, known or not;
 * a line that stands there already is not added again. Null where there is nothing to add.
 */
export async function appendLines(
  repository: Repository,
  ref: string,
  additions: ReadonlyMap<CommitId, readonly string[]>,
  who: Signature,
): Promise<RefMove | null> {
  const tip = await repository.ref(ref);
  const before = tip === null ? null : (await repository.commit(tip)).tree;
  let tree = before;
  for (const [commit, lines] of additions) tree = await added(repository, tree, commit, lines);
  if (tree === null || tree === before) return null;
  const parents = tip === null ? [] : [tip];
  const message = 'Notes added by gitops\n';
  return { ref, from: tip, to: repository.writeCommit({ tree, parents, author: who, committer: who, message }) };
}

async function added(repository: Repository, tree: Oid | null, rest: string, lines: readonly string[]): Promise<Oid> {
  const entries = tree === null ? [] : await repository.tree(tree);
  const flat = entries.find((entry) => entry.name === rest && entry.mode !== '40000');
  const folder = entries.find((entry) => entry.name === rest.slice(0, 2) && entry.mode === '40000');
  const replaced = (entry: TreeEntry): Oid =>
    repository.writeTree([...entries.filter((one) => one.name !== entry.name), entry]);
  if (flat === undefined && (folder !== undefined || entries.length >= fanOutFrom)) {
    const oid = await added(repository, folder?.oid ?? null, rest.slice(2), lines);
    return replaced({ mode: '40000', name: rest.slice(0, 2), oid });
  }
  const was = flat === undefined ? new Uint8Array() : ((await repository.blobs([flat.oid]))[0] as Uint8Array);
  const present = new Set(utf8.decode(was).split('\n'));
  const missing = lines.filter((line) => !present.has(line));
  if (missing.length === 0 && tree !== null) return tree;
  const gap = was.length === 0 || was.at(-1) === 0x0a ? '' : '\n';
  const text = Buffer.concat([was, Buffer.from(`${gap}${missing.join('\n')}\n`)]);
  return replaced({ mode: flat?.mode ?? '100644', name: rest, oid: repository.store.write('blob', text) });
}
