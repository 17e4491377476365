import type { GitOpsError, SimulationTarget } from '@gitops/core';
import { makeConsole } from '../src/output/console.js';
import { type AskedImage, askRegistries } from '../src/simulate/ask-registries.js';
import { cleanEnv } from './repository.js';
import { writeLogin } from './simulate-registry.js';

export interface Asked extends AskedImage {
  /** Standard error, all requests told. */
  readonly err: string;
  /** Milliseconds that were waited for. */
  readonly waits: readonly number[];
}

/** Asks a registry for one image as the command does, without a repository around it. */
export async function askFor(
  image: string,
  more: {
    readonly rules?: readonly Partial<SimulationTarget['rules']>[];
    /** `config.json` of docker. */
    readonly login?: object;
    readonly allowHosts?: readonly string[];
    readonly limit?: number;
  } = {},
): Promise<Asked> {
  let err = '';
  const waits: number[] = [];
  const io = {
    out: () => undefined,
    err: (text: string) => {
      err += text;
    },
    readInput: async () => '',
    env: { ...cleanEnv, ...(more.login === undefined ? {} : { DOCKER_CONFIG: writeLogin(more.login) }) },
    cwd: '/',
    isTerminal: false,
    clock: {
      now: () => '2026-11-26T12:00:00Z',
      sleep: async (milliseconds: number) => {
        waits.push(milliseconds);
      },
    },
  };
  const settings = {
    ...{ repo: null, provider: null, caFile: null, cache: false, output: 'text' as const, config: null, root: null },
    ...{ branch: null, yes: false, quiet: false, verbose: true, color: false },
    allowHosts: more.allowHosts ?? [],
  };
  const console = makeConsole(io, { json: false, colour: false, quiet: false, verbose: true });
  const usual = { strategy: 'semver', constraint: null, allowTags: null, ignoreTags: [] } as const;
  const targets = (more.rules ?? [{}]).map((rules) => ({ image, rules: { ...usual, ...rules } }));
  const asked = await askRegistries(targets, more.limit ?? 1000, { io, settings, console });
  const [first] = asked._unsafeUnwrap();
  if (first === undefined) throw new Error('nothing was asked');
  return { ...first, err, waits };
}

/** The kind of what went wrong, the message and the remedy in one text. */
export function told(problem: GitOpsError | null): string {
  return problem === null ? 'nothing' : `${problem.kind}: ${problem.message} ${problem.remedy}`;
}
