import { readdirSync } from 'node:fs';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Secret } from 'kubernetes-models/v1/Secret';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { loadConfig } from '../../src/config/config.ts';
import { SETTINGS } from '../../src/config/environment.ts';
import { imageSettings, instructions } from '../docs/dockerfile.ts';
import { readText } from '../docs/markdown.ts';
import { watched } from '../support/read-paths.ts';

const FOLDER = 'deploy/kubernetes';
/** By the schemas that Kubernetes publishes for them. */
const MODELS = { ConfigMap, Ingress, Secret, Service, ServiceAccount, StatefulSet, PodDisruptionBudget };
/** What the AWS SDK reads by itself. */
const AWS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];

const kustomization = z
  .strictObject({
    apiVersion: z.literal('kustomize.config.k8s.io/v1beta1'),
    kind: z.literal('Kustomization'),
    resources: z.array(z.string()),
    images: z.array(z.strictObject({ name: z.string(), newName: z.string(), newTag: z.string() })),
  })
  .parse(parse(readText(`${FOLDER}/kustomization.yaml`)));

const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.enum([
    'ConfigMap',
    'Ingress',
    'Secret',
    'Service',
    'ServiceAccount',
    'StatefulSet',
    'PodDisruptionBudget',
  ]),
  metadata: z.looseObject({ name: z.string(), labels: z.record(z.string(), z.string()).optional() }),
});
const objectsIn = (file: string) =>
  parseAllDocuments(readText(`${FOLDER}/${file}`)).map((document) => object.parse(document.toJS()));
const EXAMPLES = ['ingress.example.yaml', 'secret.example.yaml'];
const objects = [...kustomization.resources, ...EXAMPLES].flatMap(objectsIn);
const named = <T>(kind: string, name: string) =>
  objects.find((one) => one.kind === kind && one.metadata.name === name) as T | undefined;
const found = <T>(kind: string, name = 'telemetry-analytics-api') => {
  const one = named<T>(kind, name);
  if (one === undefined) throw new Error(`expected the ${kind} ${name}, but there is none`);
  return one;
};

const set = z
  .looseObject({
    spec: z.looseObject({
      serviceName: z.string(),
      selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
      volumeClaimTemplates: z.array(z.looseObject({ metadata: z.object({ name: z.string() }) })),
      template: z.looseObject({
        metadata: z.object({ labels: z.record(z.string(), z.string()) }),
        spec: z.looseObject({
          serviceAccountName: z.string(),
          terminationGracePeriodSeconds: z.number(),
          securityContext: z.looseObject({
            runAsUser: z.number(),
            runAsNonRoot: z.boolean(),
            fsGroup: z.number(),
          }),
          volumes: z.array(z.looseObject({ name: z.string() })),
          containers: z.tuple([
            z.looseObject({
              image: z.string(),
              ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
              envFrom: z.array(z.record(z.string(), z.object({ name: z.string() }))),
              startupProbe: z.looseObject({ httpGet: z.object({ path: z.string(), port: z.string() }) }),
              livenessProbe: z.looseObject({ httpGet: z.object({ path: z.string(), port: z.string() }) }),
              readinessProbe: z.looseObject({ httpGet: z.object({ path: z.string(), port: z.string() }) }),
              resources: z.object({
                requests: z.record(z.string(), z.string()),
                limits: z.record(z.string(), z.string()),
              }),
              securityContext: z.looseObject({ readOnlyRootFilesystem: z.boolean() }),
              volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })),
            }),
          ]),
        }),
      }),
    }),
  })
  .parse(found('StatefulSet'));
const pod = set.spec.template.spec;
const [api] = pod.containers;
const settings = z
  .object({ data: z.record(z.string(), z.string()) })
  .parse(found('ConfigMap', 'telemetry-settings')).data;
const secrets = z
  .object({ stringData: z.record(z.string(), z.string()) })
  .parse(found('Secret', 'telemetry-secrets')).stringData;

test('each file is in the kustomization, or an example or an addition that is not', () => {
  const files = readdirSync(`${import.meta.dirname}/../../${FOLDER}`).filter((name) =>
    name.endsWith('.yaml'),
  );
  expect(files.toSorted()).toEqual(
    [...kustomization.resources, 'kustomization.yaml', ...EXAMPLES].toSorted(),
  );
});

test.each(objects.map((one) => [one.kind, one.metadata.name, one] as const))(
  '%s %s is as the schema of Kubernetes has it, and has nothing that the schema does not know',
  (kind, _, one) => {
    expect(() => new MODELS[kind](one as never).validate()).not.toThrow();
    // A schema says nothing of what it does not know, and a mistyped name is of that kind.
    const { value, unread } = watched(one);
    MODELS[kind].prototype.validate.call(value);
    expect(unread()).toEqual([]);
  },
);

test('a mistyped name would be found', () => {
  const mistyped = structuredClone(found<Record<string, never>>('StatefulSet')) as unknown as typeof set;
  Object.assign(mistyped.spec.template.spec.containers[0], { readinesProbe: { periodSeconds: 5 } });
  const { value, unread } = watched(mistyped);
  StatefulSet.prototype.validate.call(value);
  expect(unread()).toContain('/spec/template/spec/containers/0/readinesProbe');
});

