import { isKnown, literal, type Segment, sliceSegments, textOf } from './segments.js';

/** The images of a rendered manifest, found by their lines. */
export interface FoundImages {
  readonly images: readonly (readonly Segment[])[];
  /** How many lines hold an image that is not known. */
  readonly unknown: number;
}

const imageLine = /^[ \t]*(?:-[ \t]+)*(?:image|"image"|'image')[ \t]*:[ \t]+/;
const imageInFlow = /[{,][ \t]*(?:image|"image"|'image')[ \t]*:[ \t]+/;

/** Finds every `image:` of a rendered text that holds a reference, not a map. */
export function findImageLines(segments: readonly Segment[]): FoundImages {
  const images: (readonly Segment[])[] = [];
  let unknown = 0;
  for (const line of linesOf(segments)) {
    const text = textOf(line);
    if (!text.includes('image')) continue;
    const found = imageLine.exec(text) ?? (/^[ \t]*-?[ \t]*\{/.test(text) ? imageInFlow.exec(text) : null);
    if (found === null) continue;
    const rest = sliceSegments(line, found.index + found[0].length, text.length);
    const value = scalarOfLine(rest, found[0].startsWith('{') || found[0].startsWith(','));
    if (value === null) continue;
    if (!isKnown(value)) unknown++;
    else images.push(value);
  }
  return { images, unknown };
}

/** Splits at line ends, but not at those inside of what a template quoted. */
function linesOf(segments: readonly Segment[]): Segment[][] {
  const lines: Segment[][] = [[]];
  for (const segment of segments) {
    if (segment.quoted || !segment.text.includes('\n')) {
      lines[lines.length - 1]?.push(segment);
      continue;
    }
    const parts = segment.text.split('\n');
    parts.forEach((text, index) => {
      if (index > 0) lines.push([]);
      // A value that spans lines is no single value any more.
      if (text !== '') lines[lines.length - 1]?.push({ ...segment, text, origin: null, hides: [] });
    });
  }
  return lines;
}

/** The content of the scalar that a line ends with; null for none, or for the start of something else. */
function scalarOfLine(segments: readonly Segment[], inFlow: boolean): readonly Segment[] | null {
  const text = textOf(segments);
  const first = text.charAt(0);
  if (first === '"' || first === "'") {
    const end = closingQuote(segments, text, first);
    return end === -1 ? null : unescaped(sliceSegments(segments, 1, end), first);
  }
  if (text === '' && segments.some((segment) => !segment.known)) return segments;
  if (first === '' || '|>{[&*!#\r'.includes(first)) return null;
  const end = text.search(inFlow ? /[ \t]*(?:[,}]|$)/ : /[ \t\r]*(?:[ \t]#.*)?$/);
  return sliceSegments(segments, 0, end === -1 ? text.length : end);
}

/** The closing quote is written in the template; quotes inside of a value that the template quoted do not count. */
function closingQuote(segments: readonly Segment[], text: string, quote: string): number {
  let at = 0;
  for (const segment of segments) {
    for (let inner = 0; inner < segment.text.length; inner++) {
      if (at + inner > 0 && !segment.quoted && segment.text.charAt(inner) === quote) {
        if (quote === '"' && text.charAt(at + inner - 1) === '\\') continue;
        return at + inner;
      }
    }
    at += segment.text.length;
  }
  return -1;
}

function unescaped(segments: readonly Segment[], quote: string): readonly Segment[] {
  return segments.map((segment) => {
    if (segment.quoted || segment.origin !== null) return segment;
    const text = quote === '"' ? segment.text.replace(/\\(["\\/])/g, '$1') : segment.text.replaceAll("''", "'");
    return text === segment.text ? segment : { ...segment, ...literal(text) };
  });
}
