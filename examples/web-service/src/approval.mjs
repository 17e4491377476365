// What a form carries so that only what this service showed to this person can be approved by them: a forged page of
// another site has no such mark, and neither has a plan that was changed on the way. It is both the CSRF token and the
// seal of the plan.
import { createHmac, timingSafeEqual } from 'node:crypto';

/** @param {Buffer} key */
export function approvalsOf(key) {
  // lengths first, so that no two triples are the same bytes
  const markOf = (...parts) =>
    createHmac('sha256', key)
      .update(parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join(''))
      .digest();

  return {
    /** @param {string} person @param {string} paper */
    seal: (person, paper) => markOf(person, paper).toString('base64url'),

    /** @param {string} person @param {string} paper @param {string} mark */
    isSealed: (person, paper, mark) => {
      const given = Buffer.from(mark, 'base64url');
      const wanted = markOf(person, paper);
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    },
  };
}
