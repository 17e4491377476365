import type { Config } from '../environment/config.js';
import type { Evidence } from '../environment/discover.js';
import type { GitOpsError } from '../errors/error.js';
import type { FreezeRecord } from '../freeze/record.js';
import type { UpdaterView } from '../image-updater/view.js';
import type { JsonValue, Snapshot, SourcePosition, Version } from '../model.js';
import type { Pointer } from '../yaml/node.js';

/** Where the manifests of one or more environments live: a repository and a branch of it. */
export interface Place {
  /** `home` for the repository and branch that was opened, else `<repository>#<branch>`. */
  readonly id: string;
  /** Null: the home repository. */
  readonly repository: string | null;
  /** Null: the target branch that was opened. */
  readonly branch: string | null;
}

/** The truth of a repository: environments × applications × images × pins. Made by `fleetOf`. */
export interface Fleet {
  readonly config: Config;
  /** In order of promotion. */
  readonly environments: readonly Environment[];
  /** Names of all applications, sorted. */
  readonly applications: readonly string[];
  readonly places: readonly { readonly place: Place; readonly snapshot: Snapshot }[];
  /** How it was read, so that it can be read again after edits. */
  readonly reading: FleetReading;
  readonly notes: readonly Note[];
  /**
   * Files of Argo CD that cannot be read: what is in them is missing here. They are no reason not to look at the rest,
   * but nothing is changed while there are any.
   */
  readonly unreadable: readonly GitOpsError[];
  /**
   * Applications that several resources claim in one environment: none of these is an instance, and what would change
   * them is refused. `details.environment` and `details.application` name each.
   */
  readonly ambiguous: readonly GitOpsError[];
}

/** What reading a snapshot depends on besides its files. */
export interface FleetReading {
  /** Path of the configuration; left out or null: `gitops.yaml` at the root, if it is there. */
  readonly config?: string | null;
  /** Folder of `.gitops/`; left out or null: where the configuration stands, else the root. */
  readonly root?: string | null;
  /** Namespace of Argo CD itself, which decides the names of override files; `argocd` where left out. */
  readonly controllerNamespace?: string;
  /** Left out: where nothing tells one, reading fails. `optional`: the fleet then has none, as for `lintFleet`. */
  readonly environments?: 'optional';
}

/** Something that reading found worth saying: how it was understood, or what was not. */
export interface Note {
  readonly kind: string;
  readonly severity: 'info' | 'warn';
  readonly message: string;
  readonly at: SourcePosition | null;
}

export interface Environment {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly from: readonly string[];
  /** Where its Applications stand; its freezes are recorded there. */
  readonly place: Place;
  /**
   * Where the files are that they deploy: the same place, unless Applications of the home branch follow another branch or
   * repository. Versions in those files are changed there.
   */
  readonly deploys: Place;
  readonly instances: readonly Instance[];
  readonly freezes: readonly FreezeRecord[];
}

/**
 * What told an environment: a word in the folders, the resource's name, the file's name, the value files, the source path
 * or the namespace; a pattern of `layout` or of `versions`; siblings of the same name (`concluded`); or that it stands
 * alone on its branch or in its repository.
 */
export type EnvironmentEvidence = Evidence;

/** One application in one environment. */
export interface Instance {
  readonly application: string;
  readonly environment: string;
  /** The Argo CD resource it is read from, or the file of its version. */
  readonly resource: {
    /**
     * `Source`: a folder that an Application elsewhere deploys; `VersionFile`: nothing of Argo CD, a file that `versions`
     * in `gitops.yaml` names.
     */
    readonly kind: 'Application' | 'ApplicationSet' | 'Source' | 'VersionFile';
    readonly name: string;
    readonly namespace: string | null;
    readonly file: string;
    readonly document: number;
    readonly at: SourcePosition;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  /** What told that it is in this environment. */
  readonly evidence: EnvironmentEvidence;
  readonly images: readonly TrackedImage[];
  /** How Image Updater sees it. */
  readonly updater: UpdaterView;
  /** Why it could not be read fully; its other images still stand. */
  readonly problems: readonly GitOpsError[];
}

/** An image of an application, with where its version really comes from. */
export interface TrackedImage {
  /**
   * Left out: an image. A chart from elsewhere is tracked by `<repository>/<name>` (`charts.example.com/redis`), a tag or a
   * commit that an Application follows by its repository (`github.com/acme/deploy`).
   */
  readonly what?: 'chart' | 'revision';
  /** Full repository name without version (`ghcr.io/acme/payments`). */
  readonly image: string;
  /** Alias in Image Updater's list, or null. */
  readonly alias: string | null;
  /** What Argo CD renders; null where no version stands in this repository. */
  readonly version: Version | null;
  /** The bytes that hold the version: usually one; a tag and a digest may stand apart. Empty with a null version. */
  readonly pins: readonly Pin[];
  /** Pins for the same image that an override hides. */
  readonly masked: readonly Pin[];
}

/** What the text of a pin holds. */
export type PinPart =
  /** the tag alone */
  | 'tag'
  /** the digest alone */
  | 'digest'
  /** tag, digest, or `tag@digest`, without repository: an `image.tag` parameter */
  | 'version'
  /** a reference with repository: `ghcr.io/acme/api:1.2`, `name=newName:1.2` */
  | 'reference'
  /** an address that holds a revision: `https://github.com/acme/deploy/base?ref=v1.2` */
  | 'url'
  /** a variable and a tag or a digest: `TAG=1.2` */
  | 'literal';

export type PinKind =
  | 'helm-parameter'
  | 'helm-values'
  | 'helm-value-file'
  | 'override-parameter'
  | 'override-values'
  | 'override-kustomize-image'
  | 'application-kustomize-image'
  | 'kustomization-image'
  | 'manifest-image'
  | 'chart-default'
  /** a file that templates of a chart read with `.Files` */
  | 'chart-file'
  /** the version of a dependency in `Chart.yaml` */
  | 'chart-dependency'
  /** `helmCharts[].version` of a kustomization */
  | 'kustomization-chart'
  /** the address of a remote resource or component of a kustomization */
  | 'kustomization-resource'
  /** a literal of a `configMapGenerator` that a replacement takes */
  | 'config-map-literal'
  /** `targetRevision` of a source that is a chart */
  | 'chart-revision'
  /** `targetRevision` of a source that is a tag or a commit of a repository */
  | 'git-revision'
  /** an element of an ApplicationSet's list, or its template */
  | 'application-set'
  /** a file that a git generator of an ApplicationSet reads */
  | 'application-set-file'
  /** a place that `versions` in `gitops.yaml` names */
  | 'version-file';

/** One place in Git where a version is written. */
export interface Pin {
  readonly kind: PinKind;
  readonly part: PinPart;
  /** Left out: the place of the environment. */
  readonly place?: Place;
  readonly file: string;
  readonly at: SourcePosition;
  readonly pointer: Pointer;
  /**
   * Where the pin stands in YAML that is itself a string of YAML (`helm.values`): the path inside that string; null for
   * the usual case.
   */
  readonly inside: Pointer | null;
  /** The string that stands there. */
  readonly value: string;
}

export type { JsonValue };
