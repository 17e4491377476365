import type { JsonValue } from '../../src/model.js';
import { editYaml, type Path, readYaml, valueOf, type YamlContent, type YamlEdit } from '../../src/yaml/index.js';
import type { Runner } from './runners.js';

/**
 * Files as Image Updater wrote them, as an oracle of meaning: the changes between the file before and the file after are
 * made by our editor, and both results must say the same. How it writes (it drops blank lines, indents anew) is no
 * oracle: our bytes are those that were there.
 */
interface Written {
  readonly before: string;
  readonly after: string;
}

function meaningOf(text: string): readonly JsonValue[] {
  return readYaml(text, 'written.yaml')
    ._unsafeUnwrap()
    .documents.map(({ root }) => valueOf(root));
}

function isMap(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The edits that make one value the other. */
function editsBetween(before: JsonValue | undefined, after: JsonValue, path: Path, document: number): YamlEdit[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const at = { document: { index: document }, path };
  if (before === undefined) return [{ at, insert: after as YamlContent }];
  if (isMap(before) && isMap(after)) {
    const gone = Object.keys(before).filter((key) => !(key in after));
    return [
      ...gone.map((key): YamlEdit => ({ at: { ...at, path: [...path, key] }, remove: true })),
      ...Object.entries(after).flatMap(([key, value]) => editsBetween(before[key], value, [...path, key], document)),
    ];
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length <= after.length) {
    return after.flatMap((item: JsonValue, index) => editsBetween(before[index], item, [...path, index], document));
  }
  if (typeof after === 'string') return [{ at, set: after }];
  return [{ at, replace: JSON.stringify(after) }];
}

function rewritten({ before, after }: Written): object {
  const wanted = meaningOf(after);
  const edits = meaningOf(before).flatMap((one, index) => editsBetween(one, wanted[index] ?? null, [], index));
  // what is put in the place of something stands where that stood: one after the other
  const removals = edits.filter((edit) => 'remove' in edit);
  return editYaml(before, removals)
    .andThen(({ text }) =>
      editYaml(
        text,
        edits.filter((edit) => !('remove' in edit)),
      ),
    )
    .match<object>(
      ({ text }) => ({ meaning: meaningOf(text) }),
      (error) => ({ refused: error.kind }),
    );
}

/** The cases of a group name the file before and the file after each in their own way. */
function written(filesOf: (input: never, expected: never) => Written): Runner {
  return {
    run: (input, _test, recorded) => rewritten(filesOf(input, recorded)),
    expect: (recorded, input) => ({ meaning: meaningOf(filesOf(input, recorded).after) }),
  };
}

export const writeRunners: Readonly<Record<string, Runner>> = {
  setHelmValue: written((input: { yaml: string }, expected: { yaml: string }) => ({
    before: input.yaml,
    after: expected.yaml,
  })),
  applyHelmValueWrites: written((input: { input: string }, expected: { output: string }) => ({
    before: input.input,
    after: expected.output,
  })),
  'writeback-kustomize updateKustomizeFile': written((input: { content: string }, expected: { content: string }) => ({
    before: input.content,
    after: expected.content,
  })),
  'x-kustomize-writes updateKustomizeFile': written((input: { input: string }, expected: { output: string }) => ({
    before: input.input,
    after: expected.output,
  })),
  marshalParamsOverride: written((input: { original: string }, expected: { output: string }) => ({
    before: input.original,
    after: expected.output,
  })),
};
