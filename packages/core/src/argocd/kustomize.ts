import { type GitOpsError, problem } from '../errors/error.js';
import type { TrackedImage } from '../fleet/fleet.js';
import { err, ok, type Result } from '../result.js';
import { expandVariables } from './build-environment.js';
import { containersOf } from './containers.js';
import { hasFolder, textAt, valuesAt } from './files.js';
import { type FollowedRevision, revisionOfResource, trackedRevisions } from './git-revisions.js';
import { type ImageReading, mergeReadings } from './image-reading.js';
import { type Kustomization, readKustomization } from './kustomization.js';
import { type ChartEntry, type Inflated, inflateChart } from './kustomize-charts.js';
import { configMapOf } from './kustomize-config-maps.js';
import {
  applyEntry,
  type ImageEntry,
  parseSetImage,
  readingOf,
  setImages,
  stateOf,
  stateOfReading,
} from './kustomize-image.js';
import { applyPatches } from './kustomize-patches.js';
import { readGenerators, readTransformers, type Transformer } from './kustomize-plugins.js';
import { applyReplacements } from './kustomize-replacements.js';
import { ImageStates } from './kustomize-states.js';
import { isRemote, joinPath } from './paths.js';
import type { KustomizeSettings, Setting } from './source.js';
import { addNote, positionOf, type SourceContext, settingProblem } from './source-context.js';
import { listOf, type MapValue, mapOf, ownCopy, stringAt, type Value } from './value.js';

/** An object on its way through the layers. */
export interface KustomizeObject {
  readonly value: Value;
  /** All names that it has had: a patch may use any of them. */
  readonly names: readonly string[];
  /** In the same way its namespaces; empty: the default one. */
  readonly namespaces: readonly string[];
}

const noSettings: KustomizeSettings = {
  images: [],
  components: [],
  ignoreMissingComponents: false,
  patches: [],
  namePrefix: '',
  nameSuffix: '',
};

/**
 * The images of a kustomization as Argo CD 3.5.1 has it built by Kustomize 5.8, and the charts of registries that it
 * inflates (for which Argo CD has to be given `--enable-helm`): bases and charts, then components, then patches, then
 * `images`; the Application's own images replace the overlay's entries, its components and patches are added.
 *
 * @param hidden images of the Application that an override file replaced: they are remembered as masked.
 */
export function kustomizeImages(
  settings: KustomizeSettings | null,
  hidden: readonly Setting[],
  context: SourceContext,
): Result<Inflated, GitOpsError> {
  const build = new Build(context);
  if (context.elsewhere) return build.elsewhere(settings ?? noSettings).map((images) => ({ images, charts: [] }));
  return build.top(settings ?? noSettings, hidden).map((objects) => ({
    images: mergeReadings(
      objects.flatMap((object) => containersOf(object.value)).map(({ image }) => readingOf(build.states.of(image))),
    ),
    charts: [...build.charts, ...trackedRevisions(build.revisions)],
  }));
}

/** The objects of a kustomization, as {@link kustomizeImages} has it built, whatever they are. */
export function kustomizeObjects(context: SourceContext): Result<readonly KustomizeObject[], GitOpsError> {
  return new Build(context).top(noSettings, []);
}

type Objects = Result<readonly KustomizeObject[], GitOpsError>;

class Build {
  readonly #context: SourceContext;
  readonly charts: TrackedImage[] = [];
  /** Of what comes from other repositories. */
  readonly revisions: FollowedRevision[] = [];
  readonly states = new ImageStates();

  constructor(context: SourceContext) {
    this.#context = context;
  }

