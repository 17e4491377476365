// What a step tells the runner: commands on standard output, and files that the runner names.
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { EOL } from 'node:os';

const data = (text) => String(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** A workflow command, in which no value can begin another one. */
export function command(name, properties, message) {
  const given = Object.entries(properties).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const list = given.map(([key, value]) => `${key}=${property(value)}`).join(',');
  return `::${name}${list === '' ? '' : ` ${list}`}::${data(message)}${EOL}`;
}

/** The runner hides each line of a secret for itself; so does this, since some are shown one by one. */
export function mask(text) {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const secret = lines.filter((line) => line.length > 5 && !line.startsWith('-----'));
  return [...new Set(secret)].map((line) => command('add-mask', {}, line)).join('');
}

/** Text that others wrote: no line of it is taken for a command. */
export function verbatim(text) {
  const mark = randomUUID();
  return `::stop-commands::${mark}${EOL}${text.replace(/\s*$/, EOL)}::${mark}::${EOL}`;
}

/** Sets an output, of any text. */
export function setOutput(env, name, value) {
  if (!env.GITHUB_OUTPUT) return;
  let mark = `end-${randomUUID()}`;
  while (value.includes(mark)) mark = `end-${randomUUID()}`;
  appendFileSync(env.GITHUB_OUTPUT, `${name}<<${mark}${EOL}${value}${EOL}${mark}${EOL}`);
}

/** The runner refuses a summary of more than 1 MiB, and then shows none. */
const largest = 1024 * 1024 - 2048;

/** Adds to the summary of the job; whole lines only, where it is too long. */
export function addSummary(env, markdown) {
  if (!env.GITHUB_STEP_SUMMARY) return;
  let text = markdown;
  if (Buffer.byteLength(text) > largest) {
    const cut = Buffer.from(text).subarray(0, largest).toString('utf8');
    text = `${cut.slice(0, cut.lastIndexOf('\n'))}\n\n_More than a summary can hold; the output \`json-file\` has all of it._\n`;
  }
  appendFileSync(env.GITHUB_STEP_SUMMARY, text);
}
