import type { JsonValue } from '@gitops/core';

/** What a command answers: the same facts as text and as one JSON document, only one of which is made; the exit code. */
export interface Report {
  /** With `schema` first: `{ schema: 'gitops/status/1', … }`. */
  readonly document: () => JsonDocument;
  /** What people read. The last line is the address, for verbs that change something. */
  readonly text: () => string;
  /** What is left of the text with `--quiet`: usually the last line. */
  readonly brief: string;
  readonly exitCode: number;
}

export interface JsonDocument {
  readonly schema: string;
  readonly [key: string]: JsonValue;
}

/** Plain data as a document's value: what is not JSON in a type (an optional field) is not there in the data either. */
export function toJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value ?? null)) as JsonValue;
}

/** Exit codes that are no failure's. */
export const exitCodes = { done: 0, defect: 1, usage: 2, waiting: 7, differences: 10 } as const;
