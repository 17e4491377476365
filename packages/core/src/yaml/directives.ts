import { Parser } from 'yaml';

/** What is wrong with a directive (`%YAML`, `%TAG`) of a text, by offset. */
interface DirectiveFault {
  readonly start: number;
  readonly detail: string;
}

/**
 * Directives that YAML 1.2 (6.8) forbids, and that the parser lets pass: one that is given twice for a document, and
 * one that no document follows.
 */
export function directiveFaults(text: string): readonly DirectiveFault[] {
  if (!/^\ufeff?%/m.test(text)) return [];
  const faults: DirectiveFault[] = [];
  const given = new Map<string, number>();
  for (const token of new Parser().parse(text)) {
    if (token.type === 'document') given.clear();
    if (token.type !== 'directive') continue;
    const [name = '', handle = ''] = token.source.split(/[ \t]+/);
    const key = name === '%TAG' ? `${name} ${handle}` : name;
    const isKnown = name === '%TAG' || name === '%YAML';
    if (isKnown && given.has(key)) faults.push({ start: token.offset, detail: `The directive ${key} stands twice` });
    else given.set(key, token.offset);
  }
  const [first] = given.values();
  if (first !== undefined) faults.push({ start: first, detail: 'No document (---) follows the directive' });
  return faults;
}
