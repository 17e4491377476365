import { bySpecificity } from './application-refs.js';
import { objectOf } from './application-source.js';
import type { ImageConfig, ManifestTargets, NamedTarget } from './images.js';
import type { LabelExpression, LabelSelector } from './labels.js';
import { FieldReader, present, type ShapeProblem } from './resource-reader.js';
import type {
  GitSettings,
  PullRequestSettings,
  UpdateSettings,
  VerificationSettings,
  WriteBackSettings,
} from './settings.js';

/** An `ImageUpdater` resource (`argocd-image-updater.argoproj.io/v1alpha1`, v1.3.0) as far as it decides updates. */
export interface ImageUpdater {
  readonly name: string;
  /** Where it looks for applications. Null where Git does not say. */
  readonly namespace: string | null;
  /** Deprecated `spec.namespace`, decisive in v1.0.0-v1.0.2 and v1.1.0 only. */
  readonly targetNamespace: string | null;
  readonly commonUpdateSettings: UpdateSettings | null;
  readonly writeBackConfig: WriteBackSettings | null;
  readonly imagesVerification: VerificationSettings | null;
  /** As written. */
  readonly applicationRefs: readonly ApplicationRef[];
  /** From the most specific to the broadest, as they are tried. */
  readonly sortedRefs: readonly ApplicationRef[];
  readonly problems: readonly ShapeProblem[];
}

/** An entry of `applicationRefs`: which applications, and how they are updated. */
export interface ApplicationRef {
  /** Position in the list, as it is written. */
  readonly index: number;
  readonly namePattern: string;
  readonly labelSelectors: LabelSelector | null;
  readonly useAnnotations: boolean;
  readonly commonUpdateSettings: UpdateSettings | null;
  readonly writeBackConfig: WriteBackSettings | null;
  readonly imagesVerification: VerificationSettings | null;
  readonly images: readonly IndexedImage[];
}

/** An image with its position in the list. */
export interface IndexedImage extends ImageConfig {
  readonly index: number;
}

/** True for the kind of resource that {@link readImageUpdater} reads, whatever its version. */
export function isImageUpdater(value: unknown): boolean {
  const object = objectOf(value);
  const apiVersion = object?.['apiVersion'];
  return (
    object?.['kind'] === 'ImageUpdater' &&
    typeof apiVersion === 'string' &&
    apiVersion.startsWith('argocd-image-updater.argoproj.io/')
  );
}

/** Reads a parsed resource. What has another type than the schema asks for is in `problems` and counts as absent. */
export function readImageUpdater(value: unknown): ImageUpdater {
  const problems: ShapeProblem[] = [];
  const root = new FieldReader(objectOf(value) ?? {}, [], problems);
  const metadata = root.inside('metadata');
  const spec = root.inside('spec') ?? new FieldReader({}, ['spec'], problems);
  const applicationRefs = (spec.items('applicationRefs') ?? []).map(({ index, reader }) => readRef(index, reader));
  return {
    name: metadata?.text('name') ?? '',
    namespace: metadata?.text('namespace') ?? null,
    targetNamespace: spec.text('namespace') ?? null,
    commonUpdateSettings: readSettings(spec),
    writeBackConfig: readWriteBack(spec),
    imagesVerification: readVerification(spec),
    applicationRefs,
    sortedRefs: bySpecificity(applicationRefs),
    problems,
  };
}

function readRef(index: number, ref: FieldReader): ApplicationRef {
  return {
    index,
    namePattern: ref.text('namePattern') ?? '',
    labelSelectors: readSelector(ref),
    useAnnotations: ref.flag('useAnnotations') ?? false,
    commonUpdateSettings: readSettings(ref),
    writeBackConfig: readWriteBack(ref),
    imagesVerification: readVerification(ref),
    images: (ref.items('images') ?? []).map(({ index: at, reader }) => readImage(at, reader)),
  };
}

function readImage(index: number, image: FieldReader): IndexedImage {
  return present<IndexedImage>({
    index,
    alias: image.text('alias') ?? '',
    imageName: image.text('imageName') ?? '',
    commonUpdateSettings: readSettings(image) ?? undefined,
    imagesVerification: readVerification(image) ?? undefined,
    manifestTargets: readTargets(image),
  });
}

function readSettings(level: FieldReader): UpdateSettings | null {
  const settings = level.inside('commonUpdateSettings');
  if (settings === undefined) return null;
  return present<UpdateSettings>({
    updateStrategy: settings.text('updateStrategy'),
    forceUpdate: settings.flag('forceUpdate'),
    allowTags: settings.text('allowTags'),
    ignoreTags: settings.texts('ignoreTags'),
    pullSecret: settings.text('pullSecret'),
    platforms: settings.texts('platforms'),
  });
}

function readWriteBack(level: FieldReader): WriteBackSettings | null {
  const config = level.inside('writeBackConfig');
  if (config === undefined) return null;
  const git = config.inside('gitConfig');
  const pullRequest = git?.inside('pullRequest');
  return present<WriteBackSettings>({
    method: config.text('method'),
    gitConfig:
      git &&
      present<GitSettings>({
        repository: git.text('repository'),
        branch: git.text('branch'),
        writeBackTarget: git.text('writeBackTarget'),
        pullRequest:
          pullRequest &&
          present<PullRequestSettings>({
            github: pullRequest.inside('github')?.value,
            gitlab: pullRequest.inside('gitlab')?.value,
            labels: pullRequest.texts('labels'),
          }),
      }),
  });
}

function readVerification(level: FieldReader): VerificationSettings | null {
  const settings = level.inside('imagesVerification');
  if (settings === undefined) return null;
  const key = settings.inside('cosignKey');
  return present<VerificationSettings>({
    enabled: settings.flag('enabled'),
    cosignKey: key && { secretName: key.text('secretName') ?? '', key: key.text('key') ?? '' },
  });
}

function readTargets(image: FieldReader): ManifestTargets | undefined {
  const targets = image.inside('manifestTargets');
  const kustomize = targets?.inside('kustomize');
  const named = (key: string) => {
    const target = targets?.inside(key);
    return (
      target && present<NamedTarget>({ name: target.text('name'), tag: target.text('tag'), spec: target.text('spec') })
    );
  };
  return (
    targets &&
    present<ManifestTargets>({
      helm: named('helm'),
      kustomize: kustomize && present<{ name?: string }>({ name: kustomize.text('name') }),
      plugin: named('plugin'),
    })
  );
}

function readSelector(ref: FieldReader): LabelSelector | null {
  const selector = ref.inside('labelSelectors');
  if (selector === undefined) return null;
  const expressions = selector.items('matchExpressions')?.map(
    ({ reader }): LabelExpression =>
      present<LabelExpression>({
        key: reader.text('key') ?? '',
        operator: reader.text('operator') ?? '',
        values: reader.texts('values'),
      }),
  );
  return present<LabelSelector>({ matchLabels: selector.map('matchLabels'), matchExpressions: expressions });
}
