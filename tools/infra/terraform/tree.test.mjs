// The tree of infra/terraform as it is, and with one thing broken at a time.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkTree, shown } from './check.mjs';
import { exampleFaults } from './examples.mjs';
import { documentsOf, readManifests } from './manifests.mjs';
import { readFolders } from './modules.mjs';

const read = (name) => JSON.parse(readFileSync(new URL(`../data/${name}.json`, import.meta.url), 'utf8'));
const data = { schema: read('terraform-providers'), functions: read('terraform-functions') };
const dev = new URL('../../../infra/terraform/environments/dev/', import.meta.url);
const folders = readFolders(new URL('../../../infra/terraform', import.meta.url).pathname);

function faultsWith(file, from, to) {
  const at = file.lastIndexOf('/');
  const [folder, name] = [file.slice(0, at), file.slice(at + 1)];
  const text = folders.get(folder)[name];
  expect(text).toContain(from);
  const broken = new Map(folders).set(folder, { ...folders.get(folder), [name]: text.replace(from, () => to) });
  const { modules, ...found } = checkTree(broken, data);
  return Object.values(found).flat().map(shown);
}

describe('infra/terraform', () => {
  it('has no fault', () => {
    const { modules, ...found } = checkTree(folders, data);
    expect(modules.size).toBeGreaterThan(10);
    expect(Object.values(found).flat().map(shown)).toEqual([]);
  });

  const breaks = {
    'a wrong output': [
      'environments/dev/main.tf',
      'module.network.logs_key_arn',
      'module.network.log_key_arn',
      'has no output log_key_arn',
    ],
    'an output that the module lost': [
      'modules/cluster/outputs.tf',
      'output "node_role_arn"',
      'output "node_role"',
      'has no output node_role_arn',
    ],
    'an input that does not exist': [
      'environments/dev/main.tf',
      'zones  ',
      'zone_names  ',
      'has no variable zone_names',
    ],
    'an input that is missing': [
      'environments/prod/main.tf',
      /\n {2}cidr +=.*\n/.exec(folders.get('environments/prod')['main.tf'])[0],
      '\n',
      'module.network: cidr is missing',
    ],
    'an input of another type': [
      'environments/prod/main.tf',
      'zones                   = var.zones',
      'zones                   = "eu-central-1a"',
      'zones is a list',
    ],
    'a key that an object does not have': [
      'environments/prod/main.tf',
      'capacity_type  = "SPOT"',
      'capacity       = "SPOT"',
      'has no capacity',
    ],
    'a module that is not there': [
      'environments/dev/main.tf',
      '../../modules/storage',
      '../../modules/disks',
      'there is no module in modules/disks',
    ],
    'a variable that is not declared': [
      'modules/network/main.tf',
      'var.cidr',
      'var.range',
      'var.range is not declared',
    ],
    'a variable without use': [
      'modules/storage/main.tf',
      'var.reclaim_policy',
      '"Delete"',
      'var.reclaim_policy is never used',
    ],
    'a variable without a type': ['modules/storage/variables.tf', '  type        = string\n', '', 'a type is missing'],
    'a variable without a description': [
      'modules/argocd/variables.tf',
      '  description = "Namespace of Argo CD."\n',
      '',
      'a description is missing',
    ],
    'a default of another type': [
      'modules/registry/variables.tf',
      'default     = 200',
      'default     = "many"',
      'the default is a number',
    ],
    'a local that is not declared': [
      'modules/network/routes.tf',
      'local.nat_zones',
      'local.zone_names',
      'local.zone_names is not declared',
    ],
    'a key that a local does not have': [
      'environments/dev/providers.tf',
      'local.cluster_login.args',
      'local.cluster_login.arguments',
      'has no key arguments',
    ],
    'a data source that is not declared': [
      'modules/cluster/main.tf',
      'data.aws_iam_policy_document.cluster_trust.json',
      'data.aws_iam_policy_document.trust.json',
      'data.aws_iam_policy_document.trust is not declared',
    ],
    'an attribute that a resource does not have': [
      'modules/cluster/outputs.tf',
      'aws_eks_cluster.this.endpoint',
      'aws_eks_cluster.this.endpoint_url',
      'has no attribute endpoint_url',
    ],
    'an attribute through each.value': [
      'modules/registry/main.tf',
      'repository = each.value.name\n\n',
      'repository = each.value.title\n\n',
      'each.value has no attribute title',
    ],
    'an attribute through a for expression': [
      'modules/registry/outputs.tf',
      'repository.repository_url ',
      'repository.url ',
      'repository has no attribute url',
    ],
    'an attribute of an iterator': [
      'modules/cluster/nodes.tf',
      'taint.value.effect',
      'taint.name.effect',
      'taint has key and value',
    ],
    'an index that is missing': [
      'modules/network/routes.tf',
      'aws_eip.nat[each.key].id',
      'aws_eip.nat.id',
      'an index is missing',
    ],
    'each where there is no for_each': [
      'modules/network/main.tf',
      'tags = { Name = var.name }',
      'tags = { Name = each.key }',
      'where no for_each is set',
    ],
    'a function that does not exist': [
      'modules/network/main.tf',
      'cidrsubnet(var.cidr, 3',
      'subnetcidr(var.cidr, 3',
      'there is no function subnetcidr',
    ],
    'a function with an argument too few': [
      'modules/network/main.tf',
      'cidrsubnet(var.cidr, 3, index)',
      'cidrsubnet(var.cidr, index)',
      'cidrsubnet takes 3 arguments, not 2',
    ],
    'an unknown argument': [
      'modules/cluster/main.tf',
      'enabled_cluster_log_types ',
      'enabled_log_types ',
      'there is no argument enabled_log_types',
    ],
    'a required argument that is missing': [
      'modules/cluster/main.tf',
      '  role_arn                      = aws_iam_role.cluster.arn\n',
      '',
      'role_arn is missing',
    ],
    'a misspelt nested block': [
      'modules/cluster/main.tf',
      'encryption_config {',
      'encryption_configs {',
      'there is no block encryption_configs',
    ],
    'an unknown argument in a nested block': [
      'modules/cluster/nodes.tf',
      'max_unavailable_percentage',
      'max_unavailable_percent',
      'there is no argument update_config.max_unavailable_percent',
    ],
    'an unknown argument in a dynamic block': [
      'modules/cluster/nodes.tf',
      '      effect = taint',
      '      effects = taint',
      'there is no argument taint.effects',
    ],
    'a block written as an argument': [
      'modules/cluster/main.tf',
      'upgrade_policy {',
      'upgrade_policy = {',
      'upgrade_policy is a block',
    ],
    'an argument written as a block': [
      'environments/dev/providers.tf',
      'kubernetes = {',
      'kubernetes {',
      'kubernetes is an argument',
    ],
    'an argument of another type': [
      'modules/network/main.tf',
      'enable_dns_support   = true',
      'enable_dns_support   = ["a"]',
      'enable_dns_support is true or false',
    ],
    'a resource that no provider has': [
      'modules/network/main.tf',
      'resource "aws_internet_gateway"',
      'resource "aws_internet_gate"',
      'nothing is known about it',
    ],
    'an argument of a provider': [
      'environments/prod/providers.tf',
      'allowed_account_ids',
      'account_ids',
      'there is no argument account_ids',
    ],
    'a provider without a version': [
      'modules/network/versions.tf',
      '      version = "6.25.0"\n',
      '',
      'the version of aws is 6.25.0, not undefined',
    ],
    'a provider of another version': [
      'environments/dev/versions.tf',
      '"6.25.0"',
      '"~> 6.0"',
      'the version of aws is 6.25.0, not ~> 6.0',
    ],
    'a provider that is not asked for': [
      'modules/image-updater/versions.tf',
      'helm = {',
      'helmet = {',
      'required_providers lacks helm',
    ],
    'a provider that is not set up': [
      'environments/dev/providers.tf',
      'provider "kubernetes" {',
      'provider "kubernetes" {\n  alias = "other"',
      'the provider kubernetes is not set up',
    ],
    'another version of Terraform': ['modules/network/versions.tf', '>= 1.5.0', '>= 1.2.0', 'required_version'],
    'tags of images that can change': [
      'modules/registry/main.tf',
      '"IMMUTABLE"',
      '"MUTABLE"',
      'tags of images are IMMUTABLE',
    ],
    'images without a key': [
      'modules/registry/main.tf',
      / {2}encryption_configuration \{[^}]*\}\n/.exec(folders.get('modules/registry')['main.tf'])[0],
      '',
      'encryption_configuration is missing',
    ],
    'a disk that is not encrypted': [
      'modules/cluster/nodes.tf',
      'encrypted             = true',
      'encrypted             = false',
      'not encrypted',
    ],
    'secrets that are not encrypted': [
      'modules/cluster/main.tf',
      / {2}encryption_config \{[\s\S]*?\n {2}\}\n/.exec(folders.get('modules/cluster')['main.tf'])[0],
      '',
      'encryption_config is missing',
    ],
    'logs without a key': [
      'modules/network/logs.tf',
      '  kms_key_id        = aws_kms_key.logs.arn\n',
      '',
      'kms_key_id is missing',
    ],
    'metadata without a token': ['modules/cluster/nodes.tf', '"required"', '"optional"', 'http_tokens is required'],
    'an open API by default': [
      'modules/cluster/variables.tf',
      'default     = []',
      'default     = ["0.0.0.0/0"]',
      '0.0.0.0/0 lets everyone in',
    ],
    'an open API in an environment': [
      'environments/prod/main.tf',
      'var.api_allowed_cidrs',
      '["0.0.0.0/0"]',
      '0.0.0.0/0 lets everyone in',
    ],
    'an open security group': [
      'modules/network/main.tf',
      '  vpc_id = aws_vpc.this.id\n',
      '  vpc_id = aws_vpc.this.id\n  ingress {\n    from_port = 443\n    to_port = 443\n    protocol = "tcp"\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n',
      '0.0.0.0/0 lets everyone in',
    ],
    'an open rule': [
      'modules/network/main.tf',
      'resource "aws_internet_gateway"',
      'resource "aws_vpc_security_group_ingress_rule" "a" {\n  security_group_id = aws_default_security_group.this.id\n  ip_protocol = "-1"\n  cidr_ipv6 = "::/0"\n}\n\nresource "aws_internet_gateway"',
      '::/0 lets everyone in',
    ],
    'a chart without an exact version': ['modules/argocd/variables.tf', '"10.9.5"', '"10.x"', 'not an exact version'],
    'a chart without a version': [
      'modules/external-secrets/main.tf',
      '  version          = var.chart_version\n',
      '',
      'the version of a chart is exact',
    ],
    'a secret in the state': [
      'modules/external-secrets/main.tf',
      'locals {',
      'resource "aws_secretsmanager_secret_version" "a" {\n  secret_id = "a"\n  secret_string = "b"\n}\n\nlocals {',
      'keeps a secret in the state',
    ],
    'a password that is shown': [
      'environments/prod/variables.tf',
      'variable "notifications" {',
      'variable "git_token" {\n  description = "a"\n  type = string\n}\n\nvariable "notifications" {',
      'var.git_token is not marked sensitive',
    ],
    'a state that another environment uses': [
      'environments/prod/versions.tf',
      'gitops/prod/',
      'gitops/dev/',
      'the key of the state is gitops/prod/terraform.tfstate',
    ],
    'a state that is not encrypted': [
      'environments/prod/versions.tf',
      '    encrypt = true\n',
      '',
      'encrypt = true is missing',
    ],
    'a VPC without a flow log': [
      'modules/network/logs.tf',
      'vpc_id               = aws_vpc.this.id',
      'subnet_id            = aws_vpc.this.id',
      'the VPC has no flow log',
    ],
    'a reader that writes': [
      'modules/image-updater/main.tf',
      '"ecr:ListImages"]',
      '"ecr:ListImages", "ecr:PutImage"]',
      'ecr:PutImage is more than looking',
    ],
    'a reader that may do anything': [
      'modules/external-secrets/main.tf',
      '"secretsmanager:GetSecretValue"',
      '"secretsmanager:*"',
      'secretsmanager:* is more than looking',
    ],
    'a role for every service account': [
      'modules/pod-identity/main.tf',
      'values   = [var.service_account]',
      'values   = ["*"]',
      'may be anything',
    ],
    'a role that does not ask for the cluster': [
      'modules/cluster/addons.tf',
      'aws:RequestTag/eks-cluster-arn',
      'aws:RequestTag/eks-cluster-name',
      'does not ask for eks-cluster-arn',
    ],
    'a cluster whose maker administers it': [
      'modules/cluster/main.tf',
      'bootstrap_cluster_creator_admin_permissions = false',
      'bootstrap_cluster_creator_admin_permissions = true',
      'gets no rights by that',
    ],
    'a cluster with a map of users': [
      'modules/cluster/main.tf',
      '"API"',
      '"API_AND_CONFIG_MAP"',
      'access entries alone',
    ],
    'a file that cannot be read': [
      'modules/network/main.tf',
      'resource "aws_vpc" "this" {',
      'resource "aws_vpc" "this" {{',
      '} is missing before',
    ],
  };

  it.each(Object.entries(breaks))('finds %s', (_, [file, from, to, message]) => {
    expect(faultsWith(file, from, to)).toEqual(expect.arrayContaining([expect.stringContaining(message)]));
  });
});

