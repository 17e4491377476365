import {
  differsFrom,
  hasRegistryPrefix,
  kustomizeImagesMatch,
  parseIdentifier,
  parseSemanticVersion,
  shortFormOf,
} from '../../src/image/index.js';
import type {
  Annotations,
  MatchedApplication,
  SettingKeys,
  UpdateSettings,
  WriteBackSettings,
} from '../../src/image-updater/index.js';
import * as updater from '../../src/image-updater/index.js';
import {
  annotationErrorShape,
  credentialErrorShape,
  credentialShape,
  identifierShape,
  imageShape,
  writeBackShape,
} from './expected.js';

/** Runs our rule on a recorded input; the answer has the recorded shape, the expected one is made comparable. */
export interface Runner {
  readonly run: (input: never, test: string, recorded: never) => unknown;
  readonly expect?: (recorded: never, input: never) => unknown;
}

interface V0Input {
  readonly alias: string;
  readonly annotations: Annotations;
  readonly image: string;
}

const v0 = (pick: (image: updater.AnnotatedImage) => unknown): Runner => ({
  run: ({ annotations, image }: V0Input) => pick(updater.annotatedImage(annotations, parseIdentifier(image))),
});

const failure = (kind: string) => ({ error: kind });

const withKind = (recorded: { error: string | null }) =>
  recorded.error === null ? { ...recorded } : failure(annotationErrorShape(recorded.error) ?? '');

