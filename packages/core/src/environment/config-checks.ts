import { parseDuration } from './duration.js';
import { compileGlobs, compileLayout } from './layout.js';
import { isName, nameRule } from './names.js';
import { type PlaceholderSet, placeholdersOf, unknownPlaceholders } from './placeholders.js';

/** What is wrong with a text, and what to do; null where nothing is. */
export type Check = (value: string) => readonly [message: string, remedy: string] | null;

export const nameCheck: Check = (value) =>
  isName(value) ? null : [`${JSON.stringify(value)} cannot be a name.`, nameRule];

export const globCheck: Check = (value) =>
  compileGlobs([value]).match(
    () => null,
    (error) => [error.message, error.remedy] as const,
  );

export const layoutCheck: Check = (value) =>
  compileLayout(value).match(
    () => null,
    (error) => [error.message, error.remedy] as const,
  );

export const durationCheck: Check = (value) =>
  parseDuration(value).match(
    () => null,
    (error) => [error.message, error.remedy] as const,
  );

/** Known placeholders only. */
export function placeholderCheck(set: PlaceholderSet): Check {
  return (value) => {
    const unknown = unknownPlaceholders(value, set)[0];
    return unknown === undefined ? null : [unknown.message, unknown.remedy];
  };
}

export const labelCheck: Check = (value) =>
  value.includes(',')
    ? ['A label holds a comma, which divides labels on some forges.', 'Write two labels, or leave the comma out.']
    : placeholderCheck('text')(value);

export const trailerNameCheck: Check = (value) => {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(value)) {
    return [`${JSON.stringify(value)} cannot be the name of a trailer.`, 'Use letters, digits and "-": Ticket.'];
  }
  return /^(?:gitops-|signed-off-by$)/i.test(value)
    ? [
        `The trailer ${value} is written by the toolkit itself.`,
        'Take another name; for Signed-off-by there is "signOff".',
      ]
    : null;
};

export const imageCheck: Check = (value) => {
  const line = placeholderCheck('image')(value);
  if (line !== null) return line;
  if (placeholdersOf(value).length > 1)
    return ['{path} stands twice in this name.', 'Use it once in each of "from" and "to".'];
  return /\s|@|:[^/]*$/.test(value)
    ? [
        `${JSON.stringify(value)} is not the name of an image without version.`,
        'Leave the tag and the digest out: ghcr.io/acme/{path}.',
      ]
    : null;
};

export const versionImageCheck: Check = (value) =>
  placeholderCheck('place')(value) ?? imageCheck(value.replaceAll(/\{(?:environment|application)\}/g, 'x'));

export const reviewerCheck: Check = (value) =>
  /^@?[A-Za-z0-9][\w.-]*(?:\/[\w.-]+)*$/.test(value)
    ? null
    : [`${JSON.stringify(value)} is neither a user nor a team.`, 'Write "@user" or "@group/team", in quotes.'];

/** What `git check-ref-format` accepts as a branch. */
export const branchCheck: Check = (value) =>
  /[\u0000-\u0020\u007f~^:?*[\]\\{}]|\.\.|@\{|\/\/|^[-/]|[/.]$|(?:^|\/)\.|\.lock(?:\/|$)/.test(value)
    ? [
        `${JSON.stringify(value)} cannot be the name of a branch.`,
        'Use letters, digits, "/", "-", "_" and "." inside a word.',
      ]
    : null;

/** The message never repeats the address: it may hold a token. */
export const repositoryCheck: Check = (value) => {
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/@]*:[^/@]*@/i.test(value) || /^https?:\/\/[^/]*@/i.test(value)) {
    return [
      'The address holds a user or a token.',
      'Remove it, and take the token back, since it stands in Git now. Tokens come from the environment or the command line.',
    ];
  }
  return /^(?:https?|ssh|git|file):\/\/[^\s/]*\/\S+$/.test(value) || /^[\w.-]+@[\w.-]+:\S+$/.test(value)
    ? null
    : ['It is not the address of a repository.', 'Write it as for "git clone": https://github.com/acme/gitops-us'];
};
