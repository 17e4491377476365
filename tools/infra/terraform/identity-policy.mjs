// Who may do what: what policies that are written here must hold, beyond what the linters ask for.
import { constantOf } from './parse.mjs';
import { visitBody } from './visit.mjs';

/** Modules of programs that look and change nothing. */
const readers = new Set(['modules/image-updater', 'modules/external-secrets']);
const reading = /^[a-z0-9-]+:(Get|List|Describe|BatchGet|BatchCheck)[A-Za-z]*$/;

/** What Pod Identity tells of a pod; a role that does not ask for all of it is for others too. */
const tellsOfPods = ['eks-cluster-arn', 'kubernetes-namespace', 'kubernetes-service-account'];

export function identityFaults(module) {
  const faults = [];
  for (const block of module.data.values()) {
    if (block.labels[0] !== 'aws_iam_policy_document') continue;
    const fault = (line, message) => faults.push({ file: block.file, line, message });
    for (const statement of statementsOf(block)) statementFaults(statement, fault, readers.has(module.path));
  }
  for (const block of module.resource.values()) {
    const fault = (line, message) => faults.push({ file: block.file, line, message });
    if (block.labels[0] === 'aws_eks_cluster') accessFaults(block, fault);
    if (block.labels[0] === 'aws_vpc' && !isLogged(block, module)) fault(block.line, 'the VPC has no flow log');
  }
  return faults;
}

const statementsOf = (block) => block.blocks.filter(({ type }) => type === 'statement');
const within = (block, type) => block.blocks.filter((inner) => inner.type === type);
const valueOf = (block, name) => constantOf(block?.attributes.get(name)?.value);

function statementFaults(statement, fault, readsOnly) {
  if (readsOnly && valueOf(statement, 'effect') !== 'Deny') {
    const actions = valueOf(statement, 'actions') ?? [];
    if (!Array.isArray(actions) || actions.length === 0) fault(statement.line, 'actions are written out here');
    for (const action of [].concat(actions))
      if (!reading.test(action)) fault(statement.line, `${action} is more than looking`);
  }
  const conditions = within(statement, 'condition');
  for (const condition of conditions)
    if ([].concat(valueOf(condition, 'values') ?? []).includes('*'))
      fault(condition.line, `${valueOf(condition, 'variable')} may be anything: a condition that asks for nothing`);
  const services = within(statement, 'principals').flatMap((one) => valueOf(one, 'identifiers') ?? []);
  if (!services.includes('pods.eks.amazonaws.com')) return;
  const asked = conditions
    .filter((condition) => valueOf(condition, 'test') === 'StringEquals')
    .map((condition) => valueOf(condition, 'variable'));
  for (const tag of tellsOfPods)
    if (!asked.includes(`aws:RequestTag/${tag}`)) fault(statement.line, `the role does not ask for ${tag}`);
}

function accessFaults(block, fault) {
  const [access] = within(block, 'access_config');
  if (valueOf(access, 'authentication_mode') !== 'API')
    fault(access?.line ?? block.line, 'who may do what stands in access entries alone: authentication_mode = "API"');
  if (valueOf(access, 'bootstrap_cluster_creator_admin_permissions') !== false)
    fault(access?.line ?? block.line, 'who makes the cluster gets no rights by that');
}

function isLogged(vpc, module) {
  const logs = [...module.resource.values()].filter(({ labels }) => labels[0] === 'aws_flow_log');
  return logs.some((log) => {
    let names = false;
    const id = log.attributes.get('vpc_id');
    const body = { attributes: new Map(id === undefined ? [] : [['vpc_id', id]]), blocks: [] };
    visitBody(body, (node) => {
      if (node.kind === 'traversal' && node.root === 'aws_vpc' && node.steps[0]?.name === vpc.labels[1]) names = true;
    });
    return names;
  });
}
