import { type GitOpsError, problem, severalProblems } from '../errors/error.js';
import type { CommitId, JsonValue } from '../model.js';
import { err, ok, type Result } from '../result.js';
import { formatPointer } from '../yaml/index.js';
import { digestOf } from './digest.js';
import { guardPath } from './guarded-paths.js';
import type { Plan, PlanRequest } from './plan.js';

/**
 * A plan on paper: the request with everything resolved, the base of each place, edits and digests. No file contents,
 * which may hold secrets; and nothing that `apply` trusts: it plans again and goes on only with the same edits.
 */
export interface PlanFile {
  readonly schema: 'gitops/plan/1';
  readonly summary: string;
  readonly request: PlanRequest;
  /** Variables that `gitops.yaml` used, as they were. */
  readonly variables: Readonly<Record<string, string>>;
  /** ISO 8601: after this, the plan is refused. */
  readonly expires: string | null;
  readonly changes: readonly {
    readonly place: string;
    readonly base: CommitId | null;
    readonly sourceBranch: string;
    readonly edits: readonly PaperEdit[];
    /** SHA-256 of each file's text before and after; null where there is none. */
    readonly files: readonly { readonly path: string; readonly before: string | null; readonly after: string | null }[];
  }[];
}

/** What was reviewed: an edit by its meaning, without line numbers. */
export interface PaperEdit {
  readonly file: string;
  readonly at: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Writes a plan down. `expires` is an instant in ISO 8601, or null. */
export function toPlanFile(
  plan: Plan,
  options: { readonly variables?: Readonly<Record<string, string>>; readonly expires?: string | null } = {},
): PlanFile {
  return {
    schema: 'gitops/plan/1',
    summary: plan.summary,
    request: plan.request,
    variables: options.variables ?? {},
    expires: options.expires ?? null,
    changes: plan.changes.map((change) => ({
      place: change.place.id,
      base: change.base,
      sourceBranch: change.pullRequest.sourceBranch,
      edits: paperEdits(plan, change.place.id),
      files: change.files.map((file) => ({
        path: file.path,
        before: file.before === null ? null : digestOf(file.before),
        after: file.after === null ? null : digestOf(file.after),
      })),
    })),
  };
}

/** The edits of one place in an order that does not depend on how they were found. */
export function paperEdits(plan: Plan, place: string): readonly PaperEdit[] {
  return plan.changes
    .filter((change) => change.place.id === place)
    .flatMap((change) => change.edits)
    .map((edit) => ({ file: edit.file, at: formatPointer(edit.pointer), before: edit.before, after: edit.after }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/**
 * Reads `plan.json`. Errors: `plan-invalid` (not JSON, or not a plan), `plan-newer` (a later schema), `plan-expired`.
 */
export function parsePlanFile(text: string, file: string, now: string): Result<PlanFile, GitOpsError> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return err(invalid(file, `it is not JSON: ${cause instanceof Error ? cause.message : 'unreadable'}`));
  }
  if (!isObject(value) || typeof value.schema !== 'string' || !value.schema.startsWith('gitops/plan/')) {
    return err(invalid(file, 'it has no "schema" of a plan'));
  }
  if (value.schema !== 'gitops/plan/1') {
    return err(
      problem(
        'plan-newer',
        `${file} has the schema ${value.schema}; this gitops knows gitops/plan/1.`,
        'Use the gitops that made it, or plan again.',
      ),
    );
  }
  const wrong = whatIsWrong(value);
  if (wrong !== null) return err(invalid(file, wrong));
  const plan = value as unknown as PlanFile;
  const paths = plan.changes.flatMap((change) => [
    ...change.edits.map((one) => one.file),
    ...change.files.map((one) => one.path),
  ]);
  const refused = severalProblems([...new Set(paths)].flatMap((path) => guardPath(path) ?? []));
  if (refused !== null) return err(refused);
  if (plan.expires !== null && Date.parse(plan.expires) < Date.parse(now)) {
    return err(problem('plan-expired', `${file} expired at ${plan.expires}.`, 'Plan again.'));
  }
  return ok(plan);
}

function whatIsWrong(value: Record<string, unknown>): string | null {
  const { request, changes, variables, expires, summary } = value;
  if (typeof summary !== 'string') return '"summary" is not a text';
  if (!isObject(request)) return '"request" is missing';
  if (!isObject(variables) || !Object.values(variables).every(isText)) return '"variables" is not a map of texts';
  if (expires !== null && !isInstant(expires)) return '"expires" is neither an instant nor null';
  const inRequest = whatIsWrongInRequest(request);
  if (inRequest !== null) return inRequest;
  if (!Array.isArray(changes)) return '"changes" is not a list';
  for (const change of changes as unknown[]) {
    if (!isObject(change) || !isText(change.place) || !isText(change.sourceBranch) || !isTextOrNull(change.base)) {
      return 'a change has no place, base or sourceBranch';
    }
    if (!Array.isArray(change.edits) || !change.edits.every(isPaperEdit))
      return 'an edit is not file, at, before, after';
    if (!Array.isArray(change.files) || !change.files.every(isPaperFile)) return 'a file is not path, before, after';
  }
  return null;
}

function whatIsWrongInRequest(request: Record<string, unknown>): string | null {
  if (!isInstant(request.now) || !isText(request.by)) return 'the request has no "now" or "by"';
  const selection = request.selection;
  const selects = isObject(selection) && ['applications', 'images', 'except'].every((key) => isTexts(selection[key]));
  switch (request.verb) {
    case 'promote':
      return isText(request.from) &&
        isTextOrNull(request.fromCommit) &&
        typeof request.pinned === 'boolean' &&
        isTexts(request.to) &&
        selects
        ? null
        : 'the promotion is incomplete';
    case 'freeze':
      return isText(request.environment) &&
        isText(request.reason) &&
        isTextOrNull(request.until) &&
        isPrevious(request.previous) &&
        selects
        ? null
        : 'the freeze is incomplete';
    case 'resume':
      return isTextOrNull(request.environment) &&
        typeof request.expired === 'boolean' &&
        typeof request.keepChanges === 'boolean' &&
        selects
        ? null
        : 'the resume is incomplete';
    case 'set':
      return isText(request.environment) &&
        Array.isArray(request.versions) &&
        request.versions.every(
          (one: unknown) => isObject(one) && isText(one.application) && isTextOrNull(one.image) && isText(one.version),
        )
        ? null
        : 'the set is incomplete';
    case 'migrate':
      return isTexts(request.environments) &&
        [null, '0', '1'].includes(request.from as string | null) &&
        typeof request.keepAnnotations === 'boolean' &&
        isTextOrNull(request.out) &&
        selects
        ? null
        : 'the migration is incomplete';
    case 'revert': {
      const { landed, hold } = request;
      const holds = hold === null || (isObject(hold) && isText(hold.reason) && isTextOrNull(hold.until));
      return isObject(landed) &&
        isCommit(landed.before) &&
        isCommit(landed.last) &&
        (landed.place === undefined || isText(landed.place)) &&
        holds &&
        selects &&
        typeof request.skipChanged === 'boolean' &&
        isTextOrNull(request.pullRequest) &&
        isTextOrNull(request.environment)
        ? null
        : 'the revert is incomplete';
    }
    default:
      return `the verb ${JSON.stringify(request.verb)} is not known`;
  }
}

function invalid(file: string, what: string): GitOpsError {
  return problem(
    'plan-invalid',
    `${file} is not a plan that can be applied: ${what}.`,
    'Plan again: gitops plan … --out plan.json',
    {
      details: { file },
    },
  );
}

const isPrevious = (value: unknown): boolean =>
  value === undefined || (isObject(value) && isInstant(value.since) && isText(value.by));
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);
const isCommit = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{40,64}$/.test(value);
const isInstant = (value: unknown): boolean =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value);
const isPaperEdit = (value: unknown): boolean =>
  isObject(value) && isText(value.file) && isText(value.at) && isTextOrNull(value.before) && isTextOrNull(value.after);
const isPaperFile = (value: unknown): boolean =>
  isObject(value) && isText(value.path) && isTextOrNull(value.before) && isTextOrNull(value.after);

/** What differs between the reviewed edits and those of today, for `plan-outdated`. */
export function differenceOf(reviewed: readonly PaperEdit[], today: readonly PaperEdit[]): readonly JsonValue[] {
  const keyOf = (edit: PaperEdit) => JSON.stringify([edit.file, edit.at, edit.before, edit.after]);
  const then = new Set(reviewed.map(keyOf));
  const now = new Set(today.map(keyOf));
  return [
    ...reviewed.filter((edit) => !now.has(keyOf(edit))).map((edit) => ({ reviewed: { ...edit } })),
    ...today.filter((edit) => !then.has(keyOf(edit))).map((edit) => ({ today: { ...edit } })),
  ];
}
