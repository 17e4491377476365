import { type GitOpsError, problem } from '../errors/error.js';

/** Files that decide who may change what, or that run: no plan ever touches them, whatever names them. */
const guarded: readonly RegExp[] = [
  /(^|\/)gitops\.yaml$/,
  /(^|\/)(CODEOWNERS|OWNERS|OWNERS_ALIASES)$/,
  /(^|\/)\.git(modules|attributes|ignore)?(\/|$)/,
  /^\.(github|gitlab|circleci|buildkite|tekton|woodpecker|gitea|forgejo)\//,
  /(^|\/)(\.gitlab-ci|\.travis|\.drone|\.woodpecker|azure-pipelines|bitbucket-pipelines|buildspec|cloudbuild|appveyor)[^/]*\.ya?ml$/,
  /(^|\/)Jenkinsfile[^/]*$/,
];

/**
 * `plan-path-refused` for a file that a plan must not change: the configuration, CI files, owners' files, Git's own. A
 * manifest could name one as a value file, and a record or a plan on paper could be edited to.
 */
export function guardPath(path: string): GitOpsError | null {
  const steps = path.split('/');
  const leaves = path.startsWith('/') || steps.includes('..') || steps.includes('');
  if (!leaves && !guarded.some((pattern) => pattern.test(path))) return null;
  return problem(
    'plan-path-refused',
    leaves
      ? `${path} is not a path inside the repository.`
      : `${path} decides who may change what, or runs in CI; no plan changes it.`,
    'Look at what names this file: a value file of an Application, a freeze record, or the plan file.',
    { at: { file: path, line: 1, column: 1 }, details: { path } },
  );
}
