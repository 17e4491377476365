import {
  applicationTemplates,
  chartOfTemplate,
  type EnvironmentSigns,
  expandApplicationCharts,
} from '../application-chart/index.js';
import {
  expandApplicationKustomizations,
  patchFilesOf,
  readKustomizations,
} from '../application-kustomization/index.js';
import { expandPlaceholders } from '../application-placeholders/index.js';
import { expandApplicationSet } from '../application-set/index.js';
import { sourcesWithoutApplication } from '../application-sources/index.js';
import { yamlAt } from '../argocd/files.js';
import { type ArgoApplication, type ReadCache, readApplications } from '../argocd/index.js';
import { selectorOf } from '../argocd/origin.js';
import type { GitOpsError } from '../errors/error.js';
import { isImageUpdater, type Placed, type UpdaterResource, updaterResource } from '../image-updater/index.js';
import { nodeAt, positionAt, valueOf, type YamlDocument, type YamlFile } from '../yaml/index.js';
import type { Note } from './fleet.js';

/** What a snapshot holds of Argo CD and Image Updater. */
export interface FoundApplications {
  /** Those of files and those that ApplicationSets make, in the order of their files. */
  readonly applications: readonly ArgoApplication[];
  readonly resources: readonly UpdaterResource[];
  /** What could not be read; the rest still stands. */
  readonly problems: readonly GitOpsError[];
  readonly notes: readonly Note[];
}

/** An Application or ApplicationSet of a file, and the Applications that are in it. */
interface Written {
  readonly file: string;
  readonly kind: 'Application' | 'ApplicationSet';
  readonly name: string;
  readonly made: readonly ArgoApplication[];
  readonly notes: readonly Note[];
}

/** What makes a file worth parsing: nothing costs less than a search. */
const marks = ['argoproj.io/', 'argoproj-labs.io/'];

/** The kinds that are looked for: a broken file that names none of them hides nothing. */
const wanted = /\bkind["']?\s*:\s*["']?(?:Application|ApplicationSet|ImageUpdater)\b/;

/**
 * Finds every Application, ApplicationSet and `ImageUpdater` resource of a snapshot, and the Applications that
 * kustomizations and charts make.
 *
 * @param signs tell environments, for files of values that nothing here uses.
 * @param sources patterns of `layout`: one that fits no Application names what those elsewhere deploy.
 */
export function findApplications(
  cache: ReadCache,
  isLeftOut: (path: string) => boolean,
  signs: EnvironmentSigns = { isWord: () => false, isTold: () => false },
  sources: { readonly layout: readonly ((path: string) => boolean)[]; readonly name: string } = {
    layout: [],
    name: 'app',
  },
): FoundApplications {
  const written: Written[] = [];
  const resources: UpdaterResource[] = [];
  const notes: Note[] = [];
  const problems: GitOpsError[] = [];
  const templates = applicationTemplates(cache);
  const kustomizations = readKustomizations(cache);
  const patches = patchFilesOf(kustomizations);
  for (const path of Object.keys(cache.snapshot.files).sort()) {
    const text = cache.snapshot.files[path] ?? '';
    if (!/\.ya?ml$/.test(path) || !marks.some((mark) => text.includes(mark)) || isLeftOut(path)) continue;
    if (templates.has(path) || patches.has(path)) continue;
    const file = yamlAt(cache, path);
    if (file === null) continue;
    if (file.isErr()) {
      if (file.error.kind === 'template-in-yaml') {
        notes.push({
          kind: 'template',
          severity: 'info',
          message: `${path} is a template and was not read.`,
          at: file.error.at,
        });
      } else if (chartOfTemplate(path, text, cache) === null) {
        const { kind, message, remedy, at } = file.error;
        if (wanted.test(text)) problems.push(file.error);
        else notes.push({ kind, severity: 'info', message: `${message} ${remedy}`, at });
      }
      continue;
    }
    const readings = readApplications(file.value);
    for (const one of readings.applications) {
      const expansion = expandPlaceholders(one, cache, signs.isWord);
      written.push({
        file: path,
        kind: 'Application',
        name: one.name,
        made: expansion.applications,
        notes: expansion.notes,
      });
    }
    problems.push(...readings.problems);
    resources.push(...updaterResourcesOf(file.value));
    for (const set of readings.applicationSets) {
      const expansion = expandApplicationSet(set, cache);
      written.push({
        file: path,
        kind: 'ApplicationSet',
        name: set.name,
        made: expansion.applications,
        notes: expansion.notes,
      });
    }
  }
  const built = expandApplicationKustomizations(
    new Set(written.map(({ file }) => file)),
    kustomizations,
    cache,
    signs.isWord,
  );
  const applied = written.filter(({ file, kind, name }) => !built.isBase(file, kind, name));
  const applications = [...applied.flatMap(({ made }) => made), ...built.applications];
  notes.push(...applied.flatMap((one) => one.notes), ...built.notes);
  const ofCharts = new Map([...templates].filter(([path]) => !isLeftOut(path)));
  const made = expandApplicationCharts(applications, ofCharts, cache, signs);
  applications.push(...made.applications);
  notes.push(...made.notes);
  const hasApplications = written.length + templates.size + problems.length > 0;
  const ofApplications = new Set(templates.values());
  const files = new Set(applications.flatMap((one) => [one.file, one.template ?? one.file]));
  const layout = sources.layout.filter((matches) => ![...files].some(matches));
  const isInLayout = layout.length === 0 ? null : (file: string) => layout.some((matches) => matches(file));
  const look = { isInLayout, hasApplications, ofApplications, isLeftOut, name: sources.name };
  const assumed = sourcesWithoutApplication(look, kustomizations, cache, signs);
  applications.push(...assumed);
  if (assumed.length > 0) notes.push(noteOfSources(assumed.length, hasApplications));
  return { applications, resources, problems, notes };
}

function noteOfSources(count: number, hasApplications: boolean): Note {
  const which = hasApplications ? 'Of what "layout" names,' : 'No Argo CD Application is here:';
  const what = `${count} ${count === 1 ? 'folder is' : 'folders and value files are'}`;
  return {
    kind: 'sources-without-application',
    severity: 'warn',
    message: `${which} ${what} read as if an Application deployed each. What Image Updater changes there is not known.`,
    at: null,
  };
}

/** The `ImageUpdater` resources of a file. */
function updaterResourcesOf(file: YamlFile): readonly UpdaterResource[] {
  return file.documents.flatMap((document) => {
    if (document.kind !== 'ImageUpdater') return [];
    const value = valueOf(document.root);
    return isImageUpdater(value) ? [updaterResource(placeOf(file, document), value)] : [];
  });
}

/** How a document of a file is pointed at. */
export function placeOf(file: YamlFile, document: YamlDocument): Placed {
  return {
    file: file.path,
    document: selectorOf(file, document),
    locate: (path) => {
      const node = nodeAt(document, path);
      return node === null ? null : positionAt(file.path, file.text, node.start);
    },
  };
}
