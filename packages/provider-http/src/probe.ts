import type { Transport } from './transport.js';

export interface FoundForge {
  readonly forge: 'github' | 'gitlab';
  /** Where the forge's root is: the origin, or with the sub-path of a GitLab install (`https://example.com/gitlab`). */
  readonly base: string;
}

/**
 * Asks an unknown host, without credentials, which forge it is. `path` is the repository's: its first steps may be the
 * sub-path of a GitLab install. Null where it is neither; a Failure where the host cannot be reached.
 */
export function whichForge(
  _origin: string,
  _transport: Transport,
  _signal: AbortSignal,
  _path?: string,
): Promise<FoundForge | null> {
  throw new Error('being written');
}
