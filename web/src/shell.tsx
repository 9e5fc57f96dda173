import { Link, Outlet } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useLiveEvents } from './api.ts';

const places = [
  { to: '/', label: 'Home' },
  { to: '/data', label: 'Data' },
  { to: '/pipelines', label: 'Pipelines' },
  { to: '/experiments', label: 'Experiments' },
  { to: '/models', label: 'Models' },
  { to: '/endpoints', label: 'Endpoints' },
  { to: '/monitoring', label: 'Monitoring' },
  { to: '/ledger', label: 'Ledger' },
] as const;

type Theme = 'system' | 'light' | 'dark';

/** The frame around every page: where one is, where one can go, whether what one sees is live. */
export function Shell() {
  const live = useLiveEvents();
  return (
    <>
      <a className="skip" href="#content">
        Skip to content
      </a>
      <header className="top">
        <Link to="/" className="brand">
          <img src="/icon.svg" alt="" width="26" height="26" />
          Tidemill
        </Link>
        <nav aria-label="Main">
          {places.map(({ to, label }) => (
            <Link key={to} to={to} activeOptions={{ exact: to === '/' }} activeProps={{ 'aria-current': 'page' }}>
              {label}
            </Link>
          ))}
        </nav>
        <span className={live ? 'live on' : 'live'} role="status">
          {live ? 'Live' : 'Connecting …'}
        </span>
        <ThemeChoice />
      </header>
      <main id="content" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}

function ThemeChoice() {
  const [theme, setTheme] = useState<Theme>(() => (localStorage.getItem('theme') as Theme | null) ?? 'system');
  useEffect(() => {
    localStorage.setItem('theme', theme);
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return (
    <label className="theme">
      <span className="hidden">Theme</span>
      <select value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
        <option value="system">System</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}
