/** What Go's standard library does with text, where Image Updater relies on it. */

/** White space after Go's `unicode.IsSpace`: unlike JavaScript's, with U+0085 and without U+FEFF. */
const space = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const outerSpace = new RegExp(`^${space}+|${space}+$`, 'g');

/** `strings.TrimSpace`. */
export function trimSpace(text: string): string {
  return text.replace(outerSpace, '');
}

/** `strconv.ParseBool`; null for what it refuses (`yes`, `on`, `TRue`). */
export function parseBool(text: string): boolean | null {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? false : null;
}

/** `filepath.Join`: joined with `/`, then `.`, `..` and doubled slashes resolved; empty where all parts are. */
export function joinPath(...parts: readonly string[]): string {
  const joined = parts.filter((part) => part !== '').join('/');
  if (joined === '') return '';
  const isAbsolute = joined.startsWith('/');
  const steps: string[] = [];
  for (const step of joined.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') steps.push(step);
    else if (steps.length > 0 && steps.at(-1) !== '..') steps.pop();
    else if (!isAbsolute) steps.push('..');
  }
  return isAbsolute ? `/${steps.join('/')}` : steps.join('/') || '.';
}

/** `filepath.Base`. */
export function baseName(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? (path === '' ? '.' : '/') : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}
