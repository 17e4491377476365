import type { Forge } from '@gitops/core';

/** `merge request !12`, `pull request 12`: `#` begins a comment in a shell, where people copy this to. */
export function nameOf({ capabilities: { terms } }: Pick<Forge, 'capabilities'>, id: string): string {
  return `${terms.request} ${terms.sigil === '#' ? '' : terms.sigil}${id}`;
}

/** The identifier as people write it: `12`, `#12`, `!12`. */
export function idOf(text: string | undefined): string {
  return (text ?? '').replace(/^[#!](?=\d)/, '');
}
