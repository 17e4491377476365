import { type GitOpsError, problem } from '@gitops/core';

const tls = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'CERT_SIGNATURE_FAILURE',
  'INVALID_CA',
]);

/**
 * What a failed connection means: name resolution, a refused or broken connection, TLS, a proxy, a server that falls
 * silent. `host` is the one that was asked, for the message. Looks through causes and the several attempts of one
 * connection (`AggregateError`). Undefined for an error that is not about the network.
 */
export function problemOfNetwork(error: unknown, host: string): GitOpsError | undefined {
  for (const one of chain(error)) {
    const found = explain(one, host);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The error, its causes, and the attempts that an AggregateError gathers; outermost first. */
function* chain(error: unknown, depth = 0): Generator<Error> {
  if (!(error instanceof Error) || depth > 8) return;
  yield error;
  if (error instanceof AggregateError) for (const one of error.errors) yield* chain(one, depth + 1);
  yield* chain(error.cause, depth + 1);
}

function explain(error: Error, host: string): GitOpsError | undefined {
  if (error.message === 'bad port') {
    return problem(
      'usage',
      `The port of ${host} is one that the fetch standard forbids to connect to.`,
      'Let the server listen on another port, such as 443 or 8443.',
      { details: { what: 'port', host } },
    );
  }
  const code: unknown = 'code' in error ? error.code : undefined;
  if (error.name === 'HTTPParserError' || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return problem('response-invalid', `${host} did not answer with HTTP.`, 'Look at the address and the port.', {
      details: { what: 'answer', expected: 'HTTP', host },
    });
  }
  if (typeof code !== 'string') return undefined;
  const proxy = /Proxy response \((\d+)\)/.exec(error.message)?.[1];
  if (proxy !== undefined || /^Proxy Authentication Required/.test(error.message))
    return refusedByProxy(host, proxy ?? '407');
  if (tls.has(code)) {
    return found(
      host,
      code,
      `The certificate of ${host} is signed by an authority that is not known here.`,
      'Name a file with the certificates of that authority by --ca-file, or by the variable NODE_EXTRA_CA_CERTS.',
    );
  }
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
    case 'EAI_NODATA':
    case 'EAI_NONAME':
      return found(
        host,
        code,
        `The host name of ${host} could not be resolved.`,
        'Look for a slip in the address, and whether this machine needs a proxy (HTTPS_PROXY) to get there.',
      );
    case 'ECONNREFUSED':
      return found(
        host,
        code,
        `${host} refused the connection.`,
        'Look whether the server runs at that address and port, and whether HTTPS_PROXY or NO_PROXY are right.',
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'ENETDOWN':
      return found(
        host,
        code,
        `There is no way to ${host} from this machine.`,
        'Look at the network, the VPN, and whether HTTPS_PROXY or NO_PROXY are right; then run again.',
      );
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return found(
        host,
        code,
        `${host} did not answer a connection in time.`,
        'Look at the network and whether this machine needs a proxy (HTTPS_PROXY); then run again.',
      );
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return found(host, code, `${host} fell silent in the middle of an answer.`, 'Run again.');
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
    case 'UND_ERR_CLOSED':
    case 'UND_ERR_DESTROYED':
    case 'UND_ERR_INFO':
      return found(host, code, `The connection to ${host} broke off.`, 'Run again.');
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return found(
        host,
        code,
        `The certificate of ${host} is ${code === 'CERT_HAS_EXPIRED' ? 'no longer' : 'not yet'} valid.`,
        'Look at the clock of this machine; if it is right, the server needs another certificate.',
      );
    case 'CERT_REVOKED':
      return found(host, code, `The certificate of ${host} was revoked.`, 'The server needs another certificate.');
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
    case 'UND_ERR_PRX_TLS':
      return found(
        host,
        code,
        `The certificate that ${host} shows is for another host name.`,
        'Use the name that the certificate is for, or mend the certificate of the server or of the proxy.',
      );
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) {
    return found(
      host,
      code,
      `${host} and this machine could not agree on a TLS connection.`,
      'Look whether the address should begin with http:// or has a wrong port, and whether a proxy is in between.',
    );
  }
  if (code.startsWith('Z_')) {
    return problem('response-invalid', `The answer of ${host} could not be unpacked.`, 'Run again.', {
      details: { what: 'answer', expected: 'compressed data', found: code, host },
    });
  }
  return undefined;
}

function refusedByProxy(host: string, status: string): GitOpsError {
  return found(
    host,
    `proxy ${status}`,
    `The proxy refused to connect to ${host} (status ${status}).`,
    status === '407'
      ? 'Put user and password of the proxy into HTTPS_PROXY: http://user:password@proxy:port.'
      : 'Ask who runs the proxy to allow that host, or name it in NO_PROXY if it can be reached directly.',
  );
}

function found(host: string, code: string, message: string, remedy: string): GitOpsError {
  return problem('unavailable', message, remedy, { details: { what: 'connection', host, found: code } });
}