test('selectors find the pods, and names lead to what there is', () => {
  const { labels } = set.spec.template.metadata;
  const service = z
    .looseObject({
      spec: z.looseObject({
        selector: z.record(z.string(), z.string()),
        ports: z.array(z.looseObject({ targetPort: z.string() })),
      }),
    })
    .parse(found('Service'));
  const budget = z
    .looseObject({ spec: z.looseObject({ selector: z.unknown() }) })
    .parse(found('PodDisruptionBudget'));
  expect(set.spec.selector).toEqual({ matchLabels: labels });
  expect(service.spec.selector).toEqual(labels);
  expect(budget.spec.selector).toEqual({ matchLabels: labels });
  expect(set.spec.serviceName).toBe('telemetry-analytics-api');
  expect(named('ServiceAccount', pod.serviceAccountName)).toBeDefined();
  for (const { targetPort } of service.spec.ports)
    expect(api.ports.map(({ name }) => name)).toContain(targetPort);
  for (const source of api.envFrom) {
    const [[kind = '', { name }] = ['', { name: '' }]] = Object.entries(source);
    expect(named(kind === 'configMapRef' ? 'ConfigMap' : 'Secret', name)).toBeDefined();
  }
  const volumes = [
    ...pod.volumes.map(({ name }) => name),
    ...set.spec.volumeClaimTemplates.map(({ metadata }) => metadata.name),
  ];
  expect(api.volumeMounts.map(({ name }) => name).toSorted()).toEqual(volumes.toSorted());
  expect(kustomization.images.map(({ name }) => name)).toEqual([api.image]);
});

test('one client stays with one process, whoever calls the service and whoever comes by the ingress', () => {
  const service = found<{ spec: { sessionAffinity: string; ports: { name: string }[] } }>('Service').spec;
  expect(service.sessionAffinity).toBe('ClientIP');
  const ingress = z
    .looseObject({
      metadata: z.looseObject({ annotations: z.record(z.string(), z.string()) }),
      spec: z.looseObject({
        rules: z.array(
          z.object({
            host: z.string(),
            http: z.object({
              paths: z.array(
                z.looseObject({
                  backend: z.object({
                    service: z.object({ name: z.string(), port: z.object({ name: z.string() }) }),
                  }),
                }),
              ),
            }),
          }),
        ),
      }),
    })
    .parse(found('Ingress'));
  expect(ingress.metadata.annotations['nginx.ingress.kubernetes.io/upstream-hash-by']).toBe('$remote_addr');
  const backends = ingress.spec.rules.flatMap(({ http }) => http.paths.map(({ backend }) => backend.service));
  expect(backends).toEqual([{ name: 'telemetry-analytics-api', port: { name: 'http' } }]);
  expect(service.ports.map(({ name }) => name)).toContain('http');
});

test('the service starts with these settings, of which each is known, and asks who it is', () => {
  const given = { ...settings, ...secrets };
  expect(Object.keys(given).filter((name) => !SETTINGS.includes(name) && !AWS.includes(name))).toEqual([]);
  const config = loadConfig({ ...imageSettings, ...given });
  expect(config.access.mode).toBe('required');
  expect(config.data.kind).toBe('s3');
  const ports = Object.fromEntries(api.ports.map(({ name, containerPort }) => [name, containerPort]));
  expect(ports).toEqual({ http: config.port, metrics: config.metrics.port });
});

test('it may stop as slowly as it says', () => {
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(
    Number(settings['SHUTDOWN_DELAY_SECONDS']) + 15,
  );
});

test('probes ask what tells: the process, and whether it answers', () => {
  expect([api.startupProbe, api.livenessProbe, api.readinessProbe].map(({ httpGet }) => httpGet)).toEqual([
    { path: '/livez', port: 'http' },
    { path: '/livez', port: 'http' },
    { path: '/ready', port: 'http' },
  ]);
});

test('the memory is what the sizing says: the limit of the engine and at least 512 MB', () => {
  const { memoryBytes } = loadConfig({ ENGINE_MEMORY_LIMIT: settings['ENGINE_MEMORY_LIMIT'] }).engine;
  const bytes = Number(/^(\d+)Gi$/.exec(api.resources.limits['memory'] ?? '')?.[1]) * 1024 ** 3;
  expect(bytes).toBeGreaterThanOrEqual(memoryBytes + 512e6);
  expect(api.resources.requests['memory']).toBe(api.resources.limits['memory']);
});

test('nobody is root, nothing but what is mounted can be written, and that is where the service writes', () => {
  // The user node of the image.
  expect(instructions).toContain('USER node');
  expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 });
  expect(api.securityContext).toMatchObject({
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  });
  const writable = api.volumeMounts
    .filter(({ readOnly }) => readOnly !== true)
    .map(({ mountPath }) => mountPath);
  expect(writable.toSorted()).toEqual([imageSettings['STATE_DIR'], '/tmp'].toSorted());
  const keys = api.volumeMounts.find(({ name }) => name === 'keys')?.mountPath;
  expect(settings['API_KEYS_FILE']).toBe(`${keys}/keys.yaml`);
});

test('the monitor names a port and a secret that there are', () => {
  const monitor = parse(readText(`${FOLDER}/monitoring/service-monitor.yaml`));
  expect(monitor.spec.selector.matchLabels).toEqual(
    found<{ metadata: { labels: object } }>('Service').metadata.labels,
  );
  const [{ port, authorization }] = monitor.spec.endpoints;
  expect(api.ports.map(({ name }) => name)).toContain(port);
  expect(secrets).toHaveProperty(authorization.credentials.key);
  expect(authorization.credentials.name).toBe('telemetry-secrets');
});
