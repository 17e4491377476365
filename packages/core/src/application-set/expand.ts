import type { ArgoApplication, ArgoApplicationSet } from '../argocd/application.js';
import { toApplication } from '../argocd/application.js';
import type { ReadCache } from '../argocd/files.js';
import { valuesAt } from '../argocd/files.js';
import { positionIn } from '../argocd/origin.js';
import { type MapValue, mapAt, mapOf, mergeMaps, scalar, stringAt, type Value, valueAt } from '../argocd/value.js';
import type { Note } from '../fleet/fleet.js';
import { type GeneratorContext, generate } from './generate.js';
import { mergeDeep, type ParameterSet } from './parameters.js';
import { patchedBy } from './patch.js';
import { renderValue, type TemplateOptions } from './template.js';

/** The applications that an ApplicationSet makes, as far as Git tells. */
export interface Expansion {
  readonly applications: readonly ArgoApplication[];
  /** What is decided elsewhere, and what Argo CD would refuse: a generator or an element then yields nothing. */
  readonly notes: readonly Note[];
}

/**
 * Expands an ApplicationSet as Argo CD 3.5.1 does: list, git, matrix and merge generators, Go and plain templates,
 * `templatePatch`. What only a cluster or a service can tell is said in a note; a cluster generator yields one
 * application that stands for all, with `*` for what is not known.
 */
export function expandApplicationSet(set: ArgoApplicationSet, cache: ReadCache): Expansion {
  const spec = mapAt(set.manifest, ['spec']) ?? mapOf([]);
  const options = optionsOf(spec);
  const context: GeneratorContext = { ...options, ...treeOf(cache) };
  const applications: Expanded[] = [];
  const notes: Note[] = [];
  const refuse = (reason: string, at: Value | null): void => {
    notes.push({
      kind: 'application-set-refused',
      severity: 'warn',
      message: `Argo CD refuses a part of the ApplicationSet ${set.name}: ${reason}.`,
      at: at?.origin == null ? set.at : positionIn(at.origin.file, at.origin.start),
    });
  };
  const say = (message: string): void => {
    notes.push({ kind: 'application-set-elsewhere', severity: 'info', message, at: set.at });
  };
  const generators = valueAt(spec, ['generators']);
  for (const generator of generators?.type === 'list' ? generators.items : []) {
    const generated = generate(generator, context);
    if (generated.kind === 'refused') refuse(generated.reason, generated.at);
    else if (generated.kind === 'elsewhere')
      say(`What the ApplicationSet ${set.name} makes is decided elsewhere: ${generated.reason}.`);
    else {
      for (const parameters of generated.sets) {
        const made = applicationOf(set, spec, parameters, options);
        if ('reason' in made) refuse(made.reason, made.at);
        else {
          applications.push({ application: made.application, isKnown: parameters.unknown === null });
          if (parameters.unknown !== null)
            say(
              `${made.application.name} of the ApplicationSet ${set.name} stands for several: ${parameters.unknown}.`,
            );
        }
      }
    }
  }
  if (applications.length === 0 && notes.length === 0)
    say(`The ApplicationSet ${set.name} makes no Application from what stands here.`);
  return { applications: withoutRepeated(applications, refuse), notes };
}

function optionsOf(spec: MapValue): TemplateOptions {
  const go = valueAt(spec, ['goTemplate']);
  const wanted = valueAt(spec, ['goTemplateOptions']);
  const list = wanted?.type === 'list' ? wanted.items : [];
  return {
    dialect: go?.type === 'scalar' && go.value === true ? 'go' : 'plain',
    isStrict: list.some((one) => one.type === 'scalar' && one.value === 'missingkey=error'),
  };
}

function treeOf(cache: ReadCache): Pick<GeneratorContext, 'folders' | 'files' | 'documents'> {
  return {
    files: () => {
      cache.sorted ??= Object.keys(cache.snapshot.files).sort();
      return cache.sorted;
    },
    folders: () => {
      const folders = new Set<string>();
      for (const path of Object.keys(cache.snapshot.files)) {
        const steps = path.split('/').slice(0, -1);
        const hidden = steps.findIndex((step) => step.startsWith('.'));
        const seen = hidden === -1 ? steps : steps.slice(0, hidden);
        for (let length = seen.length; length > 0; length--) folders.add(seen.slice(0, length).join('/'));
      }
      return [...folders].sort();
    },
    documents: (path) => valuesAt(cache, path, 'application-set-file')?.unwrapOr(null) ?? null,
  };
}

type Made = { readonly application: ArgoApplication } | { readonly reason: string; readonly at: Value | null };

function applicationOf(
  set: ArgoApplicationSet,
  spec: MapValue,
  parameters: ParameterSet,
  options: TemplateOptions,
): Made {
  const shared = mapAt(spec, ['template']) ?? mapOf([]);
  // the generator's own template goes first, and the shared one fills what it leaves open
  const template = parameters.template === null ? shared : mergeDeep(shared, parameters.template);
  const rendered = renderValue(template, parameters, options);
  if (rendered.failure !== null) return { reason: rendered.failure, at: template };
  const written = valueAt(spec, ['templatePatch']);
  const patched =
    written?.type === 'scalar' && typeof written.value === 'string'
      ? patchedBy(written, rendered.value as MapValue, parameters, options)
      : rendered.value;
  if (typeof patched === 'string') return { reason: patched, at: written ?? null };
  const manifest = patched.type === 'map' ? patched : mapOf([]);
  const name = stringAt(manifest, ['metadata', 'name']) ?? '';
  if (name === '') return { reason: 'its template gives no name', at: mapAt(manifest, ['metadata']) };
  if (parameters.unknown === null && !resourceName.test(name))
    return { reason: `"${name}" is no name that Kubernetes takes`, at: mapAt(template, ['metadata']) };
  const namespace = stringAt(manifest, ['metadata', 'namespace']) ?? set.namespace;
  const application = toApplication(withKind(manifest), {
    name,
    namespace,
    file: set.file,
    document: set.document,
    selector: set.selector,
    at: set.at,
    applicationSet: set.name,
    ...(set.template === undefined ? {} : { template: set.template }),
  });
  return application.match<Made>(
    (one) => ({ application: one }),
    ([first]) => ({ reason: first?.message ?? 'its template is no Application', at: template }),
  );
}

/** A DNS subdomain. */
const resourceName = /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/;

function withKind(manifest: MapValue): MapValue {
  const head = mapOf([
    ['apiVersion', scalar('argoproj.io/v1alpha1')],
    ['kind', scalar('Application')],
  ]);
  return mergeMaps(head, manifest);
}

interface Expanded {
  readonly application: ArgoApplication;
  /** False where it stands for several, whose names Git does not tell. */
  readonly isKnown: boolean;
}

/** Argo CD refuses two applications of one name. */
function withoutRepeated(
  expanded: readonly Expanded[],
  refuse: (reason: string, at: Value | null) => void,
): readonly ArgoApplication[] {
  const seen = new Set<string>();
  const kept: ArgoApplication[] = [];
  for (const { application, isKnown } of expanded) {
    if (isKnown && seen.has(application.name))
      refuse(`it makes two Applications of the name "${application.name}"`, null);
    else kept.push(application);
    if (isKnown) seen.add(application.name);
  }
  return kept;
}
