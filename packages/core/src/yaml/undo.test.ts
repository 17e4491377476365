import { describe, expect, it } from 'vitest';
import { editYaml, type Step, undoYaml, type YamlContent, type YamlEdit } from './index.js';

const at = (...path: Step[]) => ({ document: {}, path });
const set = (path: Step[], value: string): YamlEdit => ({ at: at(...path), set: value });
const insert = (path: Step[], value: YamlContent): YamlEdit => ({ at: at(...path), insert: value });
const remove = (path: Step[], prune = false): YamlEdit => ({ at: at(...path), remove: true, prune });

function undo(text: string, edits: YamlEdit[], change: (text: string) => string, keepChanged = false) {
  const done = editYaml(text, edits)._unsafeUnwrap();
  return undoYaml(change(done.text), done.applied, { file: 'f.yaml', keepChanged });
}

describe('undoing beside other changes', () => {
  it.each<[string, string, YamlEdit[], (text: string) => string, string]>([
    [
      'lines before',
      'm:\n  a: b\n',
      [insert(['m', 'x'], '*')],
      (text) => `# new\nk: v\n${text}`,
      '# new\nk: v\nm:\n  a: b\n',
    ],
    [
      'an entry behind ours',
      'm:\n  a: b\n',
      [insert(['m', 'x'], '*')],
      (text) => `${text}  k: v\n`,
      'm:\n  a: b\n  k: v\n',
    ],
    [
      'an entry before ours',
      'm:\n  a: b\n',
      [insert(['m', 'x'], '*')],
      (text) => text.replace('m:\n', 'm:\n  k: v\n'),
      'm:\n  k: v\n  a: b\n',
    ],
    [
      'a neighbour changed',
      'm:\n  a: b\n',
      [insert(['m', 'x'], '*')],
      (text) => text.replace('a: b', 'a: c # d'),
      'm:\n  a: c # d\n',
    ],
    [
      'a comment behind ours goes with it',
      'm:\n  a: b\n',
      [insert(['m', 'x'], '*')],
      (text) => text.replace("'*'", "'*' # why"),
      'm:\n  a: b\n',
    ],
    [
      'parents that we made and others use stay',
      'm: n\n',
      [insert(['p', 'q', 'x'], '*')],
      (text) => `${text}    k: v\n`,
      'm: n\np:\n  q:\n    k: v\n',
    ],
    [
      'an entry behind ours in flow style',
      'm: {}\n',
      [insert(['m', 'x'], '*')],
      (text) => text.replace('}', ', k: v}'),
      'm: {k: v}\n',
    ],
    ['a value set', 'a: v1\nb: c\n', [set(['a'], '1.10')], (text) => `# x\n${text}`, '# x\na: v1\nb: c\n'],
    [
      'a value set where none was',
      'a:\nb: c\n',
      [set(['a'], 'v')],
      (text) => text.replace('a: v', 'a: v # why'),
      'a: # why\nb: c\n',
    ],
    [
      'what is as it was already',
      'a: b\nm: n\n',
      [set(['a'], 'c'), insert(['x'], 'v')],
      () => 'a: b\nm: n\nk: v\n',
      'a: b\nm: n\nk: v\n',
    ],
    [
      'a removed entry comes back between others',
      'a: 1\n# c\nb: 2\nd: 3\n',
      [remove(['b'])],
      (text) => `k: v\n${text}l: w\n`,
      'k: v\na: 1\n# c\nb: 2\nd: 3\nl: w\n',
    ],
    [
      'a removed entry whose neighbour moved away',
      'a: 1\nb: 2\nd: 3\n',
      [remove(['b'])],
      () => 'd: 3\n',
      'd: 3\nb: 2\n',
    ],
    ['a removed last line', 'a: 1\nb: 2', [remove(['b'])], (text) => `${text}\nc: 3\n`, 'a: 1\nb: 2\nc: 3\n'],
    ['a removed item', 'l:\n- a\n- b\n- c\n', [remove(['l', 1])], (text) => `${text}- d\n`, 'l:\n- a\n- b\n- c\n- d\n'],
  ])('%s', (_, text, edits, change, wanted) => {
    expect(undo(text, edits, change)._unsafeUnwrap()).toMatchObject({ text: wanted, changed: [] });
  });
});

