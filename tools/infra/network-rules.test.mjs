import { expect, test } from 'vitest';
import { networkFaults } from './network-rules.mjs';

const app = (name) => ({ 'app.kubernetes.io/name': name });
const deployment = (name, ports) => ({
  kind: 'Deployment',
  metadata: { name },
  spec: { template: { metadata: { labels: { ...app(name), version: '1' } }, spec: { containers: [{ ports }] } } },
});
const policy = (name, spec) => ({
  kind: 'NetworkPolicy',
  metadata: { name },
  spec: { podSelector: { matchLabels: app(name) }, policyTypes: ['Ingress', 'Egress'], ...spec },
});
const http = [{ name: 'http', containerPort: 8080 }];
const from = (...names) => names.map((name) => ({ podSelector: { matchLabels: app(name) } }));
const outside = { namespaceSelector: { matchLabels: app('anywhere') } };

function namespace({ clients = ['payments'], calls = 'users', port = 8080, at = 'http' } = {}) {
  return [
    deployment('payments', http),
    deployment('users', http),
    policy('payments', {
      ingress: [{ from: [outside], ports: [{ port: 'http' }] }],
      egress: [
        { to: from(calls), ports: [{ port }] },
        { to: [outside], ports: [{ port: 53 }] },
      ],
    }),
    policy('users', { ingress: [{ from: from(...clients), ports: [{ port: at }] }] }),
  ];
}

test('who is let out is let in', () => expect(networkFaults(namespace())).toEqual([]));

test('a port by number is the one by name', () => {
  expect(networkFaults(namespace({ port: 'http', at: 8080 }))).toEqual([]);
});

test('a service without a policy takes everybody', () => {
  expect(networkFaults(namespace().slice(0, 3))).toEqual([]);
});

test.each([
  ['nothing listens there', { at: 'web' }, 'NetworkPolicy users: lets in at web, where nothing listens'],
  [
    'nobody is called so',
    { clients: ['payment'] },
    'NetworkPolicy users: lets in app.kubernetes.io/name=payment, which',
  ],
  ['the other side is closed', { clients: ['users'] }, 'name=users at 8080, which does not let it in'],
  ['the port of the service', { port: 80 }, 'name=users at 80, where nothing listens'],
  ['a service that is not there', { calls: 'user' }, 'name=user, which is not there'],
])('a call that is blocked: %s', (_, change, said) => {
  expect(networkFaults(namespace(change)).join('\n')).toContain(said);
});

test('a policy that chooses nothing', () => {
  expect(networkFaults([deployment('users', http), policy('user', {})])).toEqual([
    'NetworkPolicy user: chooses no pod',
  ]);
});
