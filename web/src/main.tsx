import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { fromMlflowAddress } from './mlflow-address.ts';
import { router } from './router.tsx';
import './style.css';
import './parts.css';
import './pages.css';

const queries = new QueryClient({
  defaultOptions: { queries: { retry: 1, staleTime: 1_000, refetchOnWindowFocus: false } },
});

/** Links that MLflow's client prints lead to the same things here. */
function followMlflow(): void {
  const here = fromMlflowAddress(location.hash);
  if (here) void router.navigate({ href: here, replace: true });
}

followMlflow();
addEventListener('hashchange', followMlflow);

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
