import type { Pin, PinKind, PinPart } from '../fleet/fleet.js';
import type { SourcePosition } from '../model.js';
import type { DocumentSelector, Path, Pointer, YamlDocument, YamlFile } from '../yaml/node.js';
import { indexLines, type LineIndex } from '../yaml/position.js';

/** A text whose positions are asked for many times; its lines are counted on the first question only. */
export interface FileText {
  readonly path: string;
  readonly text: string;
  lines: LineIndex | null;
}

/** Where a value stands in Git. Becomes a {@link Pin} once it is known to be a version. */
export interface Origin {
  readonly kind: PinKind;
  readonly file: FileText;
  readonly document: DocumentSelector;
  readonly path: Path;
  /** Offset into the file's text. */
  readonly start: number;
  /** The content that stands there, as text. */
  readonly text: string;
  /** The place inside the string at `path`, where that string is YAML itself. */
  readonly inside: Pointer | null;
  /** False where what Argo CD uses is computed from the text, so that a version cannot be written there. */
  readonly writable: boolean;
}

export function fileText(file: Pick<YamlFile, 'path' | 'text'>): FileText {
  return { path: file.path, text: file.text, lines: null };
}

export function positionIn(file: FileText, offset: number): SourcePosition {
  file.lines ??= indexLines(file.text);
  return file.lines.positionOf(file.path, offset);
}

/** The same place, seen as another kind of pin. */
export function asKind(origin: Origin, kind: PinKind): Origin {
  return origin.kind === kind ? origin : { ...origin, kind };
}

export function toPin(origin: Origin, part: PinPart): Pin {
  return {
    kind: origin.kind,
    part,
    file: origin.file.path,
    at: positionIn(origin.file, origin.start),
    pointer: { document: origin.document, path: origin.path },
    inside: origin.inside,
    value: origin.text,
  };
}

/** Names a document by what Kubernetes would call it where that is enough, else by its place in the file. */
export function selectorOf(file: YamlFile, document: YamlDocument): DocumentSelector {
  const { kind, name, namespace } = document;
  if (kind !== null && name !== null) {
    const same = file.documents.filter((other) => other.kind === kind && other.name === name);
    if (same.length === 1) return { kind, name };
    if (namespace !== null && same.filter((other) => other.namespace === namespace).length === 1) {
      return { kind, name, namespace };
    }
  }
  return file.documents.length === 1 ? {} : { index: document.index };
}
