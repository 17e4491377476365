// The summary of a job: one section for each document that the command line answers with.
import { link, plain, table, version } from './markdown.mjs';

const sections = (...parts) => `${parts.filter((part) => part !== '' && part !== null).join('\n\n')}\n\n`;

/** Which version runs where; a version that differs from the environment before it says so. */
function status({ environments, drift, pullRequests, notes, repository, source }) {
  const applications = [
    ...new Set(environments.flatMap((one) => one.applications.map((application) => application.name))),
  ];
  const behind = (environment, application, image) =>
    drift.some(
      ({ to, versions }) =>
        to === environment && versions.some((one) => one.application === application && one.image === image),
    );
  const before = (environment) => drift.find(({ to }) => to === environment)?.from ?? '';
  const cell = (environment, name) => {
    const found = environment.applications.find((one) => one.name === name);
    if (found === undefined) return '';
    const images = found.images.map((one) => {
      const label = found.images.length > 1 ? `${plain(one.image.split('/').at(-1))} ` : '';
      const differs = behind(environment.name, name, one.image) ? ` ≠ ${plain(before(environment.name))}` : '';
      return `${label}${version(one.version)}${differs}`;
    });
    const problems = found.problems.map(({ message }) => `⚠️ ${plain(message)}`);
    return [...images, ...problems].join('<br>');
  };
  const freezes = environments.flatMap(({ name, freezes: all }) => all.map((one) => freezeLine(name, one)));
  return sections(
    '### Versions',
    `${plain(repository)}, ${source.kind === 'working-tree' ? 'working tree' : plain(source.branch ?? 'commit')}${source.commit === null ? '' : ` at ${source.commit.slice(0, 7)}`}`,
    table(
      ['', ...environments.map(({ name, frozen }) => `${plain(name)}${frozen ? ' ❄️' : ''}`)],
      applications.map((name) => [plain(name), ...environments.map((environment) => cell(environment, name))]),
    ),
    freezes.join('\n'),
    (pullRequests ?? []).map(({ id, title, url }) => `- Open: ${link(`${id} ${title}`, url)}`).join('\n'),
    notes
      .filter(({ severity }) => severity === 'warn')
      .map(({ message }) => `- ⚠️ ${plain(message)}`)
      .join('\n'),
  );
}

function freezeLine(environment, { selection, reason, by, until, hold, expired, enforced }) {
  const what = [...selection.applications, ...selection.images];
  const whole = what.length === 0 ? '' : ` (${plain(what.join(', '))})`;
  const end = until === null ? '' : ` until ${plain(until)}`;
  const state = expired ? ', **expired**' : enforced ? '' : ', **not enforced**: freeze again';
  return `- ${plain(environment)}${whole} is ${hold ? 'held' : 'frozen'}${end} by ${plain(by)}: ${plain(reason || 'no reason given')}${state}`;
}

const happened = {
  opened: 'Opened',
  updated: 'Updated',
  unchanged: 'Already as it should be:',
  merged: 'Merged',
  waiting: 'Waiting:',
};

/** What was done, or would be. */
function change({ mode, summary, wouldChange, versions, findings, skipped, pullRequests, closed, files }) {
  const dry = mode === 'apply' ? '' : ' (nothing was written)';
  return sections(
    `### ${plain(summary)}${dry}`,
    wouldChange ? '' : 'Nothing is to be done.',
    versions.length === 0
      ? ''
      : table(
          ['environment', 'application', 'image', 'from', 'to', ''],
          versions.map((one) => [
            plain(one.environment),
            plain(one.application),
            plain(one.image),
            version(one.from),
            version(one.to),
            one.kind,
          ]),
        ),
    versions.length === 0 ? files.map(({ path, change: what }) => `- ${what} ${plain(path)}`).join('\n') : '',
    findings
      .map((one) => `- ${one.severity === 'error' ? '❌' : '⚠️'} ${plain(one.message)} ${plain(one.remedy)}`)
      .join('\n'),
    skipped
      .map((one) => `- left out: ${plain(one.environment)} ${plain(one.application)}: ${plain(one.message)}`)
      .join('\n'),
    pullRequests.map((one) => pullRequestLine(one)).join('\n'),
    closed.map((one) => `- Closed ${link(`${one.id} ${one.title}`, one.url)}`).join('\n'),
  );
}

function pullRequestLine({ kind, id, title, url, waitingFor }) {
  const waits = waitingFor.length === 0 ? '' : ` (waits for ${plain(waitingFor.join(', '))})`;
  return `- ${happened[kind] ?? plain(kind)} ${link(`${id} ${title}`, url)}${waits}`;
}

function diff({ from, to, versions, onlyInFrom, onlyInTo }) {
  const only = (names, where) => (names.length === 0 ? '' : `Only in ${plain(where)}: ${plain(names.join(', '))}`);
  return sections(
    `### ${plain(from)} to ${plain(to)}`,
    versions.length === 0
      ? 'No version differs.'
      : table(
          ['application', 'image', plain(to), plain(from), ''],
          versions.map((one) => [
            plain(one.application),
            plain(one.image),
            version(one.from),
            version(one.to),
            one.kind ?? '',
          ]),
        ),
    only(onlyInFrom, from),
    only(onlyInTo, to),
  );
}

function failure({ error }) {
  const place = error.at === null ? '' : ` (${error.at.file}:${error.at.line})`;
  const line = ({ kind, message, remedy }) => `- ❌ **${plain(kind)}** ${plain(message)} ${plain(remedy)}`;
  return sections('### Refused', `${line(error)}${plain(place)}`, error.also.map(line).join('\n'));
}

function doctor({ state, checks }) {
  const rows = checks.map((one) => [one.state, one.check, `${one.message} ${one.remedy ?? ''}`].map(plain));
  return sections(`### Doctor: ${state}`, table(['', 'check', ''], rows));
}

function planWritten({ plan }) {
  const value = (one) => (one === null ? '—' : plain(one));
  const rows = plan.changes.flatMap(({ edits }) =>
    edits.map(({ file, at, before, after }) => [plain(file), plain(at), value(before), value(after)]),
  );
  return sections(
    `### Planned: ${plain(plan.summary)}`,
    rows.length === 0 ? 'Nothing is to be done.' : table(['file', 'at', 'before', 'after'], rows),
    plan.expires === null ? '' : `It is refused from ${plain(plan.expires)} on.`,
  );
}

function lint({ findings, silenced }) {
  const where = (at) => (at === null ? '' : `${plain(at.file)}:${at.line}`);
  return sections(
    '### Lint',
    findings.length === 0
      ? 'Nothing was found.'
      : table(
          ['', 'rule', 'where', ''],
          findings.map(({ severity, rule, at, message }) => [
            severity === 'error' ? '❌' : severity === 'warn' ? '⚠️' : 'ℹ️',
            plain(rule),
            where(at),
            plain(message),
          ]),
        ),
    silenced.length === 0 ? '' : `${silenced.length} more are silenced, each with its reason.`,
  );
}

const byDocument = {
  'gitops/lint/1': lint,
  'gitops/status/1': status,
  'gitops/change/1': change,
  'gitops/diff/1': diff,
  'gitops/error/1': failure,
  'gitops/doctor/1': doctor,
  'gitops/plan-written/1': planWritten,
};

/** The section for a document; empty for one that is not known. */
export function summaryOf(document) {
  const render = byDocument[document?.schema];
  return render === undefined ? '' : render(document);
}