describe('what is no longer ours', () => {
  it('is named with file and line, and nothing is undone', () => {
    const error = undo('a: b\nc: d\n', [set(['a'], '1'), set(['c'], '2')], (text) =>
      text.replace("'2'", "'3'"),
    )._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'changed-since-freeze', at: { file: 'f.yaml', line: 2, column: 4 }, also: [] });
    expect(error.message).toContain("it was '2', it is '3'");
  });

  it('stays where that is wanted, and the rest is undone', () => {
    const answer = undo(
      'a: b\nc: d\n',
      [set(['a'], '1'), set(['c'], '2')],
      (text) => text.replace("'2'", "'3'"),
      true,
    )._unsafeUnwrap();
    expect(answer.text).toBe("a: b\nc: '3'\n");
    expect(answer.undone.map((edit) => edit.at.path)).toEqual([['a']]);
    expect(answer.changed).toMatchObject([{ edit: { was: 'd' }, at: { line: 2 }, found: "'3'" }]);
  });

  it.each<[string, string, YamlEdit[], (text: string) => string]>([
    ['a new value in our entry', 'a: b\n', [insert(['x'], '*')], (text) => text.replace("'*'", 'nightly')],
    [
      'our entry with other indentation',
      'm:\n  a: b\n',
      [insert(['m', 'x'], '*')],
      (text) => text.replaceAll('  ', '    '),
    ],
    ['the entry of a value is gone', 'a: b\nc: d\n', [set(['a'], '1')], () => 'c: d\n'],
    ['an alias in its place', 'k: &k v\na: b\n', [set(['a'], '1')], (text) => text.replace("'1'", '*k')],
    ['a removed entry that somebody wrote anew', 'a: b\nc: d\n', [remove(['a'])], (text) => `${text}a: e\n`],
    ['the parent of a removed entry is gone', 'm:\n  a: b\n  c: d\nn: o\n', [remove(['m', 'a'])], () => 'n: o\n'],
    [
      'an emptied map that was filled',
      'm:\n  a: b\nn: o\n',
      [remove(['m', 'a'])],
      (text) => text.replace('{}', '{k: v}'),
    ],
  ])('%s', (_, text, edits, change) => {
    expect(undo(text, edits, change)._unsafeUnwrapErr().kind).toBe('changed-since-freeze');
    const kept = undo(text, edits, change, true)._unsafeUnwrap();
    expect(kept.text).toBe(change(editYaml(text, edits)._unsafeUnwrap().text));
    expect(kept.changed).toHaveLength(1);
  });

  it('is not asked where the text cannot be read', () => {
    expect(undo('a: b\n', [set(['a'], '1')], () => 'a: [')._unsafeUnwrapErr().kind).toBe('yaml-syntax');
  });
});

describe('many at once', () => {
  it('undoes a part of what was made together', () => {
    const text = 'm:\n  a: b\n';
    const { text: after, applied } = editYaml(text, [
      insert(['p', 'x'], '1'),
      insert(['p', 'z'], '2'),
      set(['m', 'a'], 'c'),
    ])._unsafeUnwrap();
    const [first, second, third] = applied as [(typeof applied)[0], (typeof applied)[0], (typeof applied)[0]];
    const left = undoYaml(after, [first])._unsafeUnwrap().text;
    expect(left).toBe("m:\n  a: c\np:\n  z: '2'\n");
    expect(undoYaml(after, [second, third])._unsafeUnwrap().text).toBe("m:\n  a: b\np:\n  x: '1'\n");
    expect(undoYaml(after, applied)._unsafeUnwrap().text).toBe(text);
  });

  it('edits and undoes a thousand documents and items', () => {
    const documents = Array.from(
      { length: 1000 },
      (_, n) => `kind: A\nmetadata:\n  name: a${n}\nspec:\n  tag: v${n}\n`,
    ).join('---\n');
    const edits = Array.from({ length: 1000 }, (_, n): YamlEdit[] => {
      const document = { kind: 'A', name: `a${n}` };
      return [
        { at: { document, path: ['spec', 'tag'] }, set: `1.${n}` },
        { at: { document, path: ['metadata', 'annotations', 'x'] }, insert: '*' },
      ];
    }).flat();
    const done = editYaml(documents, edits)._unsafeUnwrap();
    expect(done.text.match(/^ {4}x: '\*'$/gm)).toHaveLength(1000);
    expect(undoYaml(done.text, done.applied)._unsafeUnwrap().text).toBe(documents);

    const items = `l:\n${Array.from({ length: 1000 }, (_, n) => `- name: n${n}\n  value: v${n}\n`).join('')}`;
    const changes = Array.from(
      { length: 1000 },
      (_, n): YamlEdit => set(['l', { where: { name: `n${n}` } }, 'value'], `w${n}`),
    );
    const changed = editYaml(items, changes)._unsafeUnwrap();
    expect(changed.text).toBe(items.replaceAll('value: v', 'value: w'));
    expect(undoYaml(changed.text, changed.applied)._unsafeUnwrap().text).toBe(items);
  });
});
