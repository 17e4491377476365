import { type FreezeState, formatPointer, type Instance, type Pin } from '@gitops/core';
import { type JsonDocument, toJson } from '../output/report.js';
import { isWhole } from './marks.js';
import type { StatusView } from './view.js';

/** `gitops/status/1`. */
export function statusDocument(view: StatusView): JsonDocument {
  const { fleet, source, place, environments, differences, freezes, open, next } = view;
  return {
    schema: 'gitops/status/1',
    repository: place,
    source: toJson(source),
    environments: toJson(
      environments.map((one) => ({
        name: one.name,
        aliases: one.aliases,
        from: one.from,
        place: one.place.id,
        frozen: statesOf(freezes, one.name).some((state) => !state.hold && isWhole(state.record.selection)),
        freezes: statesOf(freezes, one.name).map(freezeOf),
        applications: one.instances.map(instanceOf),
      })),
    ),
    drift: toJson(
      differences.map(({ from, to, versions, onlyInFrom, onlyInTo }) => ({
        from,
        to,
        versions,
        onlyInFrom,
        onlyInTo,
      })),
    ),
    pullRequests: toJson(
      open?.map(({ id, url, title, source: branch, target, createdAt }) => ({
        id,
        url,
        title,
        source: branch,
        target,
        createdAt,
      })) ?? null,
    ),
    notes: toJson(fleet.notes),
    skipped: toJson(fleet.places.flatMap((one) => one.snapshot.skipped)),
    next: toJson(next),
  };
}

function statesOf(freezes: StatusView['freezes'], name: string): readonly FreezeState[] {
  return freezes.find((one) => one.environment.name === name)?.states ?? [];
}

function freezeOf({ record, hold, expired, enforced, updating }: FreezeState) {
  const { file, selection, reason, by, since, until, denied } = record;
  return { file, selection, reason, by, since, until, hold, denied, expired, enforced, updating };
}

function instanceOf({ application, resource, images, updater, problems }: Instance) {
  return {
    name: application,
    resource: {
      kind: resource.kind,
      name: resource.name,
      namespace: resource.namespace,
      file: resource.file,
      line: resource.at.line,
    },
    images: images.map((one) => ({
      image: one.image,
      what: one.what ?? 'image',
      alias: one.alias,
      version: one.version,
      pins: one.pins.map(pinOf),
      masked: one.masked.map(pinOf),
    })),
    imageUpdater: {
      configuredBy: updater.configuredBy,
      images: updater.images.map(({ image, alias, constraint, strategy, frozen }) => ({
        image,
        alias,
        constraint,
        strategy,
        frozen,
      })),
    },
    problems: problems.map(({ kind, at, message, remedy }) => ({ kind, at, message, remedy })),
  };
}

function pinOf(pin: Pin) {
  return {
    kind: pin.kind,
    file: pin.file,
    line: pin.at.line,
    column: pin.at.column,
    pointer: formatPointer(pin.pointer),
    value: pin.value,
  };
}
