import type { Environment, Fleet, Instance, Pin, TrackedImage } from '../fleet/fleet.js';
import { placeOfPin } from '../fleet/place.js';
import { isMutableTag } from '../image/index.js';
import { type Found, finding, placed } from './make.js';
import { problemRepair } from './repairs.js';

/** What an application of an environment shows: what Argo CD refuses of it, its versions, who else changes them. */
export function instanceFindings(fleet: Fleet, environment: Environment, instance: Instance): readonly Found[] {
  const { images, problems, resource, updater } = instance;
  const own = (found: Found): Found => placed(environment.place, found);
  const filesOf = (place: Environment['place']) =>
    fleet.places.find((one) => one.place.id === place.id)?.snapshot.files ?? {};
  const found: Found[] = problems.map((one) => {
    // what an Application says itself stands where it stands, what it deploys may be elsewhere
    const place = one.at?.file === resource.file ? environment.place : environment.deploys;
    const repair = problemRepair(one, { snapshot: { files: filesOf(place) } });
    return placed(place, finding('argocd-refuses', `${one.message} ${one.remedy}`, one.at, repair));
  });
  for (const image of images) found.push(...imageFindings(environment, instance, image));
  const follows = updater.images.filter((one) => !one.frozen);
  if (environment.from.length > 0 && follows.length > 0) {
    const names = follows.map((one) => one.image).join(', ');
    const from = environment.from.join(' and ');
    const message = `Image Updater follows ${names} in ${environment.name}, which is promoted into from ${from}: it overwrites what is promoted.`;
    found.push(own(finding('updater-on-target', message, resource.at)));
  }
  if (updater.resources.length > 1) {
    const message = `The ImageUpdater resources ${updater.resources.join(' and ')} both match ${resource.name}.`;
    found.push(own(finding('overlapping-resources', message, resource.at)));
  }
  return found;
}

function imageFindings(environment: Environment, instance: Instance, image: TrackedImage): readonly Found[] {
  const [pin] = image.pins;
  const tag = image.version?.tag ?? null;
  const at = (one: Pin, found: Found): Found => placed(placeOfPin(environment, one), found);
  const found: Found[] = [];
  if (tag !== null && image.version?.digest === null && isMutableTag(tag, image.image) && image.what === undefined) {
    const message = `${instance.application} in ${environment.name} runs ${image.image}:${tag}, a tag that moves.`;
    found.push(
      pin === undefined
        ? placed(environment.place, finding('mutable-tag', message, instance.resource.at))
        : at(pin, finding('mutable-tag', message, pin.at)),
    );
  }
  for (const one of image.pins) {
    const isText = image.version !== null && (one.part === 'tag' || one.part === 'version') && tag !== null;
    if (!isText || one.value === tag || one.value.includes('@')) continue;
    const message = `The tag ${one.value} has no quotes and is rendered as ${tag}: write "${one.value}".`;
    const repair =
      one.inside === null ? { does: 'quote the tag', edits: [{ at: one.pointer, set: one.value } as const] } : null;
    found.push(at(one, finding('float-tag', message, one.at, repair)));
  }
  for (const one of image.masked) {
    const by = pin === undefined ? '' : ` by ${pin.file}:${pin.at.line}`;
    const message = `The version ${one.value} of ${image.image} is overridden${by}.`;
    found.push(at(one, finding('masked-pin', message, one.at)));
  }
  return found;
}
