// The chat command: carried out, and answered in text as the chat reads it.
import { describeError, describeVersion, freezeStateOf } from '@gitops/core';
import { commandOf, usage } from './chat-command.mjs';

/** The three characters that mean something in a message. */
const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const toAll = (text) => ({ response_type: 'in_channel', text });
const toOne = (text) => ({ response_type: 'ephemeral', text });

/**
 * @param {{
 *   gitops: ReturnType<import('./gitops.mjs').gitopsOf>,
 *   settings: import('./settings.mjs').Settings,
 *   signal: AbortSignal,
 * }} service
 */
export function chatOf({ gitops, settings, signal }) {
  const { approvers, chat } = settings;

  /** @param {string} account @param {string} text */
  return async function answer(account, text) {
    const person = chat?.people.get(account);
    if (person === undefined) {
      return toOne(
        `I do not know you (${escaped(account)}). Somebody who runs this service can add you to CHAT_PEOPLE.`,
      );
    }
    const command = commandOf(text, gitops.now());
    if ('problem' in command) return toOne(escaped(String(command.problem)));
    const { verb } = command;
    if (verb === 'help') return toOne(escaped(usage));
    if (verb === 'status') return (await gitops.board({ signal })).match((board) => toOne(statusOf(board)), failed);
    if (!approvers.has(person)) {
      return toOne(
        `${escaped(person)} may look, and not ${verb}. Somebody who runs this service can add you to APPROVERS.`,
      );
    }
    return (await gitops[verb](command, person, { signal })).match((outcome) => done(outcome, person), failed);
  };
}

const failed = (error) => toOne(escaped(describeError(error)));

/** @param {import('@gitops/core').Outcome} outcome @param {string} person */
function done({ plan, pullRequests, notes, closed }, person) {
  const lines = [
    ...pullRequests.map(({ kind, title, url }) => `${kind}: ${title}\n${url}`),
    ...closed.map(({ id, title }) => `closed: ${id} ${title}`),
    ...(pullRequests.length + closed.length === 0 ? [`${plan.summary}\nNothing was to be done.`] : []),
    ...plan.findings.map(({ message, remedy }) => `${message} ${remedy}`),
    ...plan.skipped.map(({ message }) => message),
    ...notes,
    `Asked for by ${person}.`,
  ];
  return toAll(escaped(lines.join('\n')));
}

function statusOf({ fleet, now, promotions }) {
  const lines = fleet.environments.flatMap((environment) => [
    environment.name,
    ...environment.instances.flatMap(({ application, images }) =>
      images.map(({ version }) => `  ${application} ${version === null ? '–' : describeVersion(version)}`),
    ),
    ...freezeStateOf(fleet, environment, now).map(
      ({ record, expired }) =>
        `  frozen by ${record.by}${record.until === null ? '' : ` until ${record.until}`}${expired ? ' (past)' : ''}: ${record.reason}`,
    ),
  ]);
  const waiting = promotions.flatMap(({ plan }) =>
    plan.isOk() && plan.value.changes.length > 0 ? [plan.value.summary] : [],
  );
  const unread = [...fleet.unreadable, ...fleet.ambiguous].map(describeError);
  return escaped([...lines, ...waiting.map((summary) => `Possible: ${summary}`), ...unread].join('\n'));
}
