import type { GitOpsError } from '@gitops/core';
import type { Io } from '../io.js';
import { paint } from './colour.js';
import { redactor } from './redact.js';
import type { JsonDocument, Report } from './report.js';

export interface ConsoleSettings {
  readonly json: boolean;
  readonly colour: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** The only way out: standard output has the answer, standard error what happens meanwhile. No secret passes. */
export interface Console {
  report(report: Report): void;
  failure(error: GitOpsError | Defect, describe: (error: GitOpsError) => string): void;
  /** Something that people should know although the command goes on. */
  warn(message: string): void;
  /** A step of longer work; `important` ones are shown without `--verbose`, too. */
  progress(step: string, message: string, important?: boolean): void;
  /** A wait that nobody here can shorten: always told. */
  waiting(wait: { readonly why: string; readonly milliseconds: number }): void;
  /** One request that was sent: only with `--verbose`. */
  request(request: SentRequest): void;
  /** Never writes this text from now on: a token that no rule would know for one. */
  hide(secret: string): void;
}

/** As providers tell of it. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly status: number | null;
  readonly milliseconds: number;
  readonly bytes: number | null;
}

/** A failure that nobody expected: a bug of this program. */
export interface Defect {
  readonly kind: 'defect';
  readonly message: string;
  readonly stack: string;
}

export function makeConsole(io: Io, settings: ConsoleSettings): Console {
  const hidden: string[] = [];
  const known = redactor(io.env);
  const redact = (text: string) => hidden.reduce((clean, secret) => clean.replaceAll(secret, '***'), known(text));
  const style = settings.colour ? paint : (text: string) => text;
  const out = (text: string) => io.out(redact(text));
  const err = (text: string) => io.err(redact(text));
  const document = (value: JsonDocument) => out(`${JSON.stringify(value, null, 2)}\n`);
  const note = (level: 'progress' | 'warning', step: string, message: string, more: object = {}) =>
    err(`${JSON.stringify({ schema: 'gitops/progress/1', level, step, message, ...more })}\n`);
  return {
    report(report) {
      if (settings.json) document(report.document());
      else {
        const text = settings.quiet ? report.brief : report.text();
        if (text !== '') out(`${style(text.replace(/\n+$/, ''))}\n`);
      }
    },
    failure(error, describe) {
      if (settings.json) document(failureDocument(error));
      else if (error.kind === 'defect') err(`${describeDefect(error, settings.verbose)}\n`);
      else err(`${style(describe(error))}\n`);
    },
    warn(message) {
      if (settings.json) note('warning', 'warning', message);
      else err(`${style(`warning: ${message}`)}\n`);
    },
    progress(step, message, important = false) {
      if (settings.quiet) return;
      if (settings.json) note('progress', step, message);
      else if (settings.verbose || important) err(`${message}\n`);
    },
    waiting({ why, milliseconds }) {
      const message = `${why.replace(/\.$/, '')}; waiting ${lengthOf(milliseconds)}.`;
      if (settings.json) note('progress', 'wait', message, { milliseconds });
      else err(`${message}\n`);
    },
    request({ method, url, status, milliseconds, bytes }) {
      if (!settings.verbose) return;
      const message = `${method} ${url} ${status ?? 'no answer'} ${milliseconds} ms`;
      if (settings.json)
        note('progress', 'request', message, { request: { method, url, status, milliseconds, bytes } });
      else err(`${message}\n`);
    },
    hide(secret) {
      if (secret.length >= 8) hidden.push(secret);
    },
  };
}

/** `0.5 s`, `40 s`, `12 min`. */
function lengthOf(milliseconds: number): string {
  if (milliseconds < 1000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return milliseconds < 120_000 ? `${Math.ceil(milliseconds / 1000)} s` : `${Math.ceil(milliseconds / 60_000)} min`;
}

function failureDocument(error: GitOpsError | Defect): JsonDocument {
  return error.kind === 'defect'
    ? {
        schema: 'gitops/error/1',
        error: {
          kind: 'defect',
          at: null,
          message: error.message,
          remedy: reportIt,
          details: { stack: error.stack },
          also: [],
        },
      }
    : {
        schema: 'gitops/error/1',
        error: { ...error, at: error.at === null ? null : { ...error.at }, also: error.also.map(plain) },
      };
}

function plain(error: GitOpsError): JsonDocument[string] {
  const { kind, at, message, remedy, details } = error;
  return { kind, at: at === null ? null : { ...at }, message, remedy, details, also: [] };
}

const reportIt = 'This is a defect of gitops itself. Please report it with the command and this message.';

function describeDefect(defect: Defect, verbose: boolean): string {
  const lines = verbose ? defect.stack.split('\n') : [defect.message];
  return [
    `error[defect]`,
    ...lines.map((line) => `  ${line}`),
    `  ${reportIt}${verbose ? '' : ' --verbose shows where.'}`,
  ].join('\n');
}
