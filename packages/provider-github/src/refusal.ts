import { redact } from '@gitops/provider-http';
import * as v from 'valibot';

/** An answer with a status of 400 or more. */
export interface Refusal {
  readonly status: number;
  /** GitHub's own words, details included, without secrets. */
  readonly text: string;
  readonly header: (name: string) => string | null;
}

/** The status, text and headers of an Octokit error; null where no answer came. */
export function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  const response: unknown = 'response' in error ? error.response : undefined;
  if (typeof response !== 'object' || response === null) return null;
  const headers: unknown = 'headers' in response ? response.headers : {};
  const data: unknown = 'data' in response ? response.data : undefined;
  const table = new Map(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)] as const),
  );
  return { status: error.status, text: textOf(data), header: (name) => table.get(name) ?? null };
}

const refusalBody = v.object({
  message: v.optional(v.string(), ''),
  errors: v.optional(v.union([v.array(v.unknown()), v.string(), v.record(v.string(), v.unknown())])),
});
const detail = v.object({
  message: v.optional(v.string()),
  code: v.optional(v.string()),
  resource: v.optional(v.string()),
  field: v.optional(v.string()),
  value: v.optional(v.unknown()),
});

/** `Validation Failed: A pull request already exists for acme:topic.` */
function textOf(data: unknown): string {
  const body = v.safeParse(refusalBody, data);
  if (!body.success) return typeof data === 'string' && !/<html|<!doctype/i.test(data) ? short(data) : '';
  const { message, errors } = body.output;
  const list = Array.isArray(errors) ? errors : errors === undefined ? [] : [errors];
  const details = list.map((one) => {
    if (typeof one === 'string') return one;
    const parsed = v.safeParse(detail, one);
    if (!parsed.success) return '';
    const { message: said, code, resource, field } = parsed.output;
    return said ?? [resource, field, code].filter((part) => part !== undefined).join(' ');
  });
  return short([message, ...details].filter((part) => part !== '').join(': '));
}

/** One line without secrets, cut where it is long. */
export function short(text: string): string {
  const line = redact(text.replace(/\s+/g, ' ').trim());
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
