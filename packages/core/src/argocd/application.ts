import { type GitOpsError, problem } from '../errors/error.js';
import type { SourcePosition } from '../model.js';
import { err, ok, type Result } from '../result.js';
import type { DocumentSelector, YamlDocument, YamlFile } from '../yaml/node.js';
import { type Decoded, decodeInto, type Misfit } from './decode.js';
import { type FileText, fileText, positionIn, selectorOf } from './origin.js';
import { type ApplicationSource, toNormalizedSource, toSource } from './source.js';
import { sourceShape } from './source-shape.js';
import { type MapValue, mapAt, stringAt, toValue, type Value, valueAt } from './value.js';

/** An `Application` of Argo CD as it stands in a file. */
export interface ArgoApplication {
  readonly name: string;
  readonly namespace: string | null;
  readonly project: string;
  /** Namespace that it deploys into; `''` where none is given. */
  readonly destinationNamespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** One or more; for `sourceHydrator` the dry source. */
  readonly sources: readonly ApplicationSource[];
  readonly sourceField: 'source' | 'sources' | 'sourceHydrator';
  readonly file: string;
  /** Index of the document in the file. */
  readonly document: number;
  /** How a pointer names that document. */
  readonly selector: DocumentSelector;
  /** Where the document begins. */
  readonly at: SourcePosition;
  /** The whole document, each value with its place; for an ApplicationSet its template, filled in. */
  readonly manifest: MapValue;
  /** Name of the ApplicationSet whose template it comes from; null where it stands in the file itself. */
  readonly applicationSet: string | null;
  /**
   * Path of the template of a chart that makes it (an app of apps); left out: none does. `file` is then the file of values
   * that tells it apart.
   */
  readonly template?: string;
  /** True where no such Application is here: what stands in its folder is read as if one deployed it. */
  readonly assumed?: boolean;
}

/** An `ApplicationSet` as it stands in a file, or as a chart makes it. */
export interface ArgoApplicationSet {
  readonly name: string;
  readonly namespace: string | null;
  readonly file: string;
  readonly document: number;
  readonly selector: DocumentSelector;
  readonly at: SourcePosition;
  /** The whole document, each value with its place. */
  readonly manifest: MapValue;
  /** As that of an Application: the template of a chart that makes it; left out: none does. */
  readonly template?: string;
}

export interface ApplicationReadings {
  readonly applications: readonly ArgoApplication[];
  readonly applicationSets: readonly ArgoApplicationSet[];
  /** `application-invalid`, one for each fault, with its line and column. The other documents still stand. */
  readonly problems: readonly GitOpsError[];
}

const remedy = 'Correct the Application, then run again.';

/**
 * Reads every `Application` and `ApplicationSet` (argoproj.io) of a file. Other documents are passed over. Types are
 * checked as Argo CD's own API does: `value: 1.10` of a parameter must be quoted.
 */
export function readApplications(file: YamlFile): ApplicationReadings {
  const applications: ArgoApplication[] = [];
  const applicationSets: ArgoApplicationSet[] = [];
  const problems: GitOpsError[] = [];
  const text = fileText(file);
  for (const document of file.documents) {
    if (!document.apiVersion?.startsWith('argoproj.io/')) continue;
    if (document.kind === 'ApplicationSet') applicationSets.push(...readApplicationSet(file, text, document, problems));
    if (document.kind === 'Application') applications.push(...readApplication(file, text, document, problems));
  }
  return { applications, applicationSets, problems };
}

function readApplicationSet(
  file: YamlFile,
  text: FileText,
  document: YamlDocument,
  problems: GitOpsError[],
): ArgoApplicationSet[] {
  const at = positionIn(text, document.root?.start ?? 0);
  if (document.name === null) {
    problems.push(
      problem('application-invalid', 'This ApplicationSet has no metadata.name.', 'Give it a name.', { at }),
    );
    return [];
  }
  const { name, namespace, index } = document;
  const selector = selectorOf(file, document);
  const manifest = toValue(document.root, { kind: 'application-set', file: text, document: selector });
  if (manifest.type !== 'map') return [];
  return [{ name, namespace, file: file.path, document: index, selector, at, manifest }];
}

