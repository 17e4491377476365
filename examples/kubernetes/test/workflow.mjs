// The workflow run on a fake GitHub: refused, approved, and again.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runWorkflow } from '../../../tools/run-workflow.mjs';
import { filesOf, startForge } from '../../../tools/sample-forge.mjs';

function demand(condition, why) {
  if (!condition) throw new Error(why);
}

export async function runPromotion({ bin, fakes }, documents, folder) {
  const { spec } = documents.find(({ kind }) => kind === 'WorkflowTemplate');
  const fake = await startForge(fakes, { 'acme/gitops': filesOf({ dev: '1.2.0', qa: '1.1.0', prod: '1.0.0' }) });
  let runs = 0;
  const start = async (approved, parameters) => {
    const own = join(folder, `run-${++runs}`);
    mkdirSync(own, { recursive: true });
    const asked = [];
    const done = await runWorkflow(spec, {
      documents,
      folder: own,
      parameters,
      env: {
        PATH: `${bin}:${process.env.PATH}`,
        GITHUB_SERVER_URL: fake.webUrl,
        GITOPS_NO_CACHE: 'true',
        NO_COLOR: '1',
      },
      secretFiles: { 'private-key.pem': fake.app.privateKey },
      environment: (env) => ({
        ...env,
        GITOPS_REPO: env.GITOPS_REPO.replace('https://github.com', fake.webUrl),
        GITHUB_APP_ID: String(fake.app.id),
      }),
      approve: (inputs) => {
        asked.push(inputs.summary);
        return { approved };
      },
    });
    const pullRequests = (done.log.find(({ template }) => template === 'apply')?.output ?? '').includes('Merged');
    return { ...done, asked, pullRequests, ran: done.log.map(({ template }) => template).join(' ') };
  };
  try {
    const refused = await start('no');
    demand(refused.ran === 'plan approve report' && refused.status === 'Succeeded', `refused: ${refused.ran}`);
    demand(refused.asked[0] === 'Promote dev to qa: shop 1.2.0', `asked: ${refused.asked[0]}`);
    const silent = await start('');
    demand(silent.ran === 'plan approve report', `without an answer: ${silent.ran}`);
    const approved = await start('yes');
    demand(approved.ran === 'plan approve apply report' && approved.pullRequests, `approved: ${approved.ran}`);
    const again = await start('yes');
    demand(again.ran === 'plan report', `again: ${again.ran}`);
    const wrong = await start('yes', { to: 'qaa' });
    demand(wrong.status === 'Failed' && wrong.failure.status === 3, `an unknown environment: ${wrong.status}`);
    demand(wrong.log.at(-1).template === 'report', 'the report does not run when the plan fails');
    demand(fake.violations.length === 0, fake.violations.join('\n'));
    return `${runs} runs`;
  } finally {
    await fake.close();
  }
}
