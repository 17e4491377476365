import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanYaml } from '../../src/yaml/scan.js';
import { parseSource } from '../../src/yaml/source.js';
import { yamlText } from './arbitrary.js';
import { plainYaml } from './scan-arbitrary.js';
import { diceOf, mutate, oddTexts, sampleTexts } from './scan-texts.js';

/** Whether the scanner answers. Where it does, the parser finds nothing wrong, and the very same. */
function agrees(text: string): boolean {
  const documents = scanYaml(text);
  if (documents === null) return false;
  const parsed = parseSource(text, { slots: false });
  if (parsed.issues.length > 0 || !isDeepStrictEqual(documents, parsed.documents)) {
    expect({ text, documents, issues: [] }).toEqual({ text, documents: parsed.documents, issues: parsed.issues });
    throw new Error(`not equal in every part: ${JSON.stringify(text)}`);
  }
  return true;
}

const factor = Number(process.env['PROPERTY_RUNS'] ?? 300) / 300;

describe('the scanner agrees with the parser', () => {
  const samples = sampleTexts();

  it('on texts that were written to break an editor, where it answers', () => {
    expect(oddTexts().filter(agrees).length).toBeGreaterThan(50);
  });

  it('on every file at hand, and answers nearly all', () => {
    const valid = samples.filter((text) => parseSource(text, { slots: false }).issues.length === 0);
    expect(valid.length).toBeGreaterThan(100);
    expect(samples.filter(agrees).length / valid.length).toBeGreaterThan(0.95);
  });

  it('on the bundled Applications, and answers each, whatever the version', () => {
    const applications = samples.filter(
      (text) => text.includes('\nkind: Application\n') && text.includes(' infra/apps/'),
    );
    expect(applications.length).toBeGreaterThanOrEqual(4);
    for (const text of applications) {
      for (const version of ['1.2.3', '"1.10"', "'0123'", '1.10', '1e3', 'sha256:0a', '', '""']) {
        expect(agrees(text.replace(/(image\.tag\n +value: ).*/, `$1${version}`))).toBe(true);
      }
    }
  });

  it('on texts in its own style, and answers each', () => {
    fc.assert(
      fc.property(plainYaml, (text) => {
        expect(agrees(text)).toBe(true);
      }),
      { numRuns: 1500 * factor },
    );
  });

  it('on texts in every style', () => {
    fc.assert(
      fc.property(yamlText, (text) => void agrees(text)),
      { numRuns: 1500 * factor },
    );
  });

  it('on pieces of YAML in any order', () => {
    const pieces = [
      'a: ',
      'b:',
      'c: 1',
      '- ',
      '-',
      ' ',
      '  ',
      '\n',
      '\n',
      '\n  ',
      '\n- ',
      '\nd: ',
      '\n---\n',
      'e',
      '"f"',
      "'g'",
      '# h',
      ' # i',
      '[',
      ']',
      '{',
      '}',
      ', ',
      '|\n',
      '>-\n',
      '\t',
      '\r\n',
      ':',
      '?',
      '<<',
      '*j',
      '&k ',
    ];
    let answered = 0;
    const soup = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 12 }).map((some) => some.join(''));
    fc.assert(
      fc.property(soup, (text) => {
        if (agrees(text)) answered++;
      }),
      { numRuns: 10_000 * factor },
    );
    expect(answered).toBeGreaterThan(500 * factor);
  });

  it('on files that something has happened to', () => {
    const short = samples.filter((text) => text.length < 2500);
    const dice = diceOf(20261126);
    const mutants = Math.round(20_000 * factor);
    let answered = 0;
    for (let count = 0; count < mutants; count++) {
      if (agrees(mutate(short[dice(short.length)] as string, dice))) answered++;
    }
    // Else this would prove little.
    expect(answered / mutants).toBeGreaterThan(0.3);
  });
});
