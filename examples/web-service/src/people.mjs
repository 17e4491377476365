// Who is asking. Only the proxy knows, so its header counts only on a connection that comes from the proxy.
import { isIPv6 } from 'node:net';
import { isPerson } from './settings.mjs';

/**
 * @param {{ personHeader: string, trustedProxies: import('node:net').BlockList }} settings
 * @param {import('node:http').IncomingMessage} incoming
 * @returns {string | null}
 */
export function personOf({ personHeader, trustedProxies }, incoming) {
  const address = incoming.socket.remoteAddress ?? '';
  const isTrusted = address !== '' && trustedProxies.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  const name = incoming.headers[personHeader]; // sent twice, it is joined by a comma and no name
  return isTrusted && typeof name === 'string' && isPerson(name) ? name : null;
}
