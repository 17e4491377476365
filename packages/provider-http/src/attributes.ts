/**
 * Attributes with which `git archive` writes other bytes than Git holds, or leaves files out (gitattributes(5)). A
 * definition of a macro may hide one. `text`, `text=auto` and `eol=lf` change nothing on a server; `filter` needs a
 * program in the server's configuration, which forges have for LFS alone, and only where they are asked for its contents.
 */
const changing = /(?:^|\s)(?:eol=crlf|ident|export-ignore|export-subst|working-tree-encoding=\S+|\[attr\]\S+)(?=\s|$)/;

/** Whether a `.gitattributes` file makes an archive differ from what Git holds. Rather once too often than once too few. */
export function changesArchive(text: string): boolean {
  return text.split(/\r?\n/).some((line) => !line.trimStart().startsWith('#') && changing.test(line));
}
