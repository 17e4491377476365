/**
 * Maps offsets in the content of a block scalar to offsets in the file, so that a message can name the inner line. For
 * other styles every offset is the scalar's own.
 *
 * @param text the whole file.
 * @param start where the scalar stands.
 * @param content what it holds.
 */
export function innerOffsets(text: string, start: number, content: string): (inner: number) => number {
  const header = /^(?:[&!]\S*[ \t]+)*\|[-+0-9]*[ \t]*(?:#[^\r\n]*)?\r?\n/.exec(text.slice(start));
  if (header === null) return () => start;
  const first = start + header[0].length;
  return (inner) => {
    const before = content.slice(0, inner);
    const line = before.split('\n').length - 1;
    const column = inner - (before.lastIndexOf('\n') + 1);
    let at = first;
    for (let skipped = 0; skipped < line; skipped++) {
      const end = text.indexOf('\n', at);
      if (end === -1) return start;
      at = end + 1;
    }
    const contentLine = content.split('\n')[line] ?? '';
    const fileLine = text
      .slice(at, text.indexOf('\n', at) === -1 ? text.length : text.indexOf('\n', at))
      .replace(/\r$/, '');
    const indent = fileLine.length - contentLine.length;
    return indent < 0 ? start : at + indent + column;
  };
}
