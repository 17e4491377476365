// What a rendered chart must hold to besides its schema: pods that could do little harm, and objects that find each other.

const podOf = ({ kind, spec }) => (kind === 'Pod' ? spec : (spec?.jobTemplate?.spec ?? spec)?.template?.spec);
const labelsOf = (value) => (value.kind === 'Pod' ? value.metadata : value.spec?.template?.metadata)?.labels ?? {};
const isSelected = (selector, labels) => Object.entries(selector).every(([key, value]) => labels[key] === value);

/** Faults of the objects of one release. */
export function workloadFaults(objects) {
  return objects.flatMap((object) => {
    const pod = podOf(object);
    const faults = [...(pod === undefined ? [] : podFaults(object, pod)), ...linkFaults(object, objects)];
    return faults.map((fault) => `${object.kind} ${object.metadata.name}: ${fault}`);
  });
}

function* podFaults(object, pod) {
  const context = pod.securityContext ?? {};
  if (pod.automountServiceAccountToken !== false) yield 'mounts a token for the Kubernetes API';
  for (const key of ['hostNetwork', 'hostPID', 'hostIPC']) if (pod[key] === true) yield `${key} is on`;
  for (const volume of pod.volumes ?? [])
    if (volume.hostPath !== undefined) yield `mounts the node's ${volume.hostPath.path}`;
  const isService = object.kind === 'Deployment' || object.kind === 'StatefulSet' || object.kind === 'DaemonSet';
  for (const container of [...(pod.initContainers ?? []), ...(pod.containers ?? [])])
    for (const fault of [...containerFaults(container, context), ...resourceFaults(container)])
      yield `container ${container.name}: ${fault}`;
  if (!isService) return;
  for (const container of pod.containers)
    for (const probe of ['readinessProbe', 'livenessProbe'])
      if (container[probe] === undefined) yield `container ${container.name}: has no ${probe}`;
}

function* containerFaults({ image, securityContext: own = {} }, pod) {
  const tag = image?.split('@')[0].match(/:([^:/]+)$/)?.[1];
  if (tag === 'latest') yield `${image}: latest is another image tomorrow`;
  if (tag === undefined && !/@sha256:[0-9a-f]{64}$/.test(image ?? '')) yield `${image}: has no version`;
  if ((own.runAsNonRoot ?? pod.runAsNonRoot) !== true) yield 'runAsNonRoot is not true';
  if ((own.runAsUser ?? pod.runAsUser) === 0) yield 'runs as root';
  if (own.allowPrivilegeEscalation !== false) yield 'allowPrivilegeEscalation is not false';
  if (own.privileged === true) yield 'is privileged';
  if (own.readOnlyRootFilesystem !== true) yield 'readOnlyRootFilesystem is not true';
  if (!own.capabilities?.drop?.includes('ALL')) yield 'does not drop all capabilities';
  if ((own.capabilities?.add ?? []).length > 0) yield `adds capabilities ${own.capabilities.add.join(', ')}`;
  const profile = (own.seccompProfile ?? pod.seccompProfile)?.type;
  if (profile !== 'RuntimeDefault' && profile !== 'Localhost') yield 'has no seccomp profile';
}

function* resourceFaults({ resources = {} }) {
  for (const name of ['cpu', 'memory']) if (resources.requests?.[name] === undefined) yield `requests no ${name}`;
  if (resources.limits?.memory === undefined) yield 'has no limit of memory';
}

/** Names and labels by which an object refers to another one of the release. */
function* linkFaults(object, objects) {
  const { kind, spec = {} } = object;
  const workloads = objects.filter((one) => podOf(one) !== undefined);
  const selects = (selector) => workloads.filter((one) => isSelected(selector, labelsOf(one)));
  const exists = (ofKind, name) => objects.some((one) => one.kind === ofKind && one.metadata.name === name);
  if (kind === 'Service') {
    const chosen = selects(spec.selector ?? {});
    if (chosen.length === 0) yield 'selects no pod';
    for (const workload of chosen)
      for (const { targetPort } of spec.ports)
        if (!hasPort(podOf(workload), targetPort)) yield `port ${targetPort} is not one of ${workload.metadata.name}`;
  }
  if ((kind === 'NetworkPolicy' || kind === 'PodDisruptionBudget') && selects(matchLabels(spec)).length === 0)
    yield 'selects no pod';
  if (kind === 'HorizontalPodAutoscaler') {
    const { kind: target, name } = spec.scaleTargetRef;
    if (!exists(target, name)) yield `${target} ${name} does not exist`;
    if (spec.minReplicas > spec.maxReplicas) yield 'minReplicas is above maxReplicas';
    if (objects.some((one) => one.kind === target && one.metadata.name === name && one.spec.replicas !== undefined))
      yield `${target} ${name} sets replicas too`;
  }
  if (kind === 'Ingress')
    for (const { backend } of (spec.rules ?? []).flatMap((rule) => rule.http?.paths ?? []))
      if (!exists('Service', backend.service.name)) yield `Service ${backend.service.name} does not exist`;
  if (kind === 'ServiceAccount' && object.automountServiceAccountToken !== false) yield 'mounts a token by default';
  if (kind === 'Deployment') yield* deploymentFaults(object, objects, exists);
}

const matchLabels = (spec) => (spec.podSelector ?? spec.selector ?? {}).matchLabels ?? {};
const hasPort = (pod, port) =>
  pod.containers.some(({ ports = [] }) => ports.some((one) => one.name === port || one.containerPort === port));

function* deploymentFaults(object, objects, exists) {
  const { serviceAccountName, containers } = podOf(object);
  if (!isSelected(object.spec.selector.matchLabels, labelsOf(object))) yield 'does not select its own pods';
  if (serviceAccountName === undefined || serviceAccountName === 'default') yield 'uses the default service account';
  else if (!exists('ServiceAccount', serviceAccountName)) yield `ServiceAccount ${serviceAccountName} does not exist`;
  const covers = (one) => one.kind === 'NetworkPolicy' && isSelected(matchLabels(one.spec), labelsOf(object));
  if (!objects.some(covers)) yield 'no NetworkPolicy covers it';
  for (const container of containers)
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      const port = container[probe]?.httpGet?.port;
      if (port !== undefined && !hasPort({ containers: [container] }, port))
        yield `${probe}: port ${port} does not exist`;
    }
}
