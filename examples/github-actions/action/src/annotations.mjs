// What a document complains of, as annotations of the run.
import { command } from './workflow-commands.mjs';

/** GitHub shows ten of each level for a step; more would only hide the first ones in the log. */
const most = 10;

/** A file of this repository is marked in it; one of another repository is named in the text. */
function annotation(level, isOwn, { title, at, message, remedy }) {
  const place = at === null || isOwn ? '' : ` (${at.file}:${at.line}:${at.column})`;
  const marked = at !== null && isOwn ? { file: at.file, line: at.line, col: at.column } : {};
  return command(
    level,
    { ...marked, title },
    [`${message}${place}`, remedy ?? ''].filter((one) => one !== '').join('\n'),
  );
}

function complaints(document) {
  switch (document?.schema) {
    case 'gitops/error/1':
      return [document.error, ...document.error.also].map((one) => ['error', { ...one, title: `gitops: ${one.kind}` }]);
    case 'gitops/change/1':
      return document.findings.map((one) => [
        one.severity === 'error' ? 'error' : 'warning',
        { ...one, title: `gitops: ${one.rule}` },
      ]);
    case 'gitops/status/1':
      return [
        ...document.notes.filter(({ severity }) => severity === 'warn'),
        ...document.environments.flatMap((one) => one.applications.flatMap(({ problems }) => problems)),
      ].map((one) => ['warning', { ...one, title: `gitops: ${one.kind}` }]);
    case 'gitops/lint/1':
      return document.findings
        .filter(({ severity }) => severity === 'error' || severity === 'warn')
        .map((one) => [one.severity === 'error' ? 'error' : 'warning', { ...one, title: `gitops lint: ${one.rule}` }]);
    case 'gitops/doctor/1':
      return document.checks
        .filter(({ state }) => state === 'fail' || state === 'warn')
        .map((one) => [
          one.state === 'fail' ? 'error' : 'warning',
          { ...one, at: null, title: `gitops: ${one.check}` },
        ]);
    default:
      return [];
  }
}

/**
 * @param {object | null} document
 * @param {boolean} isOwn Whether its files are those of the workflow's own repository.
 * @returns {string} Workflow commands.
 */
export function annotationsOf(document, isOwn) {
  const all = complaints(document);
  const lines = ['error', 'warning'].flatMap((level) =>
    all
      .filter(([one]) => one === level)
      .slice(0, most)
      .map(([, what]) => annotation(level, isOwn, what)),
  );
  return lines.join('');
}
