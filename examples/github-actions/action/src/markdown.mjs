// Markdown out of text that others wrote: names, reasons and titles stay text, whatever is in them.

/** Text within a line: no markup, no HTML, no mention, no link, no cell or line of its own. */
export function plain(text) {
  return String(text)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]#|~<>&@:$]/g, (char) => `&#${char.codePointAt(0)};`)
    .replace(/\bwww\./gi, 'www&#46;');
}

/** An address as a link; anything but http and https stays text. */
export function link(text, url) {
  if (!/^https?:\/\/[^\s<>"]+$/.test(url)) return plain(text);
  return `[${plain(text)}](${url.replace(/[()\\|]/g, (char) => `%${char.codePointAt(0).toString(16)}`)})`;
}

/** A table; its cells are Markdown already. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export const version = (one) => (one === null ? '—' : plain(one.tag ?? one.digest ?? '—'));
