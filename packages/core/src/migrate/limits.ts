/**
 * What of the annotations an `ImageUpdater` resource does not hold as it stands: `left-out` changes no decision and is
 * told; `kept-back` would, so that the application stays as it is. The table of `docs/image-updater.md` is made of this.
 */
export const limits = {
  'alias-made': {
    effect: 'told',
    about: 'an image without an alias, or with one that the resource does not take (a `/`, the same one twice)',
    instead: 'gets an alias made of the name; its settings are those that counted for it',
  },
  'no-image': {
    effect: 'told',
    about: 'an entry that is no image, such as the second half of a constraint with a comma',
    instead: 'is left out: no registry holds it. Write such a constraint with a space: `>=1.0 <2.0`',
  },
  'unread-key': {
    effect: 'told',
    about: 'an annotation that Image Updater does not read: misspelt, or of an alias that is not in `image-list`',
    instead: 'is left out, and taken away with the others',
  },
  'value-replaced': {
    effect: 'told',
    about:
      'a value that Image Updater reads as another: an unknown strategy, `force-update: yes`, an invalid pull secret',
    instead: 'is written as what it counts for',
  },
  'takes-prereleases': {
    effect: 'told',
    about: 'an image without constraint under `semver`: 0.x takes pre-releases, 1.3 does not',
    instead: 'gets the constraint `x-0`, which takes them; delete it to take releases only',
  },
  'write-branch-alias': {
    effect: 'told',
    about: 'a branch template with `.Alias`, where an alias had to be made',
    instead: 'is kept; the branches of that image are called differently',
  },
  'made-by-a-set': {
    effect: 'told',
    about: 'an `ApplicationSet`: the resource names the Applications that it makes today',
    instead: 'add an entry for each Application that it makes later, or use `--keep-annotations`',
  },
  'not-listed': {
    effect: 'told',
    about: 'a `kustomization.yaml` in the folder of the new file, without a list of resources to add it to',
    instead: 'list the file there, else Argo CD does not apply it',
  },
  frozen: {
    effect: 'kept back',
    about: 'an application in a freeze of `gitops`, whose record undoes the annotations',
    instead: 'run `gitops resume`, migrate, and freeze again',
  },
  inert: {
    effect: 'kept back',
    about:
      'annotations that nothing reads: there are `ImageUpdater` resources, and none with `useAnnotations` takes them in',
    instead: 'say `--from 0` where Image Updater 0.x still runs; delete them where it does not',
  },
  'decided-by-resource': {
    effect: 'kept back',
    about: 'annotations beside a resource that decides without them',
    instead: 'delete the annotations: the resource decides already',
  },
  'not-updated': {
    effect: 'kept back',
    about: 'annotations that Image Updater refuses, so that nothing is updated today',
    instead: 'correct what the message names',
  },
  'method-refused': {
    effect: 'kept back',
    about: 'a write-back that the resource does not take',
    instead: 'correct `write-back-method`, `write-back-target` or `git-branch`',
  },
  'several-targets': {
    effect: 'kept back',
    about: '`helm.*` and `kustomize.*` of one image, where nothing tells which of them is used',
    instead: 'delete the one that is not',
  },
  'secret-elsewhere': {
    effect: 'kept back',
    about: "a secret of another namespace than the Application's, which Image Updater 1.3 refuses",
    instead: 'copy the secret, and name the copy in the annotation',
  },
  'name-not-known': {
    effect: 'kept back',
    about: 'an Application whose name only the cluster knows',
    instead: 'write its entry by hand, with a pattern that matches no other Application',
  },
  'same-name': {
    effect: 'kept back',
    about: 'two Applications of one name and namespace, which an entry cannot tell apart',
    instead: 'give one of them another name, or write the entries by hand with label selectors',
  },
  'shared-template': {
    effect: 'kept back',
    about: 'a template of an `ApplicationSet` that also makes an Application which is not migrated',
    instead: 'migrate all of them at once, or use `--keep-annotations`',
  },
  'made-by-a-chart': {
    effect: 'kept back',
    about: 'an Application that the template of a chart makes (an app of apps): templates are never edited',
    instead:
      'use `--keep-annotations` with `--out`; or take the annotations out of the template and write the entry by hand',
  },
  'cannot-edit': {
    effect: 'kept back',
    about: 'annotations that cannot be taken out byte for byte: merge keys, anchors',
    instead: 'write them out',
  },
} as const;

export type LimitKind = keyof typeof limits;

/** One such place. */
export interface Limit {
  readonly kind: LimitKind;
  /** The annotation, without the prefix; null for the application as a whole. */
  readonly key: string | null;
  /** A sentence. */
  readonly message: string;
  readonly remedy: string;
}

export function limit(kind: LimitKind, key: string | null, message: string, remedy: string): Limit {
  return { kind, key, message, remedy };
}

/** True where the application stays as it is. */
export function keepsBack({ kind }: Limit): boolean {
  return limits[kind].effect === 'kept back';
}
