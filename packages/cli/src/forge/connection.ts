import { resolve } from 'node:path';
import type { RequestEvent } from '@gitops/provider-http';
import type { Invocation } from '../invocation.js';

type Asked = Pick<Invocation, 'io' | 'settings' | 'console'>;

/** What every connection of this command line has in common. */
export function connectionOf({ io, settings, console }: Asked): {
  readonly env: Invocation['io']['env'];
  readonly caFile?: string;
  readonly onRequest: (event: RequestEvent) => void;
} {
  return {
    env: io.env,
    ...(settings.caFile === null ? {} : { caFile: resolve(io.cwd, settings.caFile) }),
    onRequest: (event) => console.request(event),
  };
}
