import { expect, test } from 'vitest';
import { projectFaults } from './charts.mjs';
import { workloadFaults } from './workload-rules.mjs';

const labels = { app: 'shop' };
/** A release without a fault. */
const release = () => {
  const probe = { httpGet: { path: '/healthz', port: 'http' } };
  const container = {
    name: 'shop',
    image: 'registry.example.com/shop:1.0.0',
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: probe,
    livenessProbe: probe,
    resources: { requests: { cpu: '10m', memory: '10Mi' }, limits: { memory: '10Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
  const pod = {
    serviceAccountName: 'shop',
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container],
  };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop' },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } },
  };
  const other = (kind, spec, more = {}) => ({ apiVersion: 'v1', kind, metadata: { name: 'shop' }, spec, ...more });
  const service = other('Service', { selector: labels, ports: [{ targetPort: 'http' }] });
  const policy = other('NetworkPolicy', { podSelector: { matchLabels: labels } });
  const account = other('ServiceAccount', undefined, { automountServiceAccountToken: false });
  const scaler = other('HorizontalPodAutoscaler', {
    scaleTargetRef: { kind: 'Deployment', name: 'shop' },
    minReplicas: 1,
    maxReplicas: 2,
  });
  const ingress = other('Ingress', { rules: [{ http: { paths: [{ backend: { service: { name: 'shop' } } }] } }] });
  return { container, pod, deployment, service, policy, account, scaler, ingress };
};
const objectsOf = ({ container: _, pod: __, ...objects }) => Object.values(objects);

test('a release without a fault', () => expect(workloadFaults(objectsOf(release()))).toEqual([]));

test.each([
  ['runs as root', ({ pod }) => delete pod.securityContext.runAsNonRoot, 'runAsNonRoot is not true'],
  ['user 0', ({ pod }) => Object.assign(pod.securityContext, { runAsUser: 0 }), 'runs as root'],
  ['no seccomp', ({ pod }) => delete pod.securityContext.seccompProfile, 'no seccomp profile'],
  ['a token', ({ pod }) => delete pod.automountServiceAccountToken, 'mounts a token for the Kubernetes API'],
  ['the network of the node', ({ pod }) => Object.assign(pod, { hostNetwork: true }), 'hostNetwork is on'],
  ['a folder of the node', ({ pod }) => Object.assign(pod, { volumes: [{ hostPath: { path: '/' } }] }), "the node's /"],
  [
    'an init container',
    ({ pod }) => Object.assign(pod, { initContainers: [{ name: 'a' }] }),
    'container a: requests no cpu',
  ],
  [
    'escalation',
    ({ container }) => delete container.securityContext.allowPrivilegeEscalation,
    'allowPrivilegeEscalation',
  ],
  [
    'a writable root',
    ({ container }) => delete container.securityContext.readOnlyRootFilesystem,
    'readOnlyRootFilesystem',
  ],
  ['capabilities', ({ container }) => delete container.securityContext.capabilities, 'drop all capabilities'],
  ['latest', ({ container }) => Object.assign(container, { image: 'shop:latest' }), 'latest is another image tomorrow'],
  ['no version', ({ container }) => Object.assign(container, { image: 'localhost:5000/shop' }), 'has no version'],
  ['no memory', ({ container }) => delete container.resources.limits, 'no limit of memory'],
  ['no probe', ({ container }) => delete container.livenessProbe, 'no livenessProbe'],
  [
    'a port without a name',
    ({ container }) => delete container.ports[0].name,
    'readinessProbe: port http does not exist',
  ],
  [
    'another port',
    ({ service }) => Object.assign(service.spec.ports[0], { targetPort: 'web' }),
    'port web is not one of shop',
  ],
  [
    'a service of nothing',
    ({ service }) => Object.assign(service.spec, { selector: { app: 'x' } }),
    'Service shop: selects no pod',
  ],
  ['no policy', ({ policy }) => Object.assign(policy, { kind: 'Other' }), 'no NetworkPolicy covers it'],
  ['no account', ({ account }) => Object.assign(account, { kind: 'Other' }), 'ServiceAccount shop does not exist'],
  ['a token by default', ({ account }) => delete account.automountServiceAccountToken, 'mounts a token by default'],
  [
    'a scaler of nothing',
    ({ scaler }) => Object.assign(scaler.spec.scaleTargetRef, { name: 'x' }),
    'Deployment x does not exist',
  ],
  ['two who scale', ({ deployment }) => Object.assign(deployment.spec, { replicas: 2 }), 'sets replicas too'],
  [
    'an ingress to nothing',
    ({ ingress }) => Object.assign(ingress.spec.rules[0].http.paths[0].backend.service, { name: 'x' }),
    'Service x',
  ],
])('a fault is found: %s', (_, change, fault) => {
  const changed = release();
  change(changed);
  expect(workloadFaults(objectsOf(changed)).join('\n')).toContain(fault);
});

test('a kind or a namespace that the project does not allow', () => {
  const application = { spec: { project: 'dev', destination: { namespace: 'dev' } } };
  const projects = new Map([['dev', { spec: { namespaceResourceWhitelist: [{ group: '', kind: 'Service' }] } }]]);
  const object = (kind, metadata = {}) => ({ apiVersion: 'v1', kind, metadata: { name: 'x', ...metadata } });
  const faults = (...objects) => projectFaults(application, objects, projects);
  expect(faults(object('Service'))).toEqual([]);
  expect(faults(object('Pod', { annotations: { 'helm.sh/hook': 'test' } }))).toEqual([]);
  expect(faults(object('Secret'))).toEqual(['project dev does not allow Secret of the core group']);
  expect(faults(object('Service', { namespace: 'prod' }))).toEqual(['Service x goes to namespace prod']);
});
