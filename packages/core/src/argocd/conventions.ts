import { type ImageReading, readImageText } from './image-reading.js';
import { literal, type Segment, segmentOf } from './segments.js';
import { parseSet } from './set-syntax.js';
import { tagPathOf, type UpdaterTarget } from './updater-image.js';
import { type MapValue, type ScalarValue, type Value, valueAt } from './value.js';

/** Images told by the usual shape of values alone. */
export interface ConventionalImages {
  readonly images: readonly ImageReading[];
  /** Places of tags whose image is nowhere named. */
  readonly nameless: readonly ScalarValue[];
}

/**
 * Finds images in values where no template tells: Image Updater's own targets; maps with `repository` or `name` and
 * `tag` or `digest`, `registry` in front; `image: "name:tag"`; a lone `image.tag`, whose name comes from Image Updater's
 * list, or is not known.
 */
export function conventionalImages(values: MapValue, targets: readonly UpdaterTarget[]): ConventionalImages {
  const found: ImageReading[] = [];
  const nameless: ScalarValue[] = [];
  const used = new Set<Value>();
  for (const target of targets) {
    const composed = composeTarget(values, target, used);
    if (composed !== null) found.push(readImageText(composed));
  }
  walk(values, '', { found, nameless, used, targets });
  return { images: found.filter((image) => image.valid), nameless };
}

interface Search {
  readonly found: ImageReading[];
  readonly nameless: ScalarValue[];
  /** Values that an image was made of already. */
  readonly used: Set<Value>;
  readonly targets: readonly UpdaterTarget[];
}

function walk(value: Value, key: string, search: Search): void {
  if (value.type === 'list') {
    for (const item of value.items) walk(item, key, search);
    return;
  }
  if (value.type !== 'map') return;
  const composed = composeMap(value, key, search);
  if (composed !== null) search.found.push(readImageText(composed));
  for (const [name, item] of value.entries) {
    if (name === 'image' && item.type === 'scalar' && composed === null) {
      if (typeof item.value === 'string' && item.known !== false && /[:@]/.test(item.value) && !search.used.has(item))
        search.found.push(readImageText([segmentOf(item)]));
    } else walk(item, name, search);
  }
}

function composeMap(map: MapValue, key: string, search: Search): readonly Segment[] | null {
  const tag = filled(map, 'tag');
  const digest = filled(map, 'digest');
  if ((tag === null && digest === null) || [tag, digest].some((one) => one !== null && search.used.has(one)))
    return null;
  const name = filled(map, 'repository') ?? filled(map, 'name') ?? filled(map, 'image');
  if (name !== null) return compose([filled(map, 'registry')], name, tag, digest);
  if (tag === null || !/image$/i.test(key)) return null;
  const [only, ...others] = search.targets;
  if (only !== undefined && others.length === 0 && only.helm === undefined) return compose([], only.image, tag, digest);
  search.nameless.push(tag);
  return null;
}

function composeTarget(values: MapValue, target: UpdaterTarget, used: Set<Value>): readonly Segment[] | null {
  const spec = target.helm?.spec === undefined ? null : scalarAtKey(values, target.helm.spec);
  if (spec !== null) {
    used.add(spec);
    return [segmentOf(spec)];
  }
  const path = tagPathOf(target);
  const tag = path === null ? null : scalarAtKey(values, path);
  if (tag === null || tag.value === '') return null;
  const name = target.helm?.name === undefined ? null : scalarAtKey(values, target.helm.name);
  const beside = path === null ? undefined : valueAt(values, stepsOf(path)?.slice(0, -1) ?? []);
  const near = beside?.type === 'map' ? (filled(beside, 'repository') ?? filled(beside, 'name')) : null;
  const named = name ?? near;
  used.add(tag);
  if (named !== null) used.add(named);
  const registry = beside?.type === 'map' && named === near ? filled(beside, 'registry') : null;
  return compose([registry], named ?? target.image, tag, beside?.type === 'map' ? filled(beside, 'digest') : null);
}

function compose(
  registry: readonly (ScalarValue | null)[],
  name: ScalarValue | string,
  tag: ScalarValue | null,
  digest: ScalarValue | null,
): readonly Segment[] {
  const host = registry.flatMap((one) => (one === null ? [] : [segmentOf(one), literal('/')]));
  const version = [
    ...(tag === null ? [] : [literal(':'), segmentOf(tag)]),
    ...(digest === null ? [] : [literal('@'), segmentOf(digest)]),
  ];
  return [...host, typeof name === 'string' ? literal(name) : segmentOf(name), ...version];
}

function filled(map: MapValue, key: string): ScalarValue | null {
  const value = map.entries.get(key);
  return value?.type === 'scalar' && isKnownText(value) ? value : null;
}

function isKnownText({ value, known }: ScalarValue): boolean {
  return value !== null && value !== '' && known !== false;
}

function scalarAtKey(values: MapValue, key: string): ScalarValue | null {
  const steps = stepsOf(key);
  const found = steps === null ? undefined : (valueAt(values, steps) ?? values.entries.get(key));
  return found?.type === 'scalar' && found.value !== null && found.known !== false ? found : null;
}

function stepsOf(key: string): readonly (string | number)[] | null {
  const parsed = parseSet(`${key}=x`);
  return typeof parsed === 'string' ? null : (parsed[0]?.path ?? null);
}
