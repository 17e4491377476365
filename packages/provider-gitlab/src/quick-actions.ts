/**
 * GitLab carries out lines of a comment or description that begin with a slash (`/merge`, `/approve`: quick actions), and
 * takes them out of the text. What comes from a repository must not act, so that such lines get a backslash, which
 * Markdown does not show; `shownText` takes it away again.
 */
export function storedText(text: string): string {
  return text.replace(/^(\s*)(\\*\/[a-z])/gim, '$1\\$2');
}

/** The text as it was given. */
export function shownText(text: string): string {
  return text.replace(/^(\s*)\\(\\*\/[a-z])/gim, '$1$2');
}
