import { answer, openTransport, parseAddress, whichForge } from '@gitops/provider-http';
import { callOf } from '../call.js';
import { type HostedChoice, type UnknownHost, unknownHost } from '../choose-forge.js';
import { fail } from '../failure.js';
import type { Invocation } from '../invocation.js';
import { connectionOf } from './connection.js';

/** How long a host that nothing names may take to say what it is. */
const patienceMs = 10_000;

/**
 * Asks a host which forge it is, without any credential. Fails with `provider-unknown`, naming `--provider`, where it
 * does not tell or cannot be reached: an alias of an ssh configuration is a host that nobody can ask.
 */
export async function askHost(
  { address, host }: UnknownHost,
  invocation: Pick<Invocation, 'io' | 'settings' | 'console'>,
): Promise<HostedChoice> {
  const { protocol, path } = parseAddress(address) ?? unknownHost(host, 'its address cannot be read');
  const origin = `${protocol === 'http' ? 'http' : 'https'}://${host}`;
  invocation.console.progress('ask', `Asking ${host} which forge it is.`);
  const asked = answer(
    callOf(invocation),
    async (signal) => {
      const transport = openTransport({ ...connectionOf(invocation), trustedOrigins: [] });
      try {
        return await whichForge(origin, transport, signal, path);
      } finally {
        await transport.close();
      }
    },
    { totalMs: patienceMs },
  );
  return asked.match(
    (found) => {
      if (found === null) return unknownHost(host, 'it answers like neither GitHub nor GitLab');
      const base = found.base === origin ? null : found.base;
      return { provider: found.forge, repository: address, host, base, why: `${host} answers like it` };
    },
    (error) =>
      error.kind === 'aborted' || error.kind === 'usage'
        ? fail(error)
        : unknownHost(host, `it could not be asked (${error.message.replace(/\.$/, '')})`),
  );
}
