import { describe, expect, it } from 'vitest';
import { faultsOf } from './argo-workflows.mjs';

const workflow = () => ({
  kind: 'WorkflowTemplate',
  metadata: { name: 'w' },
  spec: {
    entrypoint: 'main',
    onExit: 'tell',
    arguments: { parameters: [{ name: 'to', value: 'qa' }] },
    volumes: [{ name: 'work', emptyDir: {} }],
    templates: [
      {
        name: 'main',
        steps: [
          [{ name: 'plan', template: 'plan' }],
          [
            {
              name: 'ask',
              template: 'ask',
              arguments: { parameters: [{ name: 'what', value: '{{steps.plan.outputs.parameters.summary}}' }] },
            },
          ],
        ],
      },
      {
        name: 'plan',
        container: { args: ['{{workflow.parameters.to}}'], volumeMounts: [{ name: 'work', mountPath: '/scratch' }] },
        outputs: { parameters: [{ name: 'summary', valueFrom: { path: '/scratch/summary' } }] },
      },
      { name: 'ask', inputs: { parameters: [{ name: 'what' }] }, suspend: {} },
      { name: 'tell', container: { args: ['{{workflow.status}}'] } },
    ],
  },
});

describe('faults of workflows', () => {
  it('finds none in one that fits', () => {
    expect(faultsOf([workflow()])).toEqual([]);
  });

  it.each([
    ['an entrypoint', (spec) => Object.assign(spec, { entrypoint: 'mian' }), 'there is no template mian'],
    ['onExit', (spec) => Object.assign(spec, { onExit: 'gone' }), 'there is no template gone'],
    ['a parameter of the workflow', (spec) => Object.assign(spec, { arguments: {} }), '{{workflow.parameters.to}}'],
    ['an output', (spec) => Object.assign(spec.templates[1], { outputs: {} }), '{{steps.plan.outputs'],
    ['an input', (spec) => Object.assign(spec.templates[2], { inputs: {} }), 'ask takes no parameter what'],
    ['an argument', (spec) => delete spec.templates[0].steps[1][0].arguments, 'is not given the parameter what'],
    ['a step before', (spec) => spec.templates[0].steps.reverse(), '{{steps.plan.outputs'],
    ['a volume', (spec) => Object.assign(spec, { volumes: [] }), 'there is no volume work'],
    ['a place for results', (spec) => Object.assign(spec.templates[1].container, { volumeMounts: [] }), 'in no volume'],
    ['a person', (spec) => Object.assign(spec.templates[2].suspend, { duration: '1h' }), 'approved by nobody'],
  ])('misses %s', (_, spoil, fault) => {
    const spoilt = workflow();
    spoil(spoilt.spec);
    expect(faultsOf([spoilt]).join('\n')).toContain(fault);
  });

  it('knows what a CronWorkflow gives to its template', () => {
    const cron = (name, parameter) => ({
      kind: 'CronWorkflow',
      metadata: { name: 'c' },
      spec: {
        workflowSpec: { workflowTemplateRef: { name }, arguments: { parameters: [{ name: parameter, value: 'qa' }] } },
      },
    });
    expect(faultsOf([workflow(), cron('w', 'to')])).toEqual([]);
    expect(faultsOf([workflow(), cron('w', 'too')])).toEqual(['CronWorkflow c: w takes no parameter too']);
    expect(faultsOf([workflow(), cron('v', 'to')])).toEqual(['CronWorkflow c: there is no WorkflowTemplate v']);
  });
});
