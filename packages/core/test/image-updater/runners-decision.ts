import { expect } from 'vitest';
import { stringify } from 'yaml';
import { fleetOf, simulateUpdates, snapshotOf } from '../../src/index.js';
import type { Runner } from './runners.js';

/** One round of Image Updater 1.3 over one application of Kustomize, as counted by its own test. */

interface RoundInput {
  readonly configuredImages: readonly string[];
  readonly liveImages: readonly string[];
  readonly registryTags: readonly string[];
  readonly forceUpdate?: boolean;
  readonly kustomizeImage?: string;
}

const prefix = 'argocd-image-updater.argoproj.io';

/** The repository of an application that runs these images, and of the resource that makes its annotations count. */
function filesOf(input: RoundInput): Readonly<Record<string, string>> {
  const alias = /^([^=/]+)=/.exec(input.configuredImages[0] ?? '')?.[1];
  const repoURL = 'https://github.com/acme/gitops.git';
  return {
    'apps/dev/app.yaml': stringify({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: {
        name: 'app-dev',
        namespace: 'argocd',
        annotations: {
          [`${prefix}/image-list`]: input.configuredImages.join(','),
          [`${prefix}/force-update`]: String(input.forceUpdate === true),
          ...(input.kustomizeImage === undefined
            ? {}
            : { [`${prefix}/${alias}.kustomize.image-name`]: input.kustomizeImage }),
        },
      },
      spec: { source: { repoURL, path: 'k/dev' }, destination: { namespace: 'dev' } },
    }),
    'k/dev/kustomization.yaml': stringify({ resources: ['deployment.yaml'] }),
    'k/dev/deployment.yaml': stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'app' },
      spec: {
        template: { spec: { containers: input.liveImages.map((image, index) => ({ name: `c${index}`, image })) } },
      },
    }),
    'updater.yaml': stringify({
      apiVersion: 'argocd-image-updater.argoproj.io/v1alpha1',
      kind: 'ImageUpdater',
      metadata: { name: 'updater', namespace: 'argocd' },
      spec: { applicationRefs: [{ namePattern: 'app-dev', useAnnotations: true }] },
    }),
  };
}

function countRound(input: RoundInput): object {
  const fleet = fleetOf(snapshotOf(filesOf(input)))._unsafeUnwrap();
  const names = new Set(
    fleet.environments.flatMap(({ instances }) =>
      instances.flatMap(({ updater }) => updater.images.map(({ image }) => image)),
    ),
  );
  const images = simulateUpdates(fleet, {
    tags: [...names].map((image) => ({ image, tags: input.registryTags.map((name) => ({ name })) })),
  });
  const count = (...decisions: readonly string[]) =>
    images.filter(({ decision }) => decisions.includes(decision)).length;
  const updated = images.filter(({ decision }) => decision === 'update');
  return {
    updated: count('update'),
    skipped: count('nothing-fits', 'frozen'),
    considered: images.length,
    errors: count('refused'),
    resultImages: updated.map(({ image, tags }) => `${image}:${tags?.selected}`),
  };
}

export const decisionRunners: Readonly<Record<string, Runner>> = {
  updateDecision: {
    run: countRound,
    expect: (recorded: { resultImages?: readonly string[] }) => ({
      ...recorded,
      resultImages: recorded.resultImages ?? expect.anything(),
    }),
  },
};
