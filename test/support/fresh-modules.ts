import { vi } from 'vitest';

// Files that share a process share no state of our modules: ids, for one, never go back behind the clock of an earlier test.
vi.resetModules();
