// Who asked, as a comment of the pull request. The same person leaves one, however often the same thing is asked for.
import { createHash } from 'node:crypto';

/** @param {string} person @returns {{ marker: string, text: string }} */
export function signatureOf(person) {
  const hash = createHash('sha256').update(person).digest('hex').slice(0, 12);
  return { marker: `asked-by-${hash}`, text: `Asked for by \`${person}\`.` }; // in code font: it mentions nobody
}
