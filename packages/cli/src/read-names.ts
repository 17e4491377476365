/** Names of the files that a fleet is read from; the same as core's `fleetGlobs`, without a glob for each file. */
export function isReadName(name: string): boolean {
  return /\.(?:ya?ml|json|tpl|txt)$/.test(name) || name === 'Kustomization' || name === 'Chart.lock';
}

/** Larger files are left out, and listed as such. */
export const largestBytes = 5 * 1024 * 1024;
