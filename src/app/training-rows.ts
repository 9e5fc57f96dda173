import type { createProfileSource } from '../domains/monitoring/index.ts';
import type { TrainingRows, TrainingRowsSource } from '../domains/serving/index.ts';

/** The rows a version was judged on at its training, as explanations compare with them. */
export function trainingRowsOf(references: ReturnType<typeof createProfileSource>): TrainingRowsSource {
  return {
    async find(model, version) {
      const profile = await references.profile(model, version);
      if (!profile) return undefined;
      const columns: TrainingRows['columns'] = {};
      for (const [name, column] of Object.entries(profile.features)) {
        columns[name] =
          column.type === 'numeric'
            ? Array.from(column.values, (value) => (Number.isNaN(value) ? null : value))
            : Array.from(column.codes, (code) => column.categories[code] ?? null);
      }
      return { label: profile.label, columns };
    },
  };
}