describe('examples of values', () => {
  const { modules } = checkTree(folders, data);
  const example = readFileSync(new URL('terraform.tfvars.example', dev), 'utf8');
  const faultsOf = (from, to) =>
    exampleFaults(
      modules.get('environments/dev'),
      'a',
      example.replace(from, () => to),
    ).map(shown);

  it('are those of the variables', () => {
    expect(faultsOf('', '')).toEqual([]);
  });

  it.each([
    ['account_id', 'account', 'there is no variable account'],
    [/^region .*\n/, '', 'region is missing'],
    ['"198.51.100.0/24"', '"0.0.0.0/0"', 'lets everyone in'],
    ['["198.51.100.0/24"]', '"198.51.100.0/24"', 'api_allowed_cidrs is a list'],
    ['"111122223333"', 'var.account', 'values are written out'],
    ['"111122223333"', '"111122223333', 'not closed'],
  ])('%s → %s', (from, to, message) => {
    expect(faultsOf(from, to)).toEqual(expect.arrayContaining([expect.stringContaining(message)]));
  });
});

describe('manifests for Argo CD', () => {
  const infra = new URL('../../../infra', import.meta.url).pathname;
  const withFiles = (from, to) => {
    const files = folders.get('environments/dev');
    const text = files['argocd.tf'].replace(from, () => to);
    const broken = new Map(folders).set('environments/dev', { ...files, 'argocd.tf': text });
    return readManifests(checkTree(broken, data).modules.get('environments/dev'), infra);
  };

  it('are the files of infra/argocd, those for notifications too', () => {
    const { faults, manifests } = withFiles('', '');
    expect(faults).toEqual([]);
    const kinds = manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(kinds).toEqual(expect.arrayContaining(['Application/root-dev', 'AppProject/dev', 'Namespace/prod']));
    expect(kinds).toContain('ConfigMap/argocd-notifications-cm');
    expect(kinds).not.toContain('Application/root-prod');
  });

  it('are missed where a file is', () => {
    expect(withFiles('root/dev.yaml', 'root/staging.yaml').faults).toMatchObject([
      { line: 5, message: 'root/staging.yaml: there is no such file in infra/argocd' },
    ]);
  });

  it('are parted as Terraform parts them', () => {
    expect(documentsOf('# a\nb: 1\n---\nb: 2\n', 'c')).toEqual([{ b: 1 }, { b: 2 }]);
    expect(() => documentsOf('b: 1\n--- \nb: 2\n', 'c')).toThrow('one document between');
    expect(() => documentsOf('b: 1\n---\n', 'c')).toThrow('one document between');
  });
});
