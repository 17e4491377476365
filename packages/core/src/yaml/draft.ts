import { type GitOpsError, problem } from '../errors/error.js';
import type { Made, MadeList, MadeMap, Style } from './content.js';
import type { AppliedEdit } from './edit-types.js';
import type { EditedText, Hop } from './locate.js';
import type { Pointer, YamlDocument, YamlList, YamlMap } from './node.js';

/** A run of a text that is taken out, and what comes in its place. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  /** Asked for once every edit is known. */
  readonly text: () => string;
  /** Of two splices at one offset the one with the higher rank comes first: values, then what is nested deepest. */
  readonly rank: number;
}

export const valueRank = Number.MAX_SAFE_INTEGER;

/** What must stand at a place of the old tree once the edits are made. */
export type Expectation =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'made'; readonly made: Made }
  | { readonly type: 'raw'; readonly raw: string }
  | { readonly type: 'absent' }
  | { readonly type: 'removed' };

/** Entries that are to stand behind those that a map or list has, or that went missing and come back. */
export type Addition =
  | { readonly key: string | null; readonly made: Made }
  | { readonly key: string | null; readonly after: number };

/** What has been decided about one map, list or document. */
interface Plan {
  readonly places: Map<number, Expectation>;
  additions: readonly Addition[];
}

/** Where insertions into one map, list or absent value go. */
export interface InsertPoint {
  /** What comes in: entries only for a map or list that is there, else the value itself. */
  readonly root: MadeMap | MadeList;
  readonly style: Style;
  /** Entries that are there already. */
  readonly existing: number;
  /** Written before the n-th entry that comes in. */
  readonly separator: (index: number) => string;
  readonly open: string;
  readonly close: string;
  /** Columns at which the entries of what was made in block style begin. */
  readonly indents: Map<Made, number>;
  /** Where what was made stands in the text of the splice, once that is written. */
  ranges: ReadonlyMap<Made, { readonly start: number; readonly end: number }>;
  readonly splice: Splice;
}

/** One edit that was planned; `value` says where its value stands in the new text. */
export interface Planned {
  readonly applied: Omit<AppliedEdit, 'line'>;
  readonly value:
    | { readonly type: 'in-splice'; readonly splice: Splice; readonly offset: () => number }
    | { readonly type: 'in-old-text'; readonly offset: number }
    | { readonly type: 'unmoved'; readonly offset: number };
  readonly oldOffset: number;
}

/** What the edits of one call come to, before any text is made of it. */
export class Draft {
  readonly edited: EditedText;
  readonly splices: Splice[] = [];
  readonly planned: Planned[] = [];
  readonly points = new Map<YamlMap | YamlList | YamlDocument, Map<number, InsertPoint>>();
  /** Maps and lists that lost their last entry in block style. */
  readonly emptied = new Set<YamlMap | YamlList>();
  private readonly plans = new Map<YamlMap | YamlList | YamlDocument, Plan>();

  constructor(edited: EditedText) {
    this.edited = edited;
  }

  planOf(host: YamlMap | YamlList | YamlDocument): Plan | undefined {
    return this.plans.get(host);
  }

  /** Says what is to stand at a place; an error where another edit has said something already. */
  expect(
    document: YamlDocument,
    hop: Hop | undefined,
    expectation: Expectation,
    pointer: Pointer,
    offset: number,
  ): GitOpsError | null {
    const host = hop?.collection ?? document;
    const place = hop?.place ?? 0;
    const plan = this.open(host);
    if (plan.places.has(place)) return overlapping(this.edited, [offset], pointer);
    plan.places.set(place, expectation);
    return null;
  }

  add(host: YamlMap | YamlList, addition: Addition): void {
    const plan = this.open(host);
    (plan.additions as Addition[]).push(addition);
  }

  removedIn(host: YamlMap | YamlList): ReadonlySet<number> {
    const removed = new Set<number>();
    for (const [place, { type }] of this.plans.get(host)?.places ?? []) if (type === 'removed') removed.add(place);
    return removed;
  }

  private open(host: YamlMap | YamlList | YamlDocument): Plan {
    let plan = this.plans.get(host);
    if (plan === undefined) {
      plan = { places: new Map(), additions: [] };
      this.plans.set(host, plan);
    }
    return plan;
  }
}

export function overlapping(edited: EditedText, offsets: readonly number[], pointer: Pointer | null): GitOpsError {
  const lines = offsets.map((offset) => edited.lines.lineOf(offset));
  return problem(
    'edits-overlap',
    `Two of the edits concern the same text, in ${lines.length === 1 ? 'line' : 'the lines'} ${lines.join(' and ')}.`,
    'Make one of them, or one after the other.',
    {
      at: edited.position(offsets[0] ?? 0),
      details: { lines, ...(pointer === null ? {} : { steps: pointer.path.length }) },
    },
  );
}
