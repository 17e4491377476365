import {
  attachmentsOf,
  matchApplication,
  resolveWriteBack,
  type UpdaterApplication,
  type UpdaterResource,
  updaterResource,
  writeBackFromAnnotations,
} from '../image-updater/index.js';
import { describeShape } from '../image-updater/problems.js';
import { mergeVerification } from '../image-updater/settings.js';
import { isImage } from './aliases.js';
import { type CompareCache, type Comparison, compareImages } from './compare.js';
import { type DecidedImage, decidedV0, decidedV1 } from './decided.js';
import type { AnnotationRules } from './source.js';

/** What an application was configured by before, and what there is after. */
export interface Verifying {
  readonly rules: AnnotationRules;
  /** The application with its annotations, and the resources beside it. */
  readonly before: { readonly application: UpdaterApplication; readonly resources: readonly UpdaterResource[] };
  /** As the edited files say it. */
  readonly after: { readonly application: UpdaterApplication; readonly resources: readonly UpdaterResource[] };
  readonly controllerNamespace: string;
}

/**
 * Compares what annotations and resource decide about an application, both read anew from the texts, by the rules of
 * Image Updater (annotations: v0.18.0 or v1.3.0; resource: v1.3.0): the images, what would be chosen of generated lists
 * of tags, the write-back, signatures, and whether each image is frozen. The resource is read as it is written and as
 * the cluster keeps it, where 1.0 to 1.3 fill in defaults.
 */
export function compareConfigurations(verifying: Verifying, cache?: CompareCache): Comparison {
  const { after, controllerNamespace } = verifying;
  const options = { controllerNamespace };
  const written = attachmentsOf(after.application, after.resources, options);
  const [only] = written;
  if (only === undefined || written.length !== 1) {
    const names = written.map(({ from }) => from.resource.name).join(', ');
    return {
      tagLists: 0,
      differences: [
        only === undefined ? 'No entry of a resource takes it in.' : `Several resources would take it in: ${names}.`,
      ],
    };
  }
  const [broken] = only.from.resource.problems;
  if (broken !== undefined) return { tagLists: 0, differences: [describeShape(broken)] };
  const twice = repeated(only.match.imageConfigs.map(({ alias }) => alias));
  if (twice !== null && !only.match.ref.useAnnotations) {
    return { tagLists: 0, differences: [`The alias ${twice} stands twice; the cluster refuses the resource.`] };
  }
  const kept = updaterResource(only.from, asKept(only.from.value));
  const comparisons = [only.from, kept].map(({ resource }) => {
    const match = matchApplication(after.application, resource, options).unwrapOr(null);
    if (match === null) return { tagLists: 0, differences: ['No entry of the resource takes it in.'] };
    const compared = compareImages(imagesBefore(verifying), decidedV1(match.images), cache);
    const writeBack = writeBackBefore(verifying);
    const signatures = match.ref.useAnnotations
      ? match.ref.imagesVerification
      : mergeVerification(resource.imagesVerification, match.ref.imagesVerification);
    return {
      tagLists: compared.tagLists,
      differences: [
        ...compared.differences,
        ...differs('the write-back', writeBack, match.writeBack),
        ...differs('imagesVerification', verificationBefore(verifying), signatures),
      ],
    };
  });
  return {
    tagLists: comparisons.reduce((sum, one) => sum + one.tagLists, 0),
    differences: [...new Set(comparisons.flatMap((one) => one.differences))],
  };
}

/** A text that stands more than once: lists of the resource are keyed by it. */
function repeated(texts: readonly string[]): string | null {
  return texts.find((one, index) => texts.indexOf(one) !== index) ?? null;
}

function imagesBefore({ rules, before, controllerNamespace }: Verifying): readonly DecidedImage[] {
  const { application, resources } = before;
  const images =
    rules === '0'
      ? decidedV0(application.annotations)
      : decidedV1(attachmentsOf(application, resources, { controllerNamespace }).flatMap(({ match }) => match.images));
  return images.filter(({ image }) => isImage(image));
}

function writeBackBefore({ before: { application }, controllerNamespace }: Verifying) {
  if (application.spec === undefined) return null;
  return resolveWriteBack(application, writeBackFromAnnotations(application.annotations), controllerNamespace).unwrapOr(
    null,
  );
}

/** With `useAnnotations`, signatures are a matter of the entry alone. */
export function verificationBefore({ rules, before, controllerNamespace }: Omit<Verifying, 'after'>) {
  if (rules === '0') return null;
  const [first] = attachmentsOf(before.application, before.resources, { controllerNamespace });
  return first?.match.ref.imagesVerification ?? null;
}

function differs(name: string, one: unknown, other: unknown): readonly string[] {
  const [before, after] = [JSON.stringify(one), JSON.stringify(other)];
  return before === after ? [] : [`${name} was ${before} and would be ${after}.`];
}

/** The resource with the defaults that the schema of 1.0 to 1.3 fills in, wherever a block stands. */
export function asKept(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asKept);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      const inner = asKept(one);
      if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return [key, inner];
      if (key === 'commonUpdateSettings') return [key, { updateStrategy: 'semver', forceUpdate: false, ...inner }];
      return [key, key === 'writeBackConfig' ? { method: 'argocd', ...inner } : inner];
    }),
  );
}
