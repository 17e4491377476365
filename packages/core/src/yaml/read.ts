import { type GitOpsError, problem, severalProblems } from '../errors/error.js';
import { err, ok, type Result } from '../result.js';
import type { YamlFile } from './node.js';
import { indexLines, type LineIndex } from './position.js';
import { scanYaml } from './scan.js';
import { parseSource, type Source, type SourceIssue } from './source.js';
import { findTemplate } from './template.js';

/**
 * Reads a YAML text into plain data with source ranges.
 *
 * @param text the whole file, a byte order mark included; every offset of the answer counts UTF-16 code units of it.
 * @param path names the file in errors.
 * @returns the documents in order (none for a text without any, or with comments only), or one of `yaml-syntax`,
 *   `duplicate-key`, `template-in-yaml` and `yaml-too-large`, with its line and column; further problems are in `also`.
 */
export function readYaml(text: string, path: string): Result<YamlFile, GitOpsError> {
  const scanned = scanYaml(text);
  if (scanned !== null) return ok({ path, text, documents: scanned });
  return readSource(text, path, { slots: false }).map(({ documents }) => ({ path, text, documents }));
}

/**
 * As {@link readYaml}, of a text that a template made and that is never edited: of a key that stands twice the last
 * counts, as for Argo CD and Helm.
 */
export function readRendered(text: string, path: string): Result<YamlFile, GitOpsError> {
  const scanned = scanYaml(text);
  if (scanned !== null) return ok({ path, text, documents: scanned });
  const { documents, issues } = parseSource(text, { slots: false });
  const faults = issues.filter(({ type }) => type !== 'duplicate-key');
  return faults.length === 0 ? ok({ path, text, documents }) : err(explain(faults, text, path));
}

/** As {@link readYaml}, with what an edit needs to know besides. */
export function readSource(
  text: string,
  path: string,
  options: { readonly slots: boolean },
): Result<Source, GitOpsError> {
  const source = parseSource(text, options);
  if (source.issues.length === 0) return ok(source);
  return err(explain(source.issues, text, path));
}

function explain(issues: readonly SourceIssue[], text: string, path: string): GitOpsError {
  const lines = indexLines(text);
  const ordered = [...issues].sort((a, b) => a.start - b.start);
  const firstSyntax = ordered.find((issue) => issue.type === 'syntax' || issue.type === 'template-key');
  if (firstSyntax !== undefined) {
    const template = firstSyntax.type === 'template-key' ? firstSyntax.start : findTemplate(text, firstSyntax.start);
    if (template !== null) {
      return problem(
        'template-in-yaml',
        'This is a template ({{ … }}), not YAML: what it holds is known only once it is rendered.',
        'Leave the file out with "ignore" in gitops.yaml, or put the template in quotes where the file is meant to be YAML.',
        { at: lines.positionOf(path, template) },
      );
    }
  }
  const found = severalProblems(ordered.slice(0, 20).map((issue) => toError(issue, lines, path)));
  if (found === null) throw new Error('an issue without an error');
  return found;
}

function toError(issue: SourceIssue, lines: LineIndex, path: string): GitOpsError {
  const at = lines.positionOf(path, issue.start);
  switch (issue.type) {
    case 'syntax':
      return problem(
        'yaml-syntax',
        `This is not valid YAML: ${sentence(issue.detail)}`,
        'Correct the file, then run again.',
        {
          at,
        },
      );
    case 'template-key':
      return problem('template-in-yaml', 'This is a template ({{ … }}), not YAML.', 'Put the template in quotes.', {
        at,
      });
    case 'duplicate-key': {
      const second = lines.positionOf(path, issue.second);
      const where =
        at.line === second.line
          ? `one of the two in line ${at.line}`
          : `one of the lines ${at.line} and ${second.line}`;
      return problem(
        'duplicate-key',
        `The key ${JSON.stringify(issue.key)} stands twice in this map; Argo CD uses the last, other readers the first.`,
        `Remove ${where}, then run again. Nothing was changed.`,
        { at, details: { key: issue.key, lines: [at.line, second.line] } },
      );
    }
    case 'unknown-alias':
      return problem(
        'yaml-syntax',
        `The alias *${issue.name} stands for an anchor that is not defined before it in this document.`,
        `Define the anchor &${issue.name} earlier in the document, or write the value itself.`,
        { at, details: { alias: issue.name } },
      );
    case 'cyclic-alias':
      return problem(
        'yaml-too-large',
        `The alias *${issue.name} stands inside the very value that it stands for, so that the value has no end.`,
        'Write the value out instead of the alias.',
        { at, details: { alias: issue.name } },
      );
    case 'too-many-aliases':
      return problem(
        'yaml-too-large',
        `The aliases of this file stand for more than ${issue.nodes} values, far more than the file holds.`,
        'Write the values out, or split the file.',
        { at, details: { values: issue.nodes } },
      );
    case 'too-deep':
      return problem(
        'yaml-too-large',
        'Maps and lists are nested too deeply here: 500 levels are read.',
        'Correct the file: no manifest needs as many.',
        { at },
      );
  }
}

function sentence(detail: string): string {
  const text = `${detail.charAt(0).toLowerCase()}${detail.slice(1)}`;
  return text.endsWith('.') ? text : `${text}.`;
}
