import { createHash } from 'node:crypto';
import { type JsonValue, type LintFinding, type LintFix, type LintReport, lintRules } from '@gitops/core';
import { columns, count } from '../output/columns.js';
import { toJson } from '../output/report.js';

/** `file:line:column`; nothing where a finding has no place. */
export const addressOf = ({ at }: LintFinding): string => (at === null ? '' : `${at.file}:${at.line}:${at.column}`);

export function describeFindings({ findings, silenced }: LintReport): string {
  const rows = columns(findings.map((one) => [addressOf(one), one.severity, one.rule, one.message]));
  const of = (severity: string): number => findings.filter((one) => one.severity === severity).length;
  const quiet = silenced.length === 0 ? '' : ` ${silenced.length} silenced.`;
  const last = `${count(of('error'), 'error')}, ${count(of('warn'), 'warning')}, ${of('info')} for information.${quiet}`;
  const fixable = findings.filter((one) => one.fix !== undefined && one.place === undefined).length;
  const hint = fixable === 0 ? [] : [`${count(fixable, 'finding')} can be fixed: gitops lint --fix`];
  return [...rows, ...(rows.length > 0 ? ['', ...hint] : []), last].join('\n');
}

/** A finding as it is told in JSON: the place by its name. */
export function toDocument({ place, ...found }: LintFinding): JsonValue {
  return toJson(place === undefined ? found : { ...found, place: place.id });
}

const levels = { error: 'error', warn: 'warning', info: 'note' } as const;

/** SARIF 2.1.0, as GitHub's code scanning takes it. */
export function toSarif({ findings, silenced }: LintReport, version: string): JsonValue {
  const ids = [...new Set([...findings, ...silenced].map((one) => one.rule))].sort();
  const result = (one: LintFinding, reason: string | null): JsonValue => ({
    ruleId: one.rule,
    ruleIndex: ids.indexOf(one.rule),
    level: levels[one.severity],
    message: { text: one.message },
    // a file of another branch or repository is none of this one
    locations: one.at === null || one.place !== undefined ? [] : [locationOf(one.at)],
    partialFingerprints: { 'gitops/1': fingerprint(one) },
    ...(one.fix === undefined || one.place !== undefined ? {} : { fixes: [toSarifFix(one.fix)] }),
    ...(reason === null ? {} : { suppressions: [{ kind: 'external', justification: reason }] }),
  });
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'gitops lint',
            version,
            rules: ids.map((id) => ({
              id,
              shortDescription: { text: lintRules[id].about },
              fullDescription: { text: lintRules[id].why },
              defaultConfiguration: { level: levels[lintRules[id].severity] },
            })),
          },
        },
        results: [...findings.map((one) => result(one, null)), ...silenced.map((one) => result(one, one.reason))],
      },
    ],
  };
}

function locationOf(at: NonNullable<LintFinding['at']>): JsonValue {
  return {
    physicalLocation: {
      artifactLocation: { uri: encodeURI(at.file) },
      region: { startLine: at.line, startColumn: at.column },
    },
  };
}

function toSarifFix({ does, at, end, text }: LintFix): JsonValue {
  const { file, line, column } = at;
  const deletedRegion = { startLine: line, startColumn: column, endLine: end.line, endColumn: end.column };
  const replacement = { deletedRegion, insertedContent: { text } };
  const artifactLocation = { uri: encodeURI(file) };
  return { description: { text: does }, artifactChanges: [{ artifactLocation, replacements: [replacement] }] };
}

const weights = { error: 'major', warn: 'minor', info: 'info' } as const;

/** GitLab's Code Quality report. */
export function toCodeQuality({ findings }: LintReport): JsonValue {
  return findings.map((one) => ({
    description: one.message,
    check_name: one.rule,
    fingerprint: fingerprint(one),
    severity: weights[one.severity],
    location:
      one.at === null || one.place !== undefined
        ? { path: 'gitops.yaml', lines: { begin: 1 } }
        : { path: one.at.file, lines: { begin: one.at.line } },
  }));
}

/** The same finding has the same one wherever its line has moved to. */
function fingerprint({ rule, at, message }: LintFinding): string {
  return createHash('sha256')
    .update(JSON.stringify([rule, at?.file ?? '', message.replace(/:\d+/g, '')]))
    .digest('hex')
    .slice(0, 40);
}
