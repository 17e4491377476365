import { annotationPrefix, imageListKey } from './annotations.js';
import type { UpdaterApplication, UpdaterOptions, UpdaterResource } from './inputs.js';
import { sharesNamespace } from './inputs.js';
import { matchApplication, type PassedOver, resourceProblem } from './match.js';
import type { ShapeProblem } from './resource-reader.js';

/** What is wrong with the resources, as far as it may concern an application, in sentences. */
export function problemsOf(
  application: UpdaterApplication,
  resources: readonly UpdaterResource[],
  options: UpdaterOptions,
): readonly string[] {
  return resources
    .filter((from) => sharesNamespace(application, from.resource))
    .flatMap((from) => {
      const name = `ImageUpdater/${from.resource.name}`;
      const broken = resourceProblem(from.resource);
      if (broken?.kind === 'no-application-refs') return [`${name} has no applicationRefs, so it updates nothing.`];
      if (broken !== null) return [`${name} updates nothing: its namePattern "${broken.pattern}" is malformed.`];
      const context = { controllerNamespace: options.controllerNamespace ?? 'argocd' };
      const passedOver = matchApplication(application, from.resource, context).match(
        (match) => match.passedOver,
        (none) => none.passedOver,
      );
      // A resource of a wrong shape is refused by the cluster as a whole, but only where it would match does it matter.
      return [
        ...passedOver.map((one) => `${name} passes over "${one.ref.namePattern}": ${describePassedOver(one)}`),
        ...from.resource.problems.map((one) => `${name}: ${describeShape(one)}`),
      ];
    });
}

export function describeShape({ path, message }: ShapeProblem): string {
  const where = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return `${message}, at ${where.replace(/^\./, '')}; the cluster refuses the resource.`;
}

function describePassedOver({ why }: PassedOver): string {
  if (typeof why === 'string') return writeBackSentences[why];
  const image = why.alias === '' ? '' : ` of the image ${why.alias}`;
  switch (why.kind) {
    case 'image-list-missing':
      return `the application has no annotation ${imageListKey}.`;
    case 'image-list-empty':
      return `the annotation ${imageListKey} names no image.`;
    case 'image-name-empty':
      return `an alias in ${imageListKey} stands without an image.`;
    case 'force-update-invalid':
      return `${why.key} is not true or false.`;
    case 'several-targets':
      return `Helm and Kustomize names${image} exclude each other, at ${why.key}.`;
  }
}

/** Why a write-back is refused, as the end of a sentence. */
export const writeBackSentences = {
  'no-source': 'the application has no source.',
  'unknown-method': `the write-back method is neither argocd nor git (${annotationPrefix}write-back-method).`,
  'plain-kustomization': 'the write-back target is a kustomization file; write it as kustomization:<folder>.',
  'branch-format': 'the branch has more than one colon.',
  credentials: 'the credentials of the write-back are neither repocreds nor secret:<name>.',
  'pull-request-branch': 'the branch of a pull request has a colon.',
  'pull-request-provider': 'a pull request needs exactly one of github and gitlab.',
} as const;
