/** A name that is safe in a branch, a file name and a list on the command line. */
const nameForm = /^(?!.*\.\.)(?!.*\.lock$)[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

/** Whether a text can be the name of an environment, a group or a project. */
export function isName(text: string): boolean {
  return nameForm.test(text);
}

/** For messages. */
export const nameRule =
  'A name has 1 to 63 letters, digits, ".", "_" and "-", begins and ends with a letter or digit, and has neither ".." nor ".lock" at its end.';
