import { Command, CommanderError, Option } from 'commander';
import { type CommandSpec, commands, type OptionSpec } from './commands/table.js';
import { usage } from './failure.js';
import { type Invocation, Options } from './invocation.js';
import type { Io } from './io.js';
import { makeConsole } from './output/console.js';
import { globalOptions, readSettings } from './settings.js';
import { ownVersion } from './version.js';

/** Parses one command line and runs its command. Throws failures; answers the exit code otherwise. */
export async function runProgram(argv: readonly string[], io: Io): Promise<number> {
  let exitCode = 0;
  const program = makeProgram(io, async (spec, invocation) => {
    if (spec.load === undefined) throw new Error(`the command ${spec.name} has no code`);
    const { run } = await spec.load();
    const report = await run(invocation);
    invocation.console.report(report);
    exitCode = report.exitCode;
  });
  try {
    await program.parseAsync(withDefaultCommand(program, argv), { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.code === 'commander.helpDisplayed' || thrown.code === 'commander.version') return 0;
    calledWrongly(thrown, argv);
  }
  return exitCode;
}

const asking = ['-h', '--help', '-V', '--version'];

/** `gitops` alone shows the status. */
function withDefaultCommand(program: Command, argv: readonly string[]): string[] {
  const asksForHelp = argv.some((one) => asking.includes(one));
  const [name] = program.parseOptions([...argv]).operands;
  const isKnown = name === undefined || name === 'help' || program.commands.some((one) => one.name() === name);
  // of a command that is not there, there is no help either
  if (asksForHelp && !isKnown) return argv.filter((one) => !asking.includes(one));
  if (asksForHelp || name !== undefined) return [...argv];
  return ['status', ...argv];
}

type Runner = (spec: CommandSpec, invocation: Invocation) => Promise<void>;

function makeProgram(io: Io, run: Runner): Command {
  const program = new Command('gitops')
    .description('Freeze, promote, resume and revert versions of an Argo CD repository, through pull requests.')
    .version(ownVersion(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .usage('[command] [options]')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => io.out(text),
      // Errors are told once, by `run`, in the form that was asked for.
      writeErr: () => undefined,
      getOutHelpWidth: () => 110,
      getErrHelpWidth: () => 110,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  for (const { about, variable, ...option } of globalOptions)
    program.addOption(toOption({ ...option, about: `${about} [${variable}]` }));
  program.addHelpText('after', `\nWithout a command: gitops status.\n\nExamples:\n${exampleLines(overview)}`);
  for (const spec of commands) addCommand(program, program, spec, io, run);
  return program;
}

const overview = [
  'gitops',
  'gitops freeze dev --reason "QA of 2.4" --until 3d',
  'gitops promote dev prod',
  'gitops revert --hold',
];

function addCommand(program: Command, parent: Command, spec: CommandSpec, io: Io, run: Runner): void {
  const command = parent.command(spec.name).description(spec.about).summary(spec.summary);
  for (const { name, about } of spec.arguments ?? []) command.argument(name, about);
  for (const option of spec.options ?? []) command.addOption(toOption(option));
  if (spec.examples !== undefined) command.addHelpText('after', `\nExamples:\n${exampleLines(spec.examples)}`);
  for (const child of spec.commands ?? []) addCommand(program, command, child, io, run);
  if ((spec.commands ?? []).length > 0) return;
  command.action(async () => {
    const settings = readSettings(program.opts(), (name) => program.getOptionValueSource(name) === 'cli', io);
    const console = makeConsole(io, {
      json: settings.output === 'json',
      colour: settings.color,
      quiet: settings.quiet,
      verbose: settings.verbose,
    });
    await run(spec, { io, settings, console, args: command.args, options: new Options(command.opts()) });
  });
}

function toOption({ flags, about, list }: OptionSpec): Option {
  const option = new Option(flags, about);
  if (list !== true) return option;
  return option.argParser((text: string, before: unknown) => [
    ...(Array.isArray(before) ? (before as string[]) : []),
    ...text
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
  ]);
}

function exampleLines(examples: readonly string[]): string {
  return examples.map((one) => `  $ ${one}`).join('\n');
}

/** What other tools call options of ours. */
const namedOtherwise: Readonly<Record<string, string>> = {
  '--json': '--output json',
  '-o': '--output',
  '--format': '--output',
  '--application': '--app',
};

/** Commander's own errors, in the form of all others. */
function calledWrongly(error: CommanderError, argv: readonly string[]): never {
  const command = argv.filter((one) => !one.startsWith('-')).slice(0, 2);
  const known = commands.find((one) => one.name === command[0]);
  const path = [known?.name, known?.commands?.find((one) => one.name === command[1])?.name].filter(
    (one) => one !== undefined,
  );
  const help = `gitops ${[...path, '--help'].join(' ')}`;
  if (error.code === 'commander.help') {
    const names = (known?.commands ?? commands).map((one) => one.name).join(', ');
    return usage(`gitops ${path.join(' ')} needs one more word: ${names}.`, `See ${help}`);
  }
  const [first = '', hint = ''] = error.message.replace(/^error: /, '').split('\n');
  const elsewhere = /unknown option '(.+?)'/.exec(first)?.[1] ?? '';
  const meant = /^\(Did you mean (?:one of )?(.*)\?\)$/.exec(hint)?.[1] ?? namedOtherwise[elsewhere] ?? null;
  const message = `${first.charAt(0).toUpperCase()}${first.slice(1).replace(/\.?$/, '.')}`;
  return usage(
    message,
    meant === null ? `See ${help}` : `Did you mean ${meant}? See ${help}`,
    meant === null ? {} : { suggestion: meant },
  );
}
