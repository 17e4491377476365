import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { fail } from './failure.js';

/**
 * The certificates to trust: Node's own, those of `NODE_EXTRA_CA_CERTS` and those of `caFile`. Undefined where nothing
 * is added, so that Node's own choice (`--use-system-ca`, `--use-openssl-ca`) holds. Failure: `usage` for a file that
 * cannot be read or holds no certificate.
 */
export function trustedCertificates(
  env: Readonly<Record<string, string | undefined>>,
  caFile: string | undefined,
): string[] | undefined {
  const named: [string, string][] = [];
  if (caFile !== undefined) named.push(['--ca-file', caFile]);
  const extra = env['NODE_EXTRA_CA_CERTS'];
  if (extra !== undefined && extra !== '') named.push(['NODE_EXTRA_CA_CERTS', extra]);
  if (named.length === 0) return undefined;
  return [...rootCertificates, ...named.map(([by, file]) => certificatesIn(by, file))];
}

function certificatesIn(by: string, file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'an error';
    return fail('usage', `The file ${file}, named by ${by}, cannot be read: ${why}.`, `Mend ${by}, or leave it out.`, {
      what: by,
      found: file,
    });
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    fail(
      'usage',
      `The file ${file}, named by ${by}, holds no certificate in PEM form.`,
      'Name a file with one or more blocks that begin with "-----BEGIN CERTIFICATE-----".',
      { what: by, found: file },
    );
  }
  return text;
}
