import { defineStep } from '@tidemill/sdk';

interface Trained {
  metrics: Record<string, number>;
}

/** Says in one sentence what was trained; shows how a TypeScript step takes an input and gives an output. */
export default defineStep(({ inputs, log }) => {
  const { metrics } = inputs['run'] as Trained;
  const auc = metrics['roc_auc_score']?.toFixed(4);
  const sentence = `On flights it had not seen the model ranks late ones with an AUC of ${auc}.`;
  log(sentence);
  return { sentence };
});
