// Image Updater is told what to update by annotations, by a resource, or by a resource that hands over to annotations:
// for each Application by one of them, and with names that the Application and its chart know.
const prefix = 'argocd-image-updater.argoproj.io/';
const strategies = ['semver', 'newest-build', 'digest', 'alphabetical'];
const ofAll = ['image-list', 'write-back-method', 'write-back-target', 'git-branch', 'git-repository'];
const ofOne = [
  'update-strategy',
  'allow-tags',
  'ignore-tags',
  'force-update',
  'platforms',
  'pull-secret',
  'helm.image-name',
  'helm.image-tag',
  'helm.image-spec',
  'kustomize.image-name',
];

const of = (resources, kind, shown = false) =>
  resources.filter((one) => (one.shown ?? false) === shown && one.value.kind === kind);
const parametersOf = (application) => application.spec.source?.helm?.parameters ?? [];
const matches = (pattern, name) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(name);

/** The image of `name[:constraint]` without the constraint. */
const imageOf = (text) => text.replace(/:[^/]*$/, '').replace(/@.*$/, '');

const term = String.raw`(=|!=|>|<|>=|=>|<=|=<|~|~>|\^)?\s*v?(\d+|[xX*])(\.(\d+|[xX*])){0,2}(-[\w.-]+)?(\+[\w.-]+)?`;
const constraint = new RegExp(String.raw`^\s*${term}((\s*,\s*|\s+|\s*\|\|\s*|\s+-\s+)${term})*\s*$`);

/** What stands behind the colon of an image is a range of versions where the strategy is semver. */
function* constraintFaults(image, strategy = 'semver') {
  const range = image.match(/:([^/:]*)$/)?.[1];
  if (strategy === 'semver' && range !== undefined && !constraint.test(range))
    yield `${image}: ${range} is no range of versions`;
}

/** Faults of the annotations and of the resources, and of the two together. */
export function imageUpdaterFaults(resources) {
  const applications = of(resources, 'Application').map(({ file, value }) => ({ file, value }));
  const faults = applications.flatMap(({ file, value }) =>
    [...annotationFaults(value)].map((fault) => `${file}: ${value.metadata.name}: ${fault}`),
  );
  const deciding = new Map();
  for (const shown of [false, true]) {
    for (const { file, value } of of(resources, 'ImageUpdater', shown)) {
      const found = [...resourceFaults(value, applications, { shown, deciding })];
      faults.push(...found.map((fault) => `${file}: ImageUpdater ${value.metadata.name}: ${fault}`));
    }
  }
  for (const { file, value } of applications) {
    if (!isAnnotated(value) || deciding.has(value.metadata.name)) continue;
    faults.push(`${file}: ${value.metadata.name}: no ImageUpdater resource names it, so 1.x does not update it`);
  }
  return faults;
}

const annotationsOf = (application) =>
  Object.entries(application.metadata.annotations ?? {})
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => [key.slice(prefix.length), value]);
const isAnnotated = (application) => annotationsOf(application).length > 0;

function* annotationFaults(application) {
  const annotations = annotationsOf(application);
  if (annotations.length === 0) return;
  const { 'image-list': list, 'write-back-method': method } = Object.fromEntries(annotations);
  if (list === undefined) yield 'has annotations of Image Updater, but no image-list';
  if (method !== undefined && !/^(argocd|git(:[\w./-]+)?)$/.test(method))
    yield `write-back-method ${method} is unknown`;
  const images = (list ?? '').split(',').map((one) => one.trim().split('='));
  for (const [alias, image] of images) {
    if (image === undefined) yield `image-list: ${alias} has no alias`;
    else yield* imageFaults(application, imageOf(image));
    const strategy = Object.fromEntries(annotations)[`${alias}.update-strategy`];
    if (image !== undefined) yield* constraintFaults(image, strategy);
  }
  for (const [key, value] of annotations) {
    if (ofAll.includes(key)) continue;
    const [, alias, setting] = key.match(/^([^.]+)\.(.+)$/) ?? [undefined, undefined, key];
    if (!ofOne.includes(setting)) yield `annotation ${prefix}${key} is unknown to Image Updater`;
    else if (!images.some(([one]) => one === alias)) yield `annotation ${prefix}${key}: image-list has no ${alias}`;
    if (setting === 'update-strategy' && !strategies.includes(value)) yield `update-strategy ${value} is unknown`;
    if (setting.startsWith('helm.image-')) yield* parameterFaults(application, value);
  }
}

function* imageFaults(application, image) {
  const images = parametersOf(application).map(({ value }) => value);
  if (!images.includes(image)) yield `${image} is not an image of ${application.metadata.name}`;
}

function* parameterFaults(application, name) {
  if (!parametersOf(application).some((one) => one.name === name))
    yield `${application.metadata.name} sets no parameter ${name}`;
}

function* resourceFaults({ metadata, spec = {} }, applications, { shown, deciding }) {
  if (metadata.namespace === undefined) yield 'says no namespace, where it looks for Applications';
  for (const ref of spec.applicationRefs ?? []) {
    const matched = applications
      .map(({ value }) => value)
      .filter(({ metadata: { name } }) => matches(ref.namePattern, name));
    if (matched.length === 0) yield `namePattern ${ref.namePattern} matches no Application`;
    if (ref.useAnnotations === true && ref.images !== undefined)
      yield `${ref.namePattern}: useAnnotations leaves images unread`;
    if (ref.useAnnotations !== true && ref.images === undefined) yield `${ref.namePattern}: names no images`;
    for (const application of matched) {
      const { name } = application.metadata;
      if (!shown && deciding.has(name))
        yield `${name} is also in ImageUpdater ${deciding.get(name)}: one of them must go`;
      if (!shown) deciding.set(name, metadata.name);
      if (ref.useAnnotations === true && !isAnnotated(application)) yield `${name} has no annotations to use`;
      if (!shown && ref.useAnnotations !== true && isAnnotated(application))
        yield `${name} has annotations too, which this resource leaves unread`;
      for (const image of ref.images ?? []) yield* imageOfResource(application, image, [spec, ref]);
    }
  }
}

function* imageOfResource(application, image, above) {
  yield* imageFaults(application, imageOf(image.imageName));
  const settings = [...above, image].map((one) => one.commonUpdateSettings?.updateStrategy);
  yield* constraintFaults(
    image.imageName,
    settings.findLast((one) => one !== undefined),
  );
  for (const strategy of settings.filter((one) => one !== undefined))
    if (!strategies.includes(strategy)) yield `updateStrategy ${strategy} is unknown`;
  for (const name of Object.values(image.manifestTargets?.helm ?? {})) yield* parameterFaults(application, name);
}
