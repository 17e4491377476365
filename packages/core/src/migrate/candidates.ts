import type { Environment, Fleet, Place } from '../fleet/fleet.js';
import type { Tree } from '../fleet/read.js';
import { isSelected } from '../fleet/select.js';
import type { Selection } from '../freeze/record.js';
import {
  type Attachment,
  attachmentsOf,
  hasImageList,
  type UpdaterApplication,
  type UpdaterResource,
} from '../image-updater/index.js';
import { type Limit, limit } from './limits.js';
import type { AnnotationRules } from './source.js';

/** An Application with annotations of Image Updater. */
export interface Candidate {
  readonly place: Place;
  readonly environment: Environment | null;
  /** What it is called in `--app`: the application, or outside of environments the Argo CD resource. */
  readonly name: string;
  readonly application: UpdaterApplication;
  /** Every Application and resource of its place. */
  readonly neighbours: readonly UpdaterApplication[];
  readonly resources: readonly UpdaterResource[];
  /** The Applications of the same environment there, itself among them. */
  readonly siblings: readonly UpdaterApplication[];
}

/** The Applications with an `image-list` in these environments (null: everywhere) that a selection takes in. */
export function candidatesOf(
  fleet: Fleet,
  tree: Tree,
  environments: readonly Environment[] | null,
  selection: Selection,
): readonly Candidate[] {
  const owners = new Map(
    tree.fleet.environments.flatMap((environment) =>
      environment.instances.flatMap((instance) => {
        const application = tree.applicationOf(instance);
        return application === null ? [] : [[application, { environment, name: instance.application }] as const];
      }),
    ),
  );
  const wanted = environments === null ? null : new Set(environments.map(({ name }) => name));
  return fleet.places.flatMap(({ place }) => {
    const { applications, resources } = tree.at(place);
    return applications.flatMap((application): readonly Candidate[] => {
      const owner = owners.get(application);
      const name = owner?.name ?? application.name;
      if (!hasImageList(application) || !isSelected(selection, name, null)) return [];
      if (wanted !== null && (owner === undefined || !wanted.has(owner.environment.name))) return [];
      const siblings = applications.filter((one) => owners.get(one)?.environment === owner?.environment);
      const environment = owner?.environment ?? null;
      return [{ place, environment, name, application, neighbours: applications, resources, siblings }];
    });
  });
}

/** By which rules the annotations of a candidate are read today, and the entry with `useAnnotations` that reads them. */
export interface Reading {
  readonly rules: AnnotationRules;
  readonly by: Attachment | null;
}

/** Else: why nothing reads them. */
export function readingOf(
  { application, resources }: Candidate,
  from: AnnotationRules | null,
  controllerNamespace: string,
): Reading | Limit {
  const attachments = attachmentsOf(application, resources, { controllerNamespace });
  const deciding = attachments.find(({ match }) => match.via === 'resource');
  if (deciding !== undefined) {
    return limit(
      'decided-by-resource',
      null,
      `ImageUpdater/${deciding.from.resource.name} decides about ${application.name}, and does not read its annotations.`,
      `Delete the annotations of ${application.name}: they do nothing.`,
    );
  }
  const [by = null] = attachments;
  if (by !== null) return { rules: from ?? '1', by };
  if (from === '0' || (from === null && resources.length === 0)) return { rules: '0', by: null };
  return limit(
    'inert',
    null,
    `No entry with useAnnotations takes in ${application.name}, so Image Updater 1 does not read its annotations.`,
    'Where Image Updater 0.x still reads them: --from 0. Else delete them.',
  );
}

/** Why the entry of an application could not stand for it alone, or a freeze could not be undone any more. */
export function candidateLimits(
  { environment, name, application, neighbours }: Candidate,
  keeps: boolean,
  out: string | null,
): readonly Limit[] {
  const frozen = (environment?.freezes ?? []).find((record) => isSelected(record.selection, name, null));
  const same = neighbours.filter(
    (one) =>
      one !== application &&
      one.name === application.name &&
      (one.namespace === null || application.namespace === null || one.namespace === application.namespace),
  );
  return [
    ...(frozen === undefined || keeps
      ? []
      : [
          limit(
            'frozen',
            null,
            `${application.name} is frozen by ${frozen.file}, whose record undoes what stands in the annotations.`,
            `End the freeze first (gitops resume ${frozen.environment}), and freeze again afterwards; or leave the annotations: --keep-annotations.`,
          ),
        ]),
    ...(application.template === undefined || (keeps && out !== null)
      ? []
      : [
          limit(
            'made-by-a-chart',
            null,
            `${application.name} is made of ${application.template}, a template of a chart, a base of Kustomize or a file with placeholders, and those are not edited.`,
            'Leave the annotations, and say where the resource goes, since Argo CD applies no file beside the values: --keep-annotations --out <file>.',
          ),
        ]),
    ...(/[*?[\]\\{}]/.test(application.name) || application.name === ''
      ? [
          limit(
            'name-not-known',
            null,
            `The name ${application.name} is a template that only the cluster fills in.`,
            'Write the entry by hand, with a namePattern that matches nothing else.',
          ),
        ]
      : []),
    ...(same.length === 0
      ? []
      : [
          limit(
            'same-name',
            null,
            `Another Application is called ${application.name} as well, in ${same[0]?.file ?? ''}: an entry would take in both.`,
            'Give one of them another name, or write the entries by hand, with labelSelectors.',
          ),
        ]),
  ];
}
