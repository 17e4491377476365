/** Names of environment variables whose values are secrets. */
export const secretName = /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|PRIVATE|API_?KEY/i;

/**
 * Takes secrets out of everything that is written: user and password of addresses, tokens in queries, and the values
 * of environment variables that are named like secrets.
 */
export function redactor(env: Readonly<Record<string, string | undefined>>): (text: string) => string {
  const values = Object.entries(env)
    .flatMap(([name, value]) => (holdsSecret(name) && value !== undefined && value.length >= 8 ? [value] : []))
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = redactAddresses(text);
    for (const value of values) clean = clean.replaceAll(value, '***');
    return clean;
  };
}

/** The path of a file with a secret is none. */
function holdsSecret(name: string): boolean {
  return secretName.test(name) && !/_(FILE|PATH)$/i.test(name);
}

/** The beginnings that GitHub and GitLab give to their tokens: those that `gh`, `glab` or a helper keeps as well. */
const formsOfTokens = /\b(?:gh[opsur]_|github_pat_|glpat-|glcbt-|gldt-|gloas-|glptt-|glrt-)[\w.-]{8,}/g;

/** `https://user:secret@host/` becomes `https://host/`; the user of an ssh address stays, since it is no secret. */
export function redactAddresses(text: string): string {
  return text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)([^\s/'"`]*)@(?=[^\s/])/gi, (_, scheme: string, user: string) =>
      /ssh/i.test(scheme) ? `${scheme}${user.replace(/:.*$/, '')}@` : scheme,
    )
    .replace(/([?&](?:access_|private_|job_)?token=)[^&\s'"]+/gi, '$1***')
    .replace(formsOfTokens, '***');
}
