// The outputs of a step, from the document that the command line answers with.

/** Outputs of more than this many bytes are left empty: GitHub takes 1 MiB for all outputs of a job. */
const largest = 512 * 1024;

const number = (id) => /\d+$/.exec(id)?.[0] ?? id;

/**
 * @param {object | null} document
 * @returns {Record<string, string>} As action.yml declares them; each is there, empty where there is nothing to tell.
 */
export function outputsOf(document, { exitCode, text, file, planFile, sarifFile }) {
  const change = document?.schema === 'gitops/change/1' ? document : null;
  const pulls = change?.pullRequests ?? [];
  const [first] = pulls;
  return {
    changed: String(pulls.some(({ kind }) => ['opened', 'updated', 'merged'].includes(kind))),
    'would-change': String(wouldChange(document)),
    'pull-request-url': first?.url ?? '',
    'pull-request-number': first === undefined ? '' : number(first.id),
    'pull-request-kind': first?.kind ?? '',
    'pull-requests': JSON.stringify(pulls),
    summary: change?.summary ?? document?.plan?.summary ?? '',
    plan: planFile ?? '',
    sarif: sarifFile ?? '',
    json: Buffer.byteLength(text) > largest ? '' : text,
    'json-file': file ?? '',
    'error-kind': document?.schema === 'gitops/error/1' ? document.error.kind : '',
    'exit-code': String(exitCode),
  };
}

function wouldChange(document) {
  switch (document?.schema) {
    case 'gitops/change/1':
      return document.wouldChange;
    case 'gitops/plan-written/1':
      return document.plan.changes.length > 0;
    case 'gitops/diff/1':
      return document.versions.length > 0;
    case 'gitops/status/1':
      return document.drift.some(({ versions }) => versions.length > 0);
    default:
      return false;
  }
}
