// One line for each check of a gate that holds several, and their count as .ci/run adds it up.
import { fieldTool } from './field-tools.mjs';

const indented = (text) => text.trim().replace(/^/gm, '      ');
const lastLine = (text) => text.trim().split('\n').at(-1).slice(0, 100);

/** Starts the list of verdicts of one gate. */
export function verdicts() {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  const line = (verdict, name, seconds, detail) =>
    console.log(`${verdict.padEnd(6)}${name.padEnd(44)} ${seconds.padStart(4)}  ${detail}`.trimEnd());

  const list = {
    /** Runs a check. What it throws makes it fail; text that it gives is shown behind the verdict. */
    async check(name, work) {
      const started = process.hrtime.bigint();
      const seconds = () => `${Math.round(Number(process.hrtime.bigint() - started) / 1e9)}s`;
      try {
        const detail = await work();
        passed++;
        line('ok', name, seconds(), typeof detail === 'string' && detail.trim() !== '' ? lastLine(detail) : '');
        return true;
      } catch (error) {
        failed++;
        line('FAIL', name, seconds(), '');
        console.log(indented(error instanceof Error ? error.message : String(error)));
        return false;
      }
    },

    /** Runs a check with a program of the field, which is installed by name where it is not there. */
    async withTool(name, tool, work) {
      const found = await fieldTool(tool);
      if ('missing' in found) return list.notRun(name, found.missing);
      return list.check(name, () => work(found.path, found));
    },

    /** Says that a check was not run here, and why: counted as skipped, never as passed. */
    notRun(name, why) {
      skipped++;
      line('SKIP', name, '', `not run here: ${why}`);
      return false;
    },

    /** Prints the count and sets the exit code. */
    finish() {
      console.log(`COUNT ${passed} ${failed} ${skipped}`);
      if (failed > 0) process.exitCode = 1;
      return { passed, failed, skipped };
    },
  };
  return list;
}
