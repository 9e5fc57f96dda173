import type { Predictor } from '../../../domains/serving/index.ts';
import { fail } from '../../../kernel/errors.ts';
import { loadModel, unloadModel } from '../load-models.ts';
import {
  areReady,
  presentConfig,
  presentIndex,
  presentModel,
  presentServer,
  type ServerNames,
} from '../present-model.ts';
import { presentStats } from '../present-stats.ts';
import { logSettings, refuseRegion, refuseSetting, traceSettings } from '../setting-routes.ts';
import type { Method } from './calls.ts';
import { inferMessage } from './infer-call.ts';
import type { InferMessage, ModelMessage } from './messages.ts';

/** Methods of many messages; the codec gives each its own. */
type Methods = Record<string, Method<never>>;

/** Every unary method of the inference service, with what it needs to be allowed: the same as over REST. */
export function inferenceMethods(serving: Predictor, names: ServerNames): Methods {
  return {
    ModelInfer: {
      permission: 'predict.invoke',
      answer: (message: InferMessage, call, { id: caller }) => inferMessage(serving, message, { call, caller }),
    },
    ...serverMethods(serving, names),
    ...modelMethods(serving),
    ...repositoryMethods(serving),
    ...settingMethods(),
  };
}

function serverMethods(serving: Predictor, names: ServerNames): Methods {
  return {
    ServerLive: { permission: 'public', answer: () => ({ live: true }) },
    ServerReady: { permission: 'public', answer: () => ({ ready: areReady(serving.modelStates()) }) },
    ServerMetadata: { permission: 'public', answer: () => presentServer(names) },
  };
}

function modelMethods(serving: Predictor): Methods {
  const read = (answer: (name: string, version: string | undefined) => unknown): Method<ModelMessage> => ({
    permission: 'endpoints.read',
    answer: ({ name, version }) => answer(name ?? '', version || undefined),
  });
  return {
    ModelReady: read((name, version) => ({ ready: isReady(serving, name, version) })),
    ModelMetadata: read((name, version) => presentModel(name, serving.modelFace(name, version))),
    ModelConfig: read((name, version) => ({ config: presentConfig(name, serving.modelFace(name, version)) })),
    ModelStatistics: read((name, version) =>
      presentStats(serving.inferenceStats({ endpoint: name || undefined, version })),
    ),
  };
}

/** What is not ready, or not there at all, is no failure here. */
function isReady(serving: Predictor, name: string, version: string | undefined): boolean {
  const found = serving.modelStates().find(({ endpoint }) => endpoint === name);
  if (found?.state !== 'ready') return false;
  return version === undefined || found.versions.map(String).includes(version);
}

function repositoryMethods(serving: Predictor): Methods {
  return {
    RepositoryIndex: {
      permission: 'endpoints.read',
      answer: ({ ready }: { ready?: boolean }) => ({ models: presentIndex(serving.modelStates(), ready === true) }),
    },
    RepositoryModelLoad: {
      permission: 'endpoints.write',
      answer: async ({ model_name: name = '', parameters }: LoadMessage, _call, actor) => {
        await loadModel(serving, actor, { name, parameters });
        return {};
      },
    },
    RepositoryModelUnload: {
      permission: 'endpoints.write',
      answer: async ({ model_name: name = '' }: LoadMessage, _call, actor) => {
        await unloadModel(serving, actor, name);
        return {};
      },
    },
  };
}

interface LoadMessage {
  model_name?: string;
  parameters?: Record<string, unknown>;
}

function settingMethods(): Methods {
  const permission = 'predict.invoke';
  const status: Method<{ name?: string }> = {
    permission,
    answer: ({ name }) =>
      name ? fail('invalid_input', `Unable to find shared memory region: '${name}'`, { field: 'name' }) : {},
  };
  const unregister = { permission, answer: () => ({}) };
  const register = { permission, answer: refuseRegion };
  const settings = (present: () => object): Method<{ settings?: object }> => ({
    permission: 'endpoints.read',
    answer: ({ settings: wanted }) => {
      if (wanted && Object.keys(wanted).length > 0) refuseSetting();
      return { settings: present() };
    },
  });
  return {
    SystemSharedMemoryStatus: status,
    SystemSharedMemoryRegister: register,
    SystemSharedMemoryUnregister: unregister,
    CudaSharedMemoryStatus: status,
    CudaSharedMemoryRegister: register,
    CudaSharedMemoryUnregister: unregister,
    TraceSetting: settings(() => mapValues(traceSettings, (value) => ({ value: [value].flat() }))),
    LogSettings: settings(() => mapValues(logSettings, settingValue)),
  };
}

function settingValue(value: unknown) {
  if (typeof value === 'boolean') return { bool_param: value };
  return typeof value === 'number' ? { uint32_param: value } : { string_param: String(value) };
}

function mapValues<V>(record: Record<string, V>, write: (value: V) => unknown) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, write(value)]));
}
