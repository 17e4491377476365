import { isNode, type Node, type Value } from './document.js';

/** One correction of a published description, with the reason. */
export interface Correction {
  /** JSON pointer into the document; `*` stands for every name at that step. */
  readonly at: string;
  /** What stands there instead. An object's members are put in one by one, the others stay; null removes a member. */
  readonly set: Value;
  readonly why: string;
}

export interface Overlay {
  readonly corrections: readonly Correction[];
  /**
   * Answers that every operation may give though few descriptions list them: status to JSON pointer of the schema, or
   * null for any body.
   */
  readonly statuses: Readonly<Record<string, string | null>>;
  /** Query parameters that every operation takes. */
  readonly query?: readonly string[];
}

/** The document with an overlay's corrections; throws where one of them fits nothing, so that none outlives its reason. */
export function applyOverlay(document: Node, overlay: Overlay): Node {
  let result: Value = document;
  for (const { at, set } of overlay.corrections) {
    const steps = at
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const count = { places: 0 };
    result = change(result, steps, set, count);
    if (count.places === 0) throw new Error(`correction fits nothing: ${at}`);
  }
  if (!isNode(result)) throw new Error('a document is an object');
  return result;
}

function change(value: Value | undefined, steps: readonly string[], set: Value, count: { places: number }): Value {
  const [step, ...rest] = steps;
  if (step === undefined) {
    count.places++;
    return merge(value, set);
  }
  if (Array.isArray(value)) {
    const list = value as readonly Value[];
    return list.map((part, index) => (step === '*' || step === String(index) ? change(part, rest, set, count) : part));
  }
  if (!isNode(value)) return value ?? null;
  const node: Record<string, Value> = { ...value };
  for (const name of step === '*' ? Object.keys(value) : [step]) {
    // only the last step may name what is not there yet
    if (rest.length === 0 || name in value) node[name] = change(value[name], rest, set, count);
  }
  return node;
}

function merge(value: Value | undefined, set: Value): Value {
  if (!isNode(value) || !isNode(set)) return set;
  const node: Record<string, Value> = { ...value };
  for (const [name, part] of Object.entries(set)) {
    if (part === null) delete node[name];
    else node[name] = part;
  }
  return node;
}