export const runners: Readonly<Record<string, Runner>> = {
  'legacy.helm.image-name': v0((image) => image.helm.name),
  'legacy.helm.image-tag': v0((image) => image.helm.tag),
  'legacy.helm.image-spec': v0((image) => image.helm.spec),
  'legacy.kustomize.image-name': v0((image) => image.kustomizeName),
  'legacy.update-strategy': v0((image) => image.updateStrategy),
  'legacy.ignore-tags': v0((image) => image.ignoreTags),
  'legacy.force-update': v0((image) => image.forceUpdate),
  'legacy.pull-secret': v0((image) => image.pullSecret && credentialShape(image.pullSecret)),
  'legacy.allow-tags.resolve': v0((image) => ({
    matchesProbe: Object.fromEntries(
      ['1.2.3', 'a-z', 'anything'].map((tag) => [tag, updater.isTagAllowed(image.allowTags, tag) === 'yes']),
    ),
  })),
  GetNewestVersionFromTags: {
    run: (input: updater.TagSelection & { tags: updater.RegistryTag[] }) => {
      const { selected, problem } = updater.selectTag(input.tags, { ...input, allowTags: null, ignoreTags: [] });
      return { tag: selected, error: problem };
    },
    expect: ({ tag, error }: { tag: string | null; error: string | null }) => ({
      tag,
      error: error === null ? null : 'constraint-invalid',
    }),
  },
  select: {
    run: (input: updater.TagSelection & { tags: updater.RegistryTag[] }) => {
      const { selected, candidates, problem } = updater.selectTag(input.tags, input);
      return { candidates, selected, error: problem };
    },
  },
  AllowTags: {
    run: ({ allowTags, tag }: { allowTags: string; tag: string }) => updater.isTagAllowed(allowTags, tag) === 'yes',
  },
  Check: {
    run: ({ constraint, versions }: { constraint: string; versions: string[] }) => {
      const parsed = updater.parseConstraint(constraint);
      const fits = (tag: string): boolean => {
        const version = parseSemanticVersion(tag);
        return version !== null && parsed !== null && updater.satisfies(version, parsed);
      };
      return { valid: parsed !== null, matches: versions.filter(fits) };
    },
  },
  NewVersion: {
    run: ({ tag }: { tag: string }) => {
      const version = parseSemanticVersion(tag);
      if (version === null) return { valid: false };
      const prerelease = version.prerelease.join('.');
      const metadata = tag.split('+')[1] ?? '';
      const normalized = `${version.major}.${version.minor}.${version.patch}${prerelease && `-${prerelease}`}`;
      return { valid: true, normalized: normalized + (metadata && `+${metadata}`), prerelease, metadata };
    },
  },
  'legacy.IsTagIgnored': {
    run: (input: { ignoreTags: string[]; tag: string }) => updater.isTagIgnored(input.ignoreTags, input.tag),
  },
  getImagesFromAnnotations: {
    run: ({ annotations }: { annotations: Annotations | null }) =>
      updater.imagesFromAnnotations(annotations ?? {}).match<object>(
        (images) => ({ error: null, images }),
        (error) => failure(error.kind),
      ),
    expect: withKind,
  },
  getCommonUpdateSettingsFromAnnotations: {
    run: ({ annotations, keys }: { annotations: Annotations | null; keys: Record<string, string> }) =>
      updater.updateSettingsFromAnnotations(annotations ?? {}, keysFrom(keys)).match<object>(
        (settings) => ({ error: null, settings }),
        (error) => failure(error.kind),
      ),
    expect: withKind,
  },
  getManifestTargetsFromAnnotations: {
    run: ({ annotations, alias }: { annotations: Annotations | null; alias: string }) =>
      updater.targetsFromAnnotations(annotations ?? {}, alias).match<object>(
        (manifestTargets) => ({ error: null, manifestTargets }),
        (error) => failure(error.kind),
      ),
    expect: withKind,
  },
  getWriteBackConfigFromAnnotations: {
    run: ({ annotations }: { annotations: Annotations | null }) => updater.writeBackFromAnnotations(annotations ?? {}),
  },
  getImageUpdateStrategyAnnotations: { run: (alias: string) => keysTo(updater.settingKeysOf(alias)) },
  annotations: {
    run: ({ annotations }: { annotations: Annotations }) => {
      const images = updater.imagesFromAnnotations(annotations);
      const appWide = updater.updateSettingsFromAnnotations(annotations, updater.settingKeysOf(''));
      const all = images.isOk() && appWide.isOk();
      return {
        images: images.unwrapOr(null as never),
        error: images.match<string | null>(
          () => null,
          (error) => error.kind,
        ),
        appWide: appWide.unwrapOr(null),
        appWideError: appWide.match<string | null>(
          () => null,
          (error) => error.kind,
        ),
        ...(all
          ? { effective: updater.configureImages(images.value, { settings: appWide.value }).map(imageShape) }
          : {}),
      };
    },
    expect: (recorded: { error: string | null; appWideError: string | null }) => ({
      ...recorded,
      error: annotationErrorShape(recorded.error),
      appWideError: annotationErrorShape(recorded.appWideError),
    }),
  },
  freeze: {
    run: (input: Record<'spec' | 'applicationRef' | 'image', string[] | null>) => {
      const resource = updater.readImageUpdater({
        spec: {
          commonUpdateSettings: { ignoreTags: input.spec },
          applicationRefs: [
            {
              namePattern: 'app',
              commonUpdateSettings: { ignoreTags: input.applicationRef },
              images: [{ alias: 'a', imageName: 'nginx', commonUpdateSettings: { ignoreTags: input.image } }],
            },
          ],
        },
      });
      const application: MatchedApplication = { name: 'app', namespace: null, labels: {}, annotations: {} };
      const match = updater.matchApplication(application, resource, { controllerNamespace: '' });
      const effective = match._unsafeUnwrap().images[0]?.ignoreTags ?? [];
      return { effectiveIgnoreTags: effective, frozen: updater.isFrozenBy(effective) };
    },
  },
  NewFromIdentifier: { run: (text: string) => identifierShape(parseIdentifier(text)) },
  HasRegistryPrefix: { run: hasRegistryPrefix },
  ExtractShortForm: { run: shortFormOf },
  'KustomizeImage.Match': { run: ([a, b]: [string, string]) => kustomizeImagesMatch(a, b) },
  DiffersFrom: {
    run: (input: { a: string; b: string; checkVersion: boolean }) =>
      differsFrom(parseIdentifier(input.a), parseIdentifier(input.b), input.checkVersion),
  },
  ParseCredentialSource: {
    run: (input: { source: string; requirePrefix: boolean }) =>
      updater.parseCredentialSource(input.source, { needsRegistry: input.requirePrefix }).match<object>(
        (source) => ({ error: null, source: credentialShape(source) }),
        (error) => ({ error, source: null }),
      ),
    expect: (recorded: { error: string | null }) => ({ ...recorded, error: credentialErrorShape(recorded.error) }),
  },
  IsTagIgnored: {
    run: (input: { pattern: string; tag: string } | { ignoreTags: string[]; tag: string }) =>
      'ignoreTags' in input
        ? updater.isTagIgnored(input.ignoreTags, input.tag)
        : {
            ignored: updater.isTagIgnored([input.pattern], input.tag),
            patternError: updater.matchGlob(input.pattern, input.tag) === 'malformed',
          },
  },
  FilterApplicationsForUpdate: {
    run: ({ applications, cr }: { applications: readonly ApplicationInput[]; cr: unknown }) =>
      updater
        .applicationsToUpdate(applications.map(applicationFrom), updater.readImageUpdater(cr), {
          controllerNamespace: '',
        })
        .match<object>(
          (found) => ({
            error: null,
            apps:
              found &&
              Object.fromEntries(
                [...found].map(([name, match]) => [
                  name,
                  {
                    images: match.images.map(imageShape),
                    writeBackConfig: match.writeBack && writeBackShape(match.writeBack),
                  },
                ]),
              ),
          }),
          (error) => ({ error: error.kind, apps: null }),
        ),
    expect: (recorded: { error: string | null }) => ({
      ...recorded,
      error:
        recorded.error === null
          ? null
          : recorded.error.startsWith('invalid application name pattern')
            ? 'malformed-pattern'
            : 'no-application-refs',
    }),
  },
  mergeCommonUpdateSettings: {
    run: (levels: readonly (UpdateSettings | null)[]) => updater.mergeUpdateSettings(...levels),
  },
  mergeWBCSettings: {
    run: (input: { app: WriteBackSettings | null; global: WriteBackSettings | null }) =>
      updater.mergeWriteBackSettings(input.global, input.app),
  },
  parseImageList: {
    run: (input: ImageListInput, test) => {
      const isKeyMissing = /secret[_ ]does[_ ]not[_ ]exist/.test(test);
      return updater
        .configureImages(input.images ?? [], {
          settings: input.appSettings,
          webhookEvent: input.webhookEvent,
          ...(isKeyMissing
            ? { verification: { cosignKey: { secretName: 'missing', key: 'key' } }, hasKey: () => false }
            : {}),
        })
        .map(imageShape);
    },
  },
  newImageFromCommonUpdateSettings: {
    run: (settings: UpdateSettings | null) => imageShape(updater.imageDefaults(settings)),
  },
  calculateSpecificity: { run: updater.specificityOf },
  sortApplicationRefs: { run: (refs: readonly updater.NameRule[] | null) => updater.bySpecificity(refs ?? []) },
  nameMatchesPattern: {
    run: ({ name, pattern }: { name: string; pattern: string }) =>
      updater.nameMatches(name, pattern).match<object>(
        (match) => ({ error: false, match }),
        () => ({ error: true, match: false }),
      ),
    expect: (recorded: { error: string | null }) => ({ ...recorded, error: recorded.error !== null }),
  },
  nameMatchesPatterns: {
    run: ({ name, patterns }: { name: string; patterns: string[] | null }) =>
      updater.nameMatchesAny(name, patterns ?? []),
  },
  nameMatchesLabels: {
    run: (input: { labels: Record<string, string> | null; selector: updater.LabelSelector | null }) =>
      updater.labelsMatch(input.selector, input.labels ?? {}),
  },
};