  /** What the Application sets of a kustomization that is not here: those images, and no others, are known. */
  elsewhere(settings: KustomizeSettings): Result<readonly ImageReading[], GitOpsError> {
    addNote(
      this.#context.notes,
      'kustomization-elsewhere',
      'The kustomization is not in this repository: only the images that the Application itself sets were read.',
      this.#context.at,
    );
    return this.#applicationImages(settings.images).map((entries) =>
      mergeReadings(entries.map((entry) => readingOf(applyEntry(stateOf(entry.name, null), entry)))),
    );
  }

  top(settings: KustomizeSettings, hidden: readonly Setting[]): Objects {
    const read = readKustomization(this.#context.cache, this.#context.folder);
    if (read === null) return err(this.#noKustomization());
    if (read.isErr()) return err(read.error);
    const set = this.#applicationImages(settings.images);
    if (set.isErr()) return err(set.error);
    const { value: own } = read;
    const components = settings.components.filter(
      (component) => !settings.ignoreMissingComponents || this.#exists(own.folder, component.text),
    );
    const known = new Set(own.components.map((component) => component.text));
    return this.#build(
      {
        ...own,
        isEmpty: own.isEmpty && set.value.length + components.length + settings.patches.length === 0,
        components: [...own.components, ...components.filter((component) => !known.has(component.text))],
        patches: [...own.patches, ...settings.patches],
        images: set.value.length === 0 ? own.images : setImages(own.images, set.value),
        namePrefix: settings.namePrefix === '' ? own.namePrefix : settings.namePrefix,
        nameSuffix: settings.nameSuffix === '' ? own.nameSuffix : settings.nameSuffix,
      },
      [],
      [],
      hidden.flatMap((one) => parseSetImage(one.text, one.origin) ?? []),
    );
  }

  #applicationImages(images: readonly Setting[]): Result<readonly ImageEntry[], GitOpsError> {
    const entries: ImageEntry[] = [];
    for (const image of images) {
      const text = expandVariables(image.text, this.#context.environment);
      const origin = image.origin === null || text === image.text ? image.origin : { ...image.origin, writable: false };
      const entry = parseSetImage(text, origin);
      if (entry === null) {
        return err(
          settingProblem(
            image,
            this.#context,
            `The Kustomize image "${image.text}" sets neither a name nor a version, and Kustomize refuses it.`,
            'Write it as name:tag, name@digest or name=newName:tag.',
          ),
        );
      }
      entries.push(entry);
    }
    return ok(entries);
  }

  #build(
    own: Kustomization,
    given: readonly KustomizeObject[],
    above: readonly string[],
    hidden: readonly ImageEntry[],
  ): Objects {
    if (own.isEmpty) return err(saysNothing(own.file));
    for (const field of own.notFollowed) if (field !== 'vars') this.#tellNotFollowed(field, own);
    const path = [...above, own.folder];
    let objects: Objects = ok(given);
    for (const resource of own.resources)
      objects = objects.andThen((there) => this.#load(resource, own, path).map((more) => [...there, ...more]));
    for (const chart of own.charts)
      objects = objects.andThen((there) => this.#inflate(chart, own).map((more) => [...there, ...more]));
    objects = objects.andThen((there) => this.#generate(own).map((more) => [...there, ...more]));
    for (const component of own.components)
      objects = objects.andThen((there) => this.#component(component, own, there, path));
    return objects
      .andThen((there) => applyPatches(there, own.patches, own.folder, this.#context))
      .map((there) => there.map((object) => renamed(object, own)))
      .andThen((there) => applyPatches(there, own.latePatches, own.folder, this.#context))
      .map((there) => {
        this.states.setImages(there, own.images, hidden);
        return there;
      })
      .andThen((there) => applyReplacements(there, own.replacements, own.folder, this.#context, this.states))
      .andThen((there) => this.#transform(there, own))
      .map((there) => {
        if (own.notFollowed.includes('vars') && there.some(hasVariable)) this.#tellNotFollowed('vars', own);
        return there;
      });
  }

  #generate(own: Kustomization): Objects {
    const maps = own.configMaps.map((entry) => configMapOf(entry, own.folder, this.#context));
    return readGenerators(own.generators, own.folder, this.#context).andThen((generators) =>
      generators.reduce<Objects>(
        (objects, one) =>
          objects.andThen((there) =>
            one.kind === 'config-map'
              ? ok([...there, configMapOf(one.entry, own.folder, this.#context)])
              : this.#inflate(one.chart, { ...own, chartHome: one.home || own.chartHome }).map((more) => [
                  ...there,
                  ...more,
                ]),
          ),
        ok(maps),
      ),
    );
  }

  #transform(objects: readonly KustomizeObject[], own: Kustomization): Objects {
    return readTransformers(own.transformers, own.folder, this.#context).andThen((transformers) =>
      transformers.reduce<Objects>(
        (done, one) => done.andThen((there) => this.#transformBy(one, there, own.folder)),
        ok(objects),
      ),
    );
  }

  #transformBy(transformer: Transformer, there: readonly KustomizeObject[], folder: string): Objects {
    switch (transformer.kind) {
      case 'image':
        this.states.setImages(there, [transformer.entry], []);
        return ok(there);
      case 'names':
        return ok(
          there.map((one) =>
            renamed(one, {
              namePrefix: transformer.prefix,
              nameSuffix: transformer.suffix,
              namespace: transformer.namespace,
            }),
          ),
        );
      case 'patch':
        return applyPatches(there, transformer.patches, folder, this.#context);
      case 'replacements':
        return applyReplacements(there, transformer.entries, folder, this.#context, this.states);
    }
  }

  #tellNotFollowed(field: string, own: Kustomization): void {
    addNote(
      this.#context.notes,
      'kustomize-not-followed',
      `The kustomization uses "${field}", which is not followed: images that it makes or changes were not read.`,
      { file: own.file, line: 1, column: 1 },
      'warn',
    );
  }

  /** What a chart makes, as an object that holds its images: patches, which know objects by their kinds, pass it by. */
  #inflate(chart: ChartEntry, own: Kustomization): Objects {
    return inflateChart(chart, own.folder, own.chartHome, this.#context).map(({ images, charts }) => {
      this.charts.push(...charts);
      const containers = images.map((reading) => {
        return mapOf([['image', this.states.made(stateOfReading(reading), reading.rendered)]]);
      });
      return [{ value: mapOf([['containers', listOf(containers)]]), names: [], namespaces: [] }];
    });
  }

  #load(resource: Setting, own: Kustomization, above: readonly string[]): Objects {
    const path = joinPath(own.folder, resource.text);
    if (path !== null && textAt(this.#context.cache, path) !== null) return this.#loadFile(path);
    if (path !== null && hasFolder(this.#context.cache, path)) return this.#loadFolder(resource, path, above);
    if (isRemote(resource.text) || /^[\w.-]+\.[a-z]+\/|^git::|\?ref=/.test(resource.text)) {
      this.#follow(resource);
      addNote(
        this.#context.notes,
        'base-elsewhere',
        `The resource "${resource.text}" is not in this repository and was not read.`,
        positionOf(resource, this.#context),
        'warn',
      );
      return ok([]);
    }
    return err(
      settingProblem(
        resource,
        this.#context,
        `There is no file or folder "${resource.text}" beside ${own.file}.`,
        'Add it, or correct the path.',
      ),
    );
  }

  #follow(resource: Setting): void {
    const followed = revisionOfResource(resource);
    if (followed !== null) this.revisions.push(followed);
  }

  #loadFile(path: string): Objects {
    return (valuesAt(this.#context.cache, path, 'manifest-image') ?? ok([])).map((documents) =>
      documents.flatMap(itemsOf).map((document) => {
        // One base may be built twice in one tree, with other images each time.
        const value = ownCopy(document);
        const name = stringAt(value, ['metadata', 'name']);
        const namespace = stringAt(value, ['metadata', 'namespace']);
        return { value, names: name === null ? [] : [name], namespaces: [namespace ?? ''] };
      }),
    );
  }

  #loadFolder(resource: Setting, folder: string, above: readonly string[]): Objects {
    if (above.includes(folder)) {
      return err(
        settingProblem(
          resource,
          this.#context,
          `The kustomizations include each other in a circle: ${[...above, folder].join(' -> ')}.`,
          'Remove one of the resources.',
        ),
      );
    }
    const read = readKustomization(this.#context.cache, folder);
    if (read === null)
      return err(
        settingProblem(
          resource,
          this.#context,
          `There is no kustomization in the folder ${folder}.`,
          'Add one, or name a file.',
        ),
      );
    return read.andThen((inner) => this.#build(inner, [], above, []));
  }

  #component(
    component: Setting,
    own: Kustomization,
    there: readonly KustomizeObject[],
    above: readonly string[],
  ): Objects {
    const folder = joinPath(own.folder, component.text);
    if (isRemote(component.text)) {
      this.#follow(component);
      addNote(
        this.#context.notes,
        'base-elsewhere',
        `The component "${component.text}" is not in this repository and was not read.`,
        positionOf(component, this.#context),
        'warn',
      );
      return ok(there);
    }
    const read = folder === null ? null : readKustomization(this.#context.cache, folder);
    if (read === null || folder === null || above.includes(folder)) {
      return err(
        settingProblem(
          component,
          this.#context,
          `There is no component in "${component.text}".`,
          'Add it, or correct the path.',
        ),
      );
    }
    return read.andThen((inner) => this.#build(inner, there, above, []));
  }

  #exists(folder: string, component: string): boolean {
    const path = joinPath(folder, component);
    return path !== null && hasFolder(this.#context.cache, path);
  }

  #noKustomization(): GitOpsError {
    const { folder, at } = this.#context;
    return problem(
      'application-invalid',
      `There is no kustomization in ${folder === '' ? 'the root' : folder}, and the source is to be built by Kustomize.`,
      'Add a kustomization, correct the path, or drop the Kustomize settings.',
      { at },
    );
  }
}

/** Whether an image is made of variables; those of other fields are not told. */
function hasVariable(object: KustomizeObject): boolean {
  return containersOf(object.value).some(({ image }) => String(image.value).includes('$('));
}

function renamed(
  object: KustomizeObject,
  { namePrefix, nameSuffix, namespace }: Pick<Kustomization, 'namePrefix' | 'nameSuffix' | 'namespace'>,
): KustomizeObject {
  const { names, namespaces } = object;
  if (names.length === 0 || `${namePrefix}${nameSuffix}${namespace}` === '') return object;
  return {
    ...object,
    names: [...names, ...names.slice(-1).map((name) => `${namePrefix}${name}${nameSuffix}`)],
    namespaces: namespace === '' ? namespaces : [...namespaces, namespace],
  };
}

/** The objects of a list, as Kustomize takes it apart; else the object itself. */
function itemsOf(document: Value): readonly MapValue[] {
  if (document.type !== 'map') return [];
  const items = document.entries.get('items');
  const isList = stringAt(document, ['kind'])?.endsWith('List') === true && items?.type === 'list';
  return isList ? items.items.flatMap(itemsOf) : [document];
}

function saysNothing(file: string): GitOpsError {
  return problem(
    'application-invalid',
    'This kustomization is empty, and Kustomize refuses it.',
    'Name its resources.',
    {
      at: { file, line: 1, column: 1 },
    },
  );
}
