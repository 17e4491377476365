import { err, type GitOpsError, type RegistryTag, type Result, type SimulationTarget, selectTag } from '@gitops/core';
import { answer, stopIfAborted } from '@gitops/provider-http';
import { callOf, clockOf } from '../call.js';
import { connectionOf } from '../forge/connection.js';
import type { Invocation } from '../invocation.js';
import { type DockerConfig, readDockerConfig } from './docker-config.js';
import { describeRegistryImage, type RegistryImage, registryImage } from './image-name.js';
import { readDigest, readTag, type TagQuestion } from './registry-builds.js';
import { openRequests, type RegistryRequests } from './registry-request.js';
import { listTags } from './registry-tags.js';
import { together } from './together.js';

/** What a registry said of one image. */
export interface AskedImage {
  readonly image: string;
  /** `ghcr.io/acme/payments`; null where the name is none that could be asked for. */
  readonly registry: string | null;
  readonly tags: readonly RegistryTag[];
  /** True where the registry has more tags than were read. */
  readonly cut: boolean;
  readonly problem: GitOpsError | null;
}

type Asking = Pick<Invocation, 'io' | 'settings' | 'console'>;

/** Registries that are asked at once, and tags of each. */
const images = 4;
const tagsAtOnce = 8;
/** How long a registry may be silent. */
const idleMs = 15_000;

/**
 * Asks the registry of each image for its tags, at most `limit`, and for what the strategies need besides: the digest of
 * the tag that `digest` tracks, the dates of the tags that `newest-build` chooses from. Never rejects for what a registry
 * does: that is the `problem` of its image. Fails with `usage` where docker's configuration cannot be read.
 */
export async function askRegistries(
  targets: readonly SimulationTarget[],
  limit: number,
  invocation: Asking,
): Promise<Result<readonly AskedImage[], GitOpsError>> {
  const config = readDockerConfig(invocation.io.env);
  if (config.isErr()) return err(config.error);
  const names = [...new Set(targets.map((one) => one.image))];
  const asked = answer(
    callOf(invocation),
    (signal) =>
      together(names, images, async (image): Promise<AskedImage> => {
        const rules = targets.filter((one) => one.image === image).map((one) => one.rules);
        const where = registryImage(image);
        if (where.isErr()) return { ...nothing, image, registry: null, problem: where.error };
        const registry = describeRegistryImage(where.value);
        const told = await answer({ signal }, () => ask(where.value, rules, limit, config.value, invocation, signal), {
          totalMs: null,
        });
        stopIfAborted(signal);
        if (told.isErr()) return { ...nothing, image, registry, problem: told.error };
        return { image, registry, problem: null, ...told.value };
      }),
    { totalMs: 30 * 60_000 },
  );
  return asked;
}

const nothing = { tags: [], cut: false };
type Rules = SimulationTarget['rules'];

async function ask(
  image: RegistryImage,
  rules: readonly Rules[],
  limit: number,
  config: DockerConfig,
  invocation: Asking,
  signal: AbortSignal,
): Promise<Pick<AskedImage, 'tags' | 'cut'>> {
  const { console, settings } = invocation;
  const name = describeRegistryImage(image);
  console.progress('registry', `Asking ${new URL(image.origin).host} for the tags of ${image.repository}.`);
  const found = await config.credentialOf(image.registry, signal);
  if (found.problem !== null) console.warn(`Asking ${name} without credentials: ${found.problem}.`);
  const requests = openRequests({
    image,
    found,
    allowHosts: settings.allowHosts,
    connection: { ...connectionOf(invocation), idleMs },
    hide: (secret) => console.hide(secret),
    clock: await clockOf(invocation),
    onWait: (wait) => console.waiting(wait),
  });
  try {
    const { names, cut } = await listTags(image, requests, limit, signal);
    const tracked = cut ? await trackedBeyond(image, names, rules, requests, signal) : [];
    const read = await readMetadata(image, [...names, ...tracked], rules, requests, invocation, signal);
    return { tags: [...names, ...tracked].map((one) => read.get(one) ?? { name: one }), cut };
  } finally {
    await requests.close();
  }
}

/** Tags that `digest` tracks and that a list which was cut does not hold: they are asked for by name. */
async function trackedBeyond(
  image: RegistryImage,
  names: readonly string[],
  rules: readonly Rules[],
  requests: RegistryRequests,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const wanted = rules.flatMap(({ strategy, constraint }) =>
    strategy === 'digest' && constraint !== null && !names.includes(constraint) ? [constraint] : [],
  );
  const found = await together([...new Set(wanted)].filter(isTagName), tagsAtOnce, (name) =>
    readDigest(image, name, requests, signal),
  );
  return found.flatMap((one) => one?.name ?? []);
}

async function readMetadata(
  image: RegistryImage,
  names: readonly string[],
  rules: readonly Rules[],
  requests: RegistryRequests,
  { console }: Asking,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, RegistryTag>> {
  const questions = questionsOf(names, rules);
  const total = questions.size;
  const name = describeRegistryImage(image);
  const isLong = total > 20;
  if (total > 0) console.progress('registry', `Reading ${total} of the ${names.length} tags of ${name}.`, isLong);
  let done = 0;
  const read = await together([...questions], tagsAtOnce, async ([tag, question]) => {
    const told =
      question === 'digest'
        ? ((await readDigest(image, tag, requests, signal)) ?? { name: tag, unreadable: true })
        : await readTag(image, tag, question, requests, signal);
    done++;
    if (done % 100 === 0 && done < total)
      console.progress('registry', `Read ${done} of ${total} tags of ${name}.`, true);
    return told;
  });
  return new Map(read.map((one) => [one.name, one]));
}

/** What is asked of each tag: only of those that pass the filters, and nothing where names decide. */
function questionsOf(names: readonly string[], rules: readonly Rules[]): ReadonlyMap<string, TagQuestion | 'digest'> {
  const questions = new Map<string, TagQuestion | 'digest'>();
  for (const rule of rules) {
    if (rule.strategy !== 'newest-build' && rule.strategy !== 'digest') continue;
    const { candidates } = selectTag(
      names.map((name) => ({ name })),
      rule,
    );
    const platforms = rule.platforms ?? [];
    const dates = rule.strategy === 'newest-build';
    for (const tag of candidates) {
      const before = questions.get(tag);
      const isNarrow = !dates && platforms.length === 0;
      if (before === undefined) questions.set(tag, isNarrow ? 'digest' : { platforms, dates });
      else questions.set(tag, both(before, isNarrow ? 'digest' : { platforms, dates }));
    }
  }
  return questions;
}

/** One reading that answers both. */
function both(a: TagQuestion | 'digest', b: TagQuestion | 'digest'): TagQuestion | 'digest' {
  if (a === 'digest') return b;
  if (b === 'digest') return a;
  const isAny = a.platforms.length === 0 || b.platforms.length === 0;
  return { platforms: isAny ? [] : [...new Set([...a.platforms, ...b.platforms])], dates: a.dates || b.dates };
}

function isTagName(text: string): boolean {
  return /^\w[\w.-]{0,127}$/.test(text);
}
