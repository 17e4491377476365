/** `https://host/a/b.git`, `git@host:a/b` and `ssh://git@host/a/b` are one repository. */
export function normalizedUrl(url: string): string {
  return url
    .trim()
    .replace(/^[a-z+]+:\/\//i, '')
    .replace(/^[^@/]+@/, '')
    .replace(/^([^/:]+):(?!\d+\/)/, '$1/')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .toLowerCase();
}

/** Whether two addresses are of one repository, however they are spelt. */
export function isSameRepository(a: string, b: string): boolean {
  return normalizedUrl(a) === normalizedUrl(b);
}
