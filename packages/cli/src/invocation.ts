import type { Io } from './io.js';
import type { Console } from './output/console.js';
import type { Report } from './output/report.js';
import type { Settings } from './settings.js';

/** One command line, read: what a command gets. */
export interface Invocation {
  readonly io: Io;
  readonly settings: Settings;
  readonly console: Console;
  /** The words after the command's name. */
  readonly args: readonly string[];
  readonly options: Options;
}

/** Options of the command by their long name in camel case. */
export class Options {
  private readonly values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.values = values;
  }

  text(name: string): string | null {
    const value = this.values[name];
    return typeof value === 'string' ? value : null;
  }

  list(name: string): readonly string[] {
    const value = this.values[name];
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }

  flag(name: string): boolean {
    return this.values[name] === true;
  }
}

/** A command: arguments in, text or JSON out. */
export type Run = (invocation: Invocation) => Promise<Report>;
