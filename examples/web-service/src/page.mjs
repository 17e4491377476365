// The approval page. Whatever is in the repository is text here: the template escapes every value.
import { describeError, describeVersion, freezeStateOf } from '@gitops/core';
import { html } from 'hono/html';

const versionOf = (version) => (version === null ? '–' : describeVersion(version));

/** @param {string} title @param {unknown} body */
export const page = (title, body) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
${body}
</body>
</html>
`;

/**
 * @param {{ fleet: import('@gitops/core').Fleet, now: string, promotions: readonly object[] }} board
 * @param {{ name: string, person: string, formOf: (plan: import('@gitops/core').Plan) => { paper: string, mark: string } | null }} view
 */
export function boardPage({ fleet, now, promotions }, { name, person, formOf }) {
  return page(
    `${name}: versions`,
    html`<header><h1>${name}</h1><p>Signed in as ${person}</p></header>
<main>
${problemsOf(fleet)}
<table id="board">
<caption>What runs where</caption>
<thead><tr><th scope="col">Application</th>${fleet.environments.map((one) => headOf(fleet, one, now))}</tr></thead>
<tbody>${rowsOf(fleet)}</tbody>
</table>
${promotions.map((one) => promotionSection(one, formOf))}
</main>`,
  );
}

function headOf(fleet, environment, now) {
  const freezes = freezeStateOf(fleet, environment, now).map(({ record, expired, hold }) => {
    const what = [...record.selection.applications, ...record.selection.images].join(', ');
    const end = record.until === null ? '' : ` until ${record.until}`;
    return html`<small class="frozen">${hold ? 'held' : 'frozen'}${what === '' ? '' : ` (${what})`} by ${record.by}${end}${expired ? ', which is past' : ''}: ${record.reason}</small>`;
  });
  return html`<th scope="col">${environment.name}${freezes}</th>`;
}

/** A row for each image of each application, whichever environments have it. */
function rowsOf({ environments }) {
  const rows = new Map();
  for (const environment of environments) {
    for (const { application, images } of environment.instances) {
      for (const { image, version } of images) {
        const key = JSON.stringify([application, image]);
        const row = rows.get(key) ?? { application, image, versions: new Map() };
        row.versions.set(environment.name, versionOf(version));
        rows.set(key, row);
      }
    }
  }
  return [...rows.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([, { application, image, versions }]) =>
        html`<tr><th scope="row">${application}<small>${image}</small></th>${environments.map(({ name }) => html`<td>${versions.get(name) ?? ''}</td>`)}</tr>`,
    );
}

/** What could not be read is missing in the table: said, since the rest looks complete. */
function problemsOf({ unreadable, ambiguous }) {
  const all = [...unreadable, ...ambiguous];
  return all.length === 0 ? '' : html`<section class="problem"><h2>Not read</h2>${all.map(errorText)}</section>`;
}

function promotionSection({ from, to, plan }, formOf) {
  const title = html`<h2>${from} → ${to}</h2>`;
  if (plan.isErr()) return html`<section class="promotion">${title}${errorText(plan.error)}</section>`;
  const { versions, findings, skipped, changes } = plan.value;
  const form = changes.length === 0 ? null : formOf(plan.value);
  return html`<section class="promotion" data-from="${from}" data-to="${to}">${title}
${changes.length === 0 ? html`<p>Nothing to promote.</p>` : ''}
${versions.length === 0 ? '' : movesOf(versions)}
${findings.map(({ message, remedy }) => html`<p class="warning">${message} ${remedy}</p>`)}
${skipped.map(({ message }) => html`<p class="skipped">${message}</p>`)}
${form === null ? '' : formOfPlan(form, from, to)}
</section>`;
}

const movesOf = (versions) => html`<table class="moves">
<thead><tr><th scope="col">Application</th><th scope="col">From</th><th scope="col">To</th><th scope="col">Change</th></tr></thead>
<tbody>${versions.map(
  ({ application, image, from, to, kind }) =>
    html`<tr><th scope="row">${application}<small>${image}</small></th><td>${versionOf(from)}</td><td>${versionOf(to)}</td><td>${kind}</td></tr>`,
)}</tbody>
</table>`;

const formOfPlan = ({ paper, mark }, from, to) => html`<form method="post" action="/approve">
<input type="hidden" name="plan" value="${paper}">
<input type="hidden" name="mark" value="${mark}">
<button type="submit">Approve ${from} → ${to}</button>
</form>`;

/** An error with its remedy, as the command line tells it. */
export const errorText = (error) => html`<pre class="problem">${describeError(error)}</pre>`;

/** @param {import('@gitops/core').Outcome} outcome @param {string} person */
export function outcomePage({ plan, pullRequests, notes }, person) {
  return page(
    plan.summary,
    html`<main><h1>${plan.summary}</h1>
${pullRequests.length === 0 ? html`<p>Nothing was to be done.</p>` : ''}
<ul id="outcome">${pullRequests.map(({ kind, id, title, url }) => html`<li class="${kind}">${kind}: <a href="${safeLink(url)}">${id} ${title}</a></li>`)}</ul>
${notes.map((note) => html`<p>${note}</p>`)}
<p>Asked for by ${person}. <a href="/">All versions</a></p></main>`,
  );
}

/** @param {import('@gitops/core').GitOpsError} error */
export const errorPage = (error) =>
  page(error.kind, html`<main><h1>Not done</h1>${errorText(error)}<p><a href="/">All versions</a></p></main>`);

/** @param {string} message @param {string} remedy */
export const refusedPage = (message, remedy) =>
  page(message, html`<main><h1>${message}</h1><p>${remedy}</p><p><a href="/">All versions</a></p></main>`);

/** A forge's own answer, so it is looked at before a browser is sent there. */
const safeLink = (url) => (/^https?:\/\//.test(url) ? url : '#');
