import { expect, test } from 'vitest';
import { readSettings } from '../../src/settings.ts';

const home = '/nonexistent';
const read = (env: Record<string, string>, flags = {}) => readSettings({ flags: { home, ...flags }, env });

test('tracing is set by the names OpenTelemetry gave', () => {
  const settings = read({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/',
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b',
    OTEL_SERVICE_NAME: 'scores',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.05',
    OTEL_RESOURCE_ATTRIBUTES: 'a=1',
    OTEL_SOMETHING_ELSE: 'is not ours to refuse',
  });
  expect(settings).toMatchObject({
    otlpEndpoint: 'http://collector:4318/',
    otlpHeaders: 'api-key=a%20b',
    serviceName: 'scores',
    tracesSampler: 'parentbased_traceidratio',
    tracesSamplerArg: 0.05,
    resourceAttributes: 'a=1',
  });
});

test('empty variables of OpenTelemetry are as none, and a wrong one is refused by its name', () => {
  expect(read({ OTEL_TRACES_SAMPLER: '', OTEL_TRACES_SAMPLER_ARG: '' })).toMatchObject({
    otlpEndpoint: '',
    tracesSampler: 'parentbased_always_on',
    tracesSamplerArg: 1,
  });
  expect(() => read({ OTEL_TRACES_SAMPLER: 'sometimes' })).toThrow(/OTEL_TRACES_SAMPLER/);
  expect(() => read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' })).toThrow(/http:\/\/localhost:4318/);
});

test('other servers’ names of metrics are a list of known ones', () => {
  expect(read({}).compatibleMetrics).toEqual([]);
  expect(read({ TIDEMILL_COMPATIBLE_METRICS: 'triton, kserve' }).compatibleMetrics).toEqual(['triton', 'kserve']);
  expect(() => read({ TIDEMILL_COMPATIBLE_METRICS: 'torchserve' })).toThrow(/compatibleMetrics/);
});
