import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { NotFound } from './pages/not-found.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

/** A page that is loaded when it is first opened. */
function page(path: string, load: () => Promise<{ default: React.ComponentType }>) {
  return createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load) });
}

const routes = [
  page('/', () => import('./pages/home/home.tsx')),
  page('/data', () => import('./pages/data/datasets.tsx')),
  page('/data/$name', () => import('./pages/data/dataset.tsx')),
  page('/pipelines', () => import('./pages/pipelines/pipelines.tsx')),
  page('/pipelines/$name', () => import('./pages/pipelines/pipeline.tsx')),
  page('/pipeline-runs/$id', () => import('./pages/pipelines/pipeline-run.tsx')),
  page('/experiments', () => import('./pages/experiments/runs.tsx')),
  page('/runs/$id', () => import('./pages/experiments/run.tsx')),
  page('/compare', () => import('./pages/experiments/compare.tsx')),
  page('/models', () => import('./pages/models/models.tsx')),
  page('/models/$name', () => import('./pages/models/model.tsx')),
  page('/endpoints', () => import('./pages/endpoints/endpoints.tsx')),
  page('/endpoints/$name', () => import('./pages/endpoints/endpoint.tsx')),
  page('/monitoring', () => import('./pages/monitoring/monitors.tsx')),
  page('/monitoring/$name', () => import('./pages/monitoring/monitor.tsx')),
  page('/ledger', () => import('./pages/ledger/ledger.tsx')),
  page('/why/$id', () => import('./pages/why/why.tsx')),
];

/** Every address of the page. */
export const router = createRouter({ routeTree: root.addChildren(routes), defaultPreload: 'intent' });
