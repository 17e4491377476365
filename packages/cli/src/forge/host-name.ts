/** Host of a variable or option that holds a host or an address: `git.example.com`, `https://git.example.com/api/v3`. */
export function hostIn(text: string | undefined): string | null {
  if (text === undefined || text.trim() === '') return null;
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text.trim()) ? text.trim() : `https://${text.trim()}`);
    return url.host === '' ? null : url.host.toLowerCase();
  } catch {
    return null;
  }
}