interface ApplicationInput {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly spec?: unknown;
  readonly status?: unknown;
}

interface ImageListInput {
  readonly images: readonly updater.ImageConfig[] | null;
  readonly appSettings: UpdateSettings | null;
  readonly webhookEvent: updater.WebhookEvent | null;
}

function applicationFrom(input: ApplicationInput): MatchedApplication {
  return {
    name: input.name,
    namespace: input.namespace ?? null,
    labels: input.labels ?? {},
    annotations: input.annotations ?? {},
    spec: input.spec ?? {},
    status: input.status,
  };
}

function keysFrom(keys: Record<string, string>): SettingKeys {
  return {
    updateStrategy: keys['UpdateStrategy'] ?? '',
    forceUpdate: keys['ForceUpdate'] ?? '',
    allowTags: keys['AllowTags'] ?? '',
    ignoreTags: keys['IgnoreTags'] ?? '',
    pullSecret: keys['PullSecret'] ?? '',
    platforms: keys['Platforms'] || null,
  };
}

function keysTo(keys: SettingKeys): object {
  return {
    AllowTags: keys.allowTags,
    IgnoreTags: keys.ignoreTags,
    ForceUpdate: keys.forceUpdate,
    UpdateStrategy: keys.updateStrategy,
    PullSecret: keys.pullSecret,
    Platforms: keys.platforms ?? '',
  };
}
