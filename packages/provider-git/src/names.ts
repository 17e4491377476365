import { fail } from '@gitops/provider-http';

/** The full ref of a branch; a name that Git would not take is refused before anything runs. */
export function branchRef(branch: string): string {
  const steps = branch.split('/');
  const bad =
    branch === '' ||
    branch === '@' ||
    branch.startsWith('-') ||
    branch.endsWith('.') ||
    branch.includes('..') ||
    branch.includes('@{') ||
    /[\u0000-\u0020\u007f~^:?*[\\]/.test(branch) ||
    steps.some((step) => step === '' || step.startsWith('.') || step.endsWith('.lock'));
  if (bad) {
    return fail(
      'usage',
      `${JSON.stringify(branch)} is no name for a branch.`,
      'Use letters, digits, "-", "_", "." and "/", without ".." and without "-" at the start.',
      { branch },
    );
  }
  return `refs/heads/${branch}`;
}

export function branchName(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}
