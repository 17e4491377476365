// Who may call whom in one namespace: a policy that opens a port nobody has, or names a service that is not there, or
// lets out what the other side does not let in, is valid and blocks.

const templateOf = ({ kind, metadata, spec }) =>
  kind === 'Pod' ? { metadata, spec } : kind === 'Deployment' ? spec.template : undefined;

/** Whether a selector chooses these labels. */
function selects({ matchLabels = {}, matchExpressions }, labels = {}) {
  if (matchExpressions !== undefined) throw new Error('matchExpressions of a policy are not read here');
  return Object.entries(matchLabels).every(([name, value]) => labels[name] === value);
}

const portsOf = (pods) => pods.flatMap((pod) => pod.spec.containers.flatMap((one) => one.ports ?? []));
const isPort = (ports, port) => ports.some((one) => one.name === port || one.containerPort === port);
const podsOnly = (peer) => peer.podSelector !== undefined && peer.namespaceSelector === undefined;
const words = ({ matchLabels = {} }) =>
  Object.entries(matchLabels)
    .map((pair) => pair.join('='))
    .join(',');

/** Faults of the network policies among the objects of one namespace. */
export function networkFaults(objects) {
  const pods = objects.map(templateOf).filter((one) => one !== undefined);
  const policies = objects.filter((one) => one.kind === 'NetworkPolicy');
  const chosen = (selector) => pods.filter((pod) => selects(selector, pod.metadata.labels));
  const view = { chosen, policies };
  return policies.flatMap((policy) => {
    const own = chosen(policy.spec.podSelector);
    const faults =
      own.length === 0 ? ['chooses no pod'] : [...inFaults(policy, own, view), ...outFaults(policy, own, view)];
    return faults.map((fault) => `NetworkPolicy ${policy.metadata.name}: ${fault}`);
  });
}

function* inFaults({ spec }, own, { chosen }) {
  for (const { from = [], ports = [] } of spec.ingress ?? []) {
    for (const { port } of ports) if (!isPort(portsOf(own), port)) yield `lets in at ${port}, where nothing listens`;
    for (const { podSelector } of from.filter(podsOnly))
      if (chosen(podSelector).length === 0) yield `lets in ${words(podSelector)}, which is not there`;
  }
}

function* outFaults({ spec }, own, { chosen, policies }) {
  for (const { to = [], ports = [] } of spec.egress ?? []) {
    for (const { podSelector } of to.filter(podsOnly)) {
      const others = chosen(podSelector);
      if (others.length === 0) yield `lets out to ${words(podSelector)}, which is not there`;
      for (const { port } of others.length === 0 ? [] : ports) {
        if (!isPort(portsOf(others), port)) yield `lets out to ${words(podSelector)} at ${port}, where nothing listens`;
        else if (!others.every((other) => admits(policies, other, own, port)))
          yield `lets out to ${words(podSelector)} at ${port}, which does not let it in`;
      }
    }
  }
}

/** Whether some policy of a pod lets others in at a port; a pod without one takes everybody. */
function admits(policies, pod, callers, port) {
  const { labels } = pod.metadata;
  const own = policies.filter(({ spec }) => selects(spec.podSelector, labels) && spec.policyTypes.includes('Ingress'));
  if (own.length === 0) return true;
  const names = portsOf([pod]).flatMap((one) => (isPort([one], port) ? [one.name, one.containerPort] : []));
  return own.some(({ spec }) =>
    (spec.ingress ?? []).some(
      ({ from, ports }) =>
        (ports === undefined || ports.some((one) => names.includes(one.port))) &&
        (from === undefined ||
          callers.every((caller) =>
            from.some((peer) => podsOnly(peer) && selects(peer.podSelector, caller.metadata.labels)),
          )),
    ),
  );
}
