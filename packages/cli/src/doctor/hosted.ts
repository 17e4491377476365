import type { Answer, Diagnosis, GitOpsError } from '@gitops/core';
import { answer, openTransport, parseAddress } from '@gitops/provider-http';
import { callOf } from '../call.js';
import type { HostedChoice } from '../choose-forge.js';
import { fail } from '../failure.js';
import { connectionOf } from '../forge/connection.js';
import { githubOptions, gitlabOptions } from '../forge/hosted.js';
import type { Invocation } from '../invocation.js';
import { type Line, linesOf } from './line.js';

type Asked = Pick<Invocation, 'io' | 'settings' | 'console'>;

const { ok, bad } = linesOf('forge');

const patienceMs = 30_000;

/** What the forge's provider finds out, after its host was found to answer at all. */
export async function hostedLines(choice: HostedChoice, asked: Asked): Promise<readonly Line[]> {
  const network = await reach(choice, asked);
  if (network?.state === 'fail') return [network];
  const own = network === null ? [] : [network];
  const found = await diagnosis(choice, asked);
  return found.match(
    (lines) => [...own, ...lines.map((line): Line => ({ section: 'forge', ...line }))],
    (error) => (error.kind === 'aborted' ? fail(error) : [...own, bad('provider', error.message, error.remedy)]),
  );
}

async function diagnosis(choice: HostedChoice, asked: Asked): Promise<Answer<readonly Diagnosis[]>> {
  const call = callOf(asked);
  if (choice.provider === 'github') {
    const { diagnose } = await import('@gitops/provider-github');
    return diagnose(githubOptions(choice, asked), call);
  }
  const { diagnose } = await import('@gitops/provider-gitlab');
  return diagnose(gitlabOptions(choice, asked), call);
}

/** Whether the host answers anybody, asked without credentials; null where only the environment knows the host. */
async function reach({ repository, host }: HostedChoice, asked: Asked): Promise<Line | null> {
  const address = parseAddress(repository);
  if (host === null || address === null) return null;
  const origin = `${address.protocol === 'http' ? 'http' : 'https'}://${address.host}`;
  const look = answer(
    callOf(asked),
    async (signal) => {
      const transport = openTransport({ ...connectionOf(asked), trustedOrigins: [] });
      try {
        const response = await transport.fetch(`${origin}/`, { method: 'HEAD', redirect: 'manual', signal });
        await response.body?.cancel();
        return response.status;
      } finally {
        await transport.close();
      }
    },
    { totalMs: patienceMs },
  );
  return look.match(
    (status) =>
      status < 500
        ? ok('network', `${host} can be reached.`)
        : bad('network', `${host} answers ${status}.`, 'Wait until it is back, or ask who runs it.'),
    (error: GitOpsError) => (error.kind === 'aborted' ? fail(error) : bad('network', error.message, error.remedy)),
  );
}