function readApplication(
  file: YamlFile,
  text: FileText,
  document: YamlDocument,
  problems: GitOpsError[],
): ArgoApplication[] {
  const at = positionIn(text, document.root?.start ?? 0);
  const selector = selectorOf(file, document);
  const manifest = toValue(document.root, { kind: 'helm-values', file: text, document: selector });
  if (manifest.type !== 'map') {
    problems.push(problem('application-invalid', 'This Application is not a map.', remedy, { at }));
    return [];
  }
  if (document.name === null) {
    const where = valueAt(manifest, ['metadata'])?.origin ?? null;
    problems.push(
      problem('application-invalid', 'This Application has no metadata.name.', 'Give it a name.', {
        at: where === null ? at : positionIn(text, where.start),
      }),
    );
    return [];
  }
  return toApplication(manifest, {
    name: document.name,
    namespace: document.namespace,
    file: file.path,
    document: document.index,
    selector,
    at,
    applicationSet: null,
  }).match(
    (application) => [application],
    (found) => {
      problems.push(...found);
      return [];
    },
  );
}

/** Where an Application comes from, and what names it. */
export type ApplicationIdentity = Pick<
  ArgoApplication,
  'name' | 'namespace' | 'file' | 'document' | 'selector' | 'at' | 'applicationSet' | 'template' | 'assumed'
>;

/** Reads the manifest of an Application, or says what is wrong with it. */
export function toApplication(
  manifest: MapValue,
  identity: ApplicationIdentity,
): Result<ArgoApplication, readonly GitOpsError[]> {
  const { name, at } = identity;
  const fault = (message: string, where: Value | undefined, mend = remedy) => {
    const origin = where?.origin ?? null;
    const place = origin === null ? at : positionIn(origin.file, origin.start);
    return err([problem('application-invalid', message, mend, { at: place })]);
  };
  const spec = valueAt(manifest, ['spec']);
  if (spec?.type !== 'map') return fault(`The Application "${name}" has no spec.`, spec);
  const written = writtenSources(spec);
  if (written === null) {
    return fault(
      `The Application "${name}" has neither source, nor sources, nor sourceHydrator.`,
      spec,
      'Add spec.source with repoURL and path.',
    );
  }
  const misfits: Misfit[] = [];
  const decoded = written.values.map((one) => decodeSource(one, misfits));
  if (misfits.length > 0) {
    return err(misfits.map((one) => misfitProblem('application-invalid', `spec.${written.field}`, one)));
  }
  return ok({
    ...identity,
    project: stringAt(spec, ['project']) ?? 'default',
    destinationNamespace: stringAt(spec, ['destination', 'namespace']) ?? '',
    labels: stringsAt(manifest, ['metadata', 'labels']),
    annotations: stringsAt(manifest, ['metadata', 'annotations']),
    sources: decoded.map((one) => (written.field === 'source' ? toNormalizedSource(one) : toSource(one))),
    sourceField: written.field,
    manifest,
  });
}

function decodeSource(value: Value, misfits: Misfit[]): Decoded {
  return decodeInto(sourceShape, undefined, value, false, misfits) ?? { type: 'struct', fields: new Map() };
}

interface WrittenSources {
  readonly field: ArgoApplication['sourceField'];
  readonly values: readonly Value[];
}

/** Several sources win over a single one, as in Argo CD; a hydrator's dry source is what it renders. */
function writtenSources(spec: MapValue): WrittenSources | null {
  const hydrator = valueAt(spec, ['sourceHydrator', 'drySource']);
  if (hydrator?.type === 'map') return { field: 'sourceHydrator', values: [hydrator] };
  const several = valueAt(spec, ['sources']);
  if (several?.type === 'list' && several.items.length > 0) return { field: 'sources', values: several.items };
  const single = valueAt(spec, ['source']);
  return single?.type === 'map' ? { field: 'source', values: [single] } : null;
}

function stringsAt(manifest: MapValue, path: readonly string[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = Object.create(null);
  for (const [key, value] of mapAt(manifest, path)?.entries ?? []) {
    if (value.type !== 'scalar' || value.value === null) continue;
    // a number is taken as it is written; a text may come of a template, and its origin then is that template
    found[key] = typeof value.value === 'string' ? value.value : (value.origin?.text ?? String(value.value));
  }
  return found;
}

/** The error for a value of the wrong type, in an Application or in an override file. */
export function misfitProblem(
  kind: 'application-invalid' | 'override-invalid',
  within: string,
  misfit: Misfit,
): GitOpsError {
  const field = [within, misfit.field].filter((part) => part !== '').join('.');
  const quote = misfit.expected === 'string' && (misfit.found === 'number' || misfit.found === 'boolean');
  return problem(
    kind,
    `${field} is a ${misfit.found}, and Argo CD takes only a ${misfit.expected} here.`,
    quote ? 'Put the value in quotes.' : `Write a ${misfit.expected}.`,
    { at: misfit.at, details: { field, expected: misfit.expected, found: misfit.found } },
  );
}
