// Whether a request is from the chat: signed over the bytes as they came, and not an old one that somebody kept.
import { createHmac, timingSafeEqual } from 'node:crypto';

const windowSeconds = 5 * 60;

/**
 * @param {{ body: string, timestamp: string | undefined, signature: string | undefined }} request
 * @param {{ secret: string, now: string }} known `now` is ISO 8601.
 * @returns {string | null} Why it is refused, for the log; null: it is genuine.
 */
export function whyNotFromSlack({ body, timestamp, signature }, { secret, now }) {
  if (timestamp === undefined || signature === undefined) return 'not signed';
  if (!/^\d{1,12}$/.test(timestamp)) return 'no timestamp';
  if (Math.abs(Date.parse(now) / 1000 - Number(timestamp)) > windowSeconds) return 'too old, or from the future';
  const wanted = Buffer.from(slackSignature(body, timestamp, secret));
  const given = Buffer.from(signature);
  return given.length === wanted.length && timingSafeEqual(given, wanted) ? null : 'wrong signature';
}

/** @param {string} body @param {string} timestamp @param {string} secret */
export function slackSignature(body, timestamp, secret) {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}
