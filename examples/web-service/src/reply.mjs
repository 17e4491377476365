// A chat waits three seconds for an answer. What takes longer is answered to the address that came with the command.

const working = { response_type: 'ephemeral', text: 'Working on it.' };

/**
 * The reply, or that one will follow.
 *
 * @param {Promise<object>} reply
 * @param {{ patienceMs: number, replyTo: string, later: string, log: (line: object) => void }} how
 */
export async function inTime(reply, { patienceMs, replyTo, later, log }) {
  if (!URL.canParse(later) || new URL(later).origin !== replyTo) return reply; // nowhere to send it
  let timer;
  const patience = new Promise((resolve) => {
    timer = setTimeout(resolve, patienceMs, null);
  });
  const early = await Promise.race([reply, patience]);
  clearTimeout(timer);
  if (early !== null) return early;
  reply
    .then((late) => send(later, late))
    .catch(({ message }) => log({ level: 'error', message: `reply not sent: ${message}` }));
  return working;
}

async function send(address, reply) {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(reply),
    redirect: 'error',
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`the chat answered ${answer.status}`); // the address is as good as a password
}
