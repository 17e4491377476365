// What must hold here beyond what Terraform and the linters ask for.
import { visitExpression } from './expressions.mjs';
import { constantOf } from './parse.mjs';
import { visitBody } from './visit.mjs';

const everyone = new Set(['0.0.0.0/0', '::/0']);
/** Ways out, where the whole internet may stand. */
const waysOut = {
  aws_route: 'all',
  aws_route_table: 'all',
  aws_vpc_security_group_egress_rule: 'all',
  aws_security_group: 'egress',
  aws_default_security_group: 'egress',
  aws_network_acl: 'egress',
  aws_default_network_acl: 'egress',
};
/** Resources whose arguments would put a secret into the state. */
const secretResources = new Set(['aws_secretsmanager_secret_version', 'aws_ssm_parameter', 'kubernetes_secret_v1']);
const secretName = /(password|token|secret|private_key|credential)s?$/i;

export function policyFaults(module) {
  const faults = [];
  const at = (file) => (line, message) => faults.push({ file, line, message });
  for (const block of module.resource.values()) resourceFaults(block, at(block.file));
  for (const kind of ['data', 'module', 'provider', 'output', 'check'])
    for (const block of module[kind].values()) openFaults(block, at(block.file));
  for (const block of module.variable.values()) variableFaults(block, at(block.file));
  for (const { file, value } of module.locals.values()) visitExpression(value, openTo(at(file)));
  if (module.provider.size > 0 && module.path.startsWith('environments/')) backendFaults(module, at);
  return faults;
}

const openTo = (fault) => (node) => {
  if (node.kind === 'literal' && everyone.has(node.value)) fault(node.line, `${node.value} lets everyone in`);
};

const openFaults = (block, fault) => visitBody(block, openTo(fault));

function resourceFaults(block, fault) {
  const [type] = block.labels;
  const out = waysOut[type];
  if (out === 'egress')
    openFaults({ ...block, blocks: block.blocks.filter((inner) => inner.type !== 'egress') }, fault);
  else if (out === undefined) openFaults(block, fault);
  if (secretResources.has(type))
    fault(block.line, `${type} keeps a secret in the state: write it with the tool of the store`);
  if (type === 'aws_ecr_repository') {
    if (constantOf(block.attributes.get('image_tag_mutability')?.value) !== 'IMMUTABLE')
      fault(block.line, 'tags of images are IMMUTABLE');
    if (!block.blocks.some((inner) => inner.type === 'encryption_configuration'))
      fault(block.line, 'encryption_configuration is missing');
  }
  if (type === 'aws_eks_cluster' && !block.blocks.some((inner) => inner.type === 'encryption_config'))
    fault(block.line, 'secrets of the cluster are not encrypted: encryption_config is missing');
  if (type === 'aws_launch_template') diskFaults(block, fault);
  if (type === 'aws_cloudwatch_log_group' && !block.attributes.has('kms_key_id'))
    fault(block.line, 'the logs are not encrypted with a key: kms_key_id is missing');
  if (type === 'helm_release') releaseFaults(block, fault);
}

function diskFaults(block, fault) {
  const disks = block.blocks.filter((inner) => inner.type === 'block_device_mappings');
  const encrypted = disks.every((disk) =>
    disk.blocks.every((inner) => inner.type !== 'ebs' || constantOf(inner.attributes.get('encrypted')?.value) === true),
  );
  if (disks.length === 0 || !encrypted) fault(block.line, 'the disk of a node is not encrypted');
  const metadata = block.blocks.find((inner) => inner.type === 'metadata_options');
  if (constantOf(metadata?.attributes.get('http_tokens')?.value) !== 'required')
    fault(metadata?.line ?? block.line, 'http_tokens is required: without it any program on a node reads its role');
}

function releaseFaults(block, fault) {
  const version = block.attributes.get('version')?.value;
  const fromElsewhere = block.attributes.has('repository') || block.attributes.has('version');
  const exact = version?.kind === 'traversal' || /^[0-9]+\.[0-9]+\.[0-9]+$/.test(constantOf(version) ?? '');
  if (fromElsewhere && !exact) fault(version?.line ?? block.line, 'the version of a chart is exact');
  for (const name of ['set_sensitive', 'repository_password'])
    if (block.attributes.has(name)) fault(block.attributes.get(name).line, `${name} keeps a secret in the state`);
}

function variableFaults(block, fault) {
  const [name] = block.labels;
  const byDefault = block.attributes.get('default')?.value;
  if (byDefault !== undefined) visitExpression(byDefault, openTo(fault));
  if (secretName.test(name)) {
    if (constantOf(block.attributes.get('sensitive')?.value) !== true)
      fault(block.line, `var.${name} is not marked sensitive`);
    if (byDefault !== undefined && constantOf(byDefault) !== null) fault(block.line, `var.${name} has a default`);
  }
  const versioned = /_version$/.test(name) && typeof constantOf(byDefault) === 'string';
  if (versioned && !/^[0-9]+(\.[0-9]+)+$/.test(constantOf(byDefault)))
    fault(byDefault.line, `var.${name} is not an exact version`);
}

function backendFaults(module, at) {
  for (const terraform of module.terraform) {
    const backend = terraform.blocks.find((block) => block.type === 'backend');
    const fault = at(terraform.file);
    if (backend?.labels[0] !== 's3') return fault(terraform.line, 'the state is kept in S3: backend "s3"');
    if (constantOf(backend.attributes.get('encrypt')?.value) !== true) fault(backend.line, 'encrypt = true is missing');
    const wanted = `gitops/${module.path.split('/').at(-1)}/terraform.tfstate`;
    if (constantOf(backend.attributes.get('key')?.value) !== wanted)
      fault(backend.line, `the key of the state is ${wanted}`);
  }
}
