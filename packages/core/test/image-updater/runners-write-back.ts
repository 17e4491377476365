import { parseSetImage } from '../../src/argocd/kustomize-image.js';
import { tagPathOf } from '../../src/argocd/updater-image.js';
import * as updater from '../../src/image-updater/index.js';
import { isBareWord } from '../../src/yaml/index.js';
import { imageShape, writeBackShape } from './expected.js';
import type { Runner } from './runners.js';

/** Where Image Updater writes: source and type of an application, file or folder, names of parameters. */

interface PlacedInput {
  readonly application: updater.ApplicationFacts;
  readonly writeBackConfig: {
    readonly method?: string;
    readonly target?: string;
    readonly kustomizeBase?: string;
  } | null;
}

function typeOf({ application, writeBackConfig }: PlacedInput): updater.SourceType {
  const writeBack: updater.WriteBack | null =
    writeBackConfig === null
      ? null
      : {
          method: writeBackConfig.method === 'git' ? 'git' : 'argocd',
          target: writeBackConfig.target ?? '',
          kustomizeBase: writeBackConfig.kustomizeBase ?? null,
          gitRepo: null,
          gitBranch: null,
          gitWriteBranch: null,
          pullRequest: null,
        };
  return updater.writeBackTypeOf(application, writeBack);
}

/** As {@link updater.sourceOf} describes one. */
function sourceShape(source: Readonly<Record<string, unknown>>): object {
  const has = (key: string) => source[key] !== undefined;
  return {
    repoURL: source['repoURL'],
    path: source['path'] ?? '',
    has: { helm: has('helm'), kustomize: has('kustomize'), plugin: has('plugin') },
  };
}

const writeBackMessages: readonly (readonly [RegExp, updater.WriteBackProblem])[] = [
  [/^invalid update mechanism/, 'unknown-method'],
  [/standard kustomization file/, 'plain-kustomization'],
  [/^pullRequest mode does not support/, 'pull-request-branch'],
  [/exactly one provider/, 'pull-request-provider'],
  [/^invalid git credentials source/, 'credentials'],
];

function placeOf(sourcePath: string, writeBackTarget: string): updater.WriteBack {
  const application = { name: 'app', namespace: null, spec: { source: { repoURL: '', path: sourcePath } } };
  return updater.resolveWriteBack(application, { method: 'git', gitConfig: { writeBackTarget } }, '')._unsafeUnwrap();
}

const targetFields = /^(?:helm|kustomizeImageName|plugin)/;

function targetsIn(image: object | null): object | null {
  return image && Object.fromEntries(Object.entries(image).filter(([key]) => targetFields.test(key)));
}

interface HelmNames {
  readonly image: { readonly alias: string };
  readonly helmImageName?: string;
  readonly helmImageTag?: string;
  readonly helmImageSpec?: string;
}

function parameterNames({ image, helmImageName, helmImageTag, helmImageSpec }: HelmNames): readonly [string, string] {
  const key = (name: string) => updater.annotationKey(image.alias, `helm.${name}`);
  const annotations = {
    [updater.imageListKey]: image.alias === '' ? 'org/app' : `${image.alias}=org/app`,
    ...(helmImageName === undefined ? {} : { [key('image-name')]: helmImageName }),
    ...(helmImageTag === undefined ? {} : { [key('image-tag')]: helmImageTag }),
    ...(helmImageSpec === undefined ? {} : { [key('image-spec')]: helmImageSpec }),
  };
  const placed = { file: 'a.yaml', document: {}, base: [], name: 'a', namespace: null, labels: {}, annotations };
  const [target] = updater.imageTargets(placed, []);
  if (target === undefined) throw new Error('no image');
  return target.helm?.spec === undefined
    ? [target.helm?.name ?? 'image.name', tagPathOf(target) ?? '']
    : [target.helm.spec, tagPathOf(target) ?? ''];
}

export const writeBackRunners: Readonly<Record<string, Runner>> = {
  newWBCFromSettings: {
    run: (input: {
      application: updater.ApplicationFacts;
      controllerNamespace: string;
      settings: updater.WriteBackSettings | null;
    }) =>
      updater.resolveWriteBack(input.application, input.settings, input.controllerNamespace).match<object>(
        (writeBack) => ({ error: null, writeBackConfig: writeBackShape(writeBack) }),
        (error) => ({ error, writeBackConfig: null }),
      ),
    expect: (recorded: { error: string | null }) => ({
      ...recorded,
      error:
        recorded.error === null ? null : writeBackMessages.find(([message]) => message.test(recorded.error ?? ''))?.[1],
    }),
  },
  newImageFromManifestTargetSettings: {
    run: ({ settings }: { settings: updater.ManifestTargets }) => {
      const [image] = updater.configureImages([{ alias: 'a', imageName: 'org/app', manifestTargets: settings }]);
      return { refused: image === undefined, targets: image === undefined ? null : targetsIn(imageShape(image)) };
    },
    expect: ({ error, image }: { error: string | null; image: object | null }) => ({
      refused: error !== null,
      targets: targetsIn(image),
    }),
  },
  GetApplicationSource: {
    run: (input: PlacedInput) => updater.sourceOf(input.application, typeOf(input)),
    expect: ({ source }: { source: Record<string, unknown> }) => sourceShape(source),
  },
  GetApplicationSourceType: { run: typeOf },
  GetApplicationType: { run: typeOf },
  parseKustomizeBase: {
    run: (input: { sourcePath: string; target: string }) => placeOf(input.sourcePath, input.target).kustomizeBase,
  },
  parseTarget: {
    run: (input: { sourcePath: string; writeBackTarget: string }) =>
      placeOf(input.sourcePath, input.writeBackTarget).target,
  },
  getHelmParamNames: { run: parameterNames },
  parseImageOverride: {
    run: (text: string) => {
      const entry = parseSetImage(text, null);
      if (entry === null) return null;
      return {
        name: entry.name,
        ...(entry.newName === '' ? {} : { newName: entry.newName }),
        ...(entry.tag === null ? {} : { newTag: entry.tag.text }),
        ...(entry.digest === null ? {} : { digest: entry.digest.text }),
      };
    },
  },
  isSafePlainScalar: { run: (text: string) => isBareWord(text, false) },
};
