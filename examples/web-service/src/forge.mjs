// The forge, and nothing else here knows which one it is. Token, App and proxies come from the environment, as
// @gitops/provider-github reads them; GITHUB_SERVER_URL or GH_HOST say where a server of one's own is.
import { okAsync } from '@gitops/core';
import { github, systemClock } from '@gitops/provider-github';

/** A person waits: rather an answer to try again than a page that loads for minutes. */
const timeoutMs = 30_000;

/** @param {{ repository: string, log: (line: object) => void }} settings */
export function forgesOf({ repository, log }) {
  const open = (address) =>
    github({
      repository: address,
      timeoutMs,
      onWait: ({ why, milliseconds }) => log({ level: 'warn', message: `waiting for the forge: ${why}`, milliseconds }),
      onNotice: (message) => log({ level: 'warn', message }),
    });
  /** @type {Map<string, import('@gitops/core').Forge>} */
  const others = new Map();
  return {
    forge: open(repository),
    clock: systemClock,
    /** Repositories in which gitops.yaml says that environments live. Tokens go to no host but their own. */
    forgeOf: (/** @type {string} */ address) => {
      const forge = others.get(address) ?? open(address);
      others.set(address, forge);
      return okAsync(forge);
    },
  };
}
