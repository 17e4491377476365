import type { GitOpsError } from '../errors/error.js';
import type { Note } from '../fleet/fleet.js';
import type { YamlEdit } from '../yaml/index.js';
import { type Files, type FoundValue, valueAtPosition } from './find-value.js';
import type { Repair } from './make.js';
import { globFor, meantAllowTags, patternsIn } from './pattern-repair.js';

/** A value that must be text is written in quotes. */
export function problemRepair({ at, details }: GitOpsError, files: Files): Repair | null {
  if (at === null || details['expected'] !== 'string') return null;
  const found = valueAtPosition(at, files);
  return found === null ? null : quoted(found);
}

/** What a note of reading says of one value, where its meaning is certain. */
export function noteRepair(note: Note, { cache }: { readonly cache: Files }): Repair | null {
  const repair = byKind[note.kind];
  if (note.at === null || repair === undefined) return null;
  const found = valueAtPosition(note.at, cache);
  // what a template fills in is not what stands there
  return found === null || found.node.text.includes('{{') ? null : repair(found);
}

const byKind: Readonly<Record<string, (found: FoundValue) => Repair | null>> = {
  // an element of a list that is no text: no other fault of a set stands at such a value
  'application-set-refused': (found) => (found.path.includes('elements') ? quoted(found) : null),
  'allow-tags-nothing': (found) => written(found, meantAllowTags(found.node.text)),
  'ignore-tags-regexp': (found) => written(found, withoutExpressions(found)),
  'ignore-tags-not-a-list': (found) => asList(found),
  'ignore-tags-never-match': (found) => separated(found),
};

function quoted(found: FoundValue): Repair | null {
  const { value, style, text } = found.node;
  const isOther = typeof value === 'number' || typeof value === 'boolean';
  return isOther && style === 'plain'
    ? { does: 'put the value in quotes', edits: [{ at: pointerOf(found), set: text }] }
    : null;
}

function written(found: FoundValue, text: string | null): Repair | null {
  return text === null ? null : { does: `write ${text}`, edits: [{ at: pointerOf(found), set: text }] };
}

/** In an annotation patterns are separated by commas; an element of a list is one. */
function withoutExpressions({ node, path }: FoundValue): string | null {
  const isElement = typeof path.at(-1) === 'number';
  const patterns = (isElement ? [node.text] : node.text.split(',')).map((one) => {
    const pattern = one.trim();
    if (!/^regexp:/i.test(pattern)) return one;
    const glob = globFor(pattern);
    return glob === null ? null : one.replace(pattern, () => glob);
  });
  return patterns.includes(null) ? null : patterns.join(',');
}

function asList(found: FoundValue): Repair | null {
  const patterns = typeof found.node.value === 'string' ? patternsIn(found.node.value) : null;
  if (patterns === null) return null;
  const list = `[${patterns.map((one) => JSON.stringify(one)).join(', ')}]`;
  return { does: `write ${list}`, edits: [{ at: pointerOf(found), replace: list }] };
}

function separated(found: FoundValue): Repair | null {
  const [first, ...more] = patternsIn(found.node.text) ?? [];
  const index = found.path.at(-1);
  if (first === undefined || typeof index !== 'number') return null;
  const added = more.map((insert, place): YamlEdit => {
    const path = [...found.path.slice(0, -1), found.siblings + place];
    return { at: { document: found.document, path }, insert };
  });
  const does = more.length === 0 ? `write ${first}` : 'write one element for each pattern';
  return { does, edits: [{ at: pointerOf(found), set: first }, ...added] };
}

function pointerOf({ document, path }: FoundValue) {
  return { document, path };
}
