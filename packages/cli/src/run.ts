import { expectedFailure } from './failure.js';
import type { Io } from './io.js';
import { makeConsole } from './output/console.js';
import { exitCodes } from './output/report.js';
import { asksOnlyForVersion, ownVersion } from './version.js';

/**
 * Runs one command line and answers its exit code: 0 done or nothing to do; 1 a defect; 2 called wrongly; 3 refused;
 * 4 authentication or permission; 5 conflict or time-out, safe to run again; 6 forge unavailable; 7 waiting for checks,
 * approval or merge; 10 differences found (`--check`). Never rejects.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  if (asksOnlyForVersion(argv)) {
    io.out(`${ownVersion()}\n`);
    return exitCodes.done;
  }
  try {
    const { runProgram } = await import('./program.js');
    return await runProgram(argv, io);
  } catch (thrown) {
    return reportFailure(thrown, argv, io);
  }
}

async function reportFailure(thrown: unknown, argv: readonly string[], io: Io): Promise<number> {
  const console = makeConsole(io, {
    json: wantsJson(argv, io),
    colour: io.isTerminal && !io.env['NO_COLOR'] && !argv.includes('--no-color'),
    quiet: false,
    verbose: argv.includes('--verbose'),
  });
  const { describeError, exitCodeOf } = await import('@gitops/core');
  const expected = expectedFailure(thrown);
  if (expected !== null) {
    console.failure(expected, describeError);
    return exitCodeOf(expected);
  }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  console.failure({ kind: 'defect', message: error.message, stack: error.stack ?? error.message }, describeError);
  return exitCodes.defect;
}

/** Looks without parsing: also what cannot be parsed is answered in the form that was asked for. */
function wantsJson(argv: readonly string[], io: Io): boolean {
  const at = argv.lastIndexOf('--output');
  const flag =
    argv.find((one) => one.startsWith('--output='))?.slice('--output='.length) ?? (at < 0 ? undefined : argv[at + 1]);
  return (flag ?? io.env['GITOPS_OUTPUT']) === 'json';
}
