/** One customer as the starter project's data has it. */
interface Customer {
  customer_id: string;
  signed_up: string;
  country: string;
  plan: string;
  payment: string;
  monthly_fee: number | string;
  usage_hours: number | string;
  support_calls: number;
  tenure_months: number;
  churned: number;
}

const countries = ['DE', 'FR', 'ES', 'IT', 'PL', 'NL'];
const plans = [
  { name: 'basic', fee: 9.99, risk: 0.4 },
  { name: 'standard', fee: 19.99, risk: 0 },
  { name: 'premium', fee: 39.99, risk: -0.5 },
];
const payments = [
  { name: 'card', risk: 0 },
  { name: 'transfer', risk: 0.3 },
  { name: 'direct debit', risk: -0.4 },
];

/** Customers with the answer, some of them broken as real exports are: text of a CSV file, always the same. */
export function customersCsv(rows = 2000): string {
  const deal = createDealer(20_260_101);
  const customers = Array.from({ length: rows }, (_, index) => spoil(dealCustomer(deal, index, 0), index));
  return toCsv(customers, Object.keys(customers[0]!) as (keyof Customer)[]);
}

/** Customers of a later month without the answer, who use the service less than those before: text of a CSV file. */
export function newCustomersCsv(rows = 400): string {
  const deal = createDealer(20_260_601);
  const customers = Array.from({ length: rows }, (_, index) => dealCustomer(deal, 10_000 + index, 9));
  const known: (keyof Customer)[] = [
    'country',
    'plan',
    'payment',
    'monthly_fee',
    'usage_hours',
    'support_calls',
    'tenure_months',
  ];
  return toCsv(customers, known);
}

function dealCustomer(deal: () => number, index: number, lessUsage: number): Customer {
  const pick = <T>(list: readonly T[]) => list[Math.floor(deal() * list.length)]!;
  const [plan, payment, country] = [pick(plans), pick(payments), pick(countries)];
  const tenure = Math.floor(1 + deal() ** 2 * 70);
  const usage = Math.max(0, (deal() + deal() + deal()) * 14 - lessUsage);
  const calls = Math.floor(-Math.log(1 - deal()) * 1.3);
  const odds = 0.2 + plan.risk + payment.risk - 0.035 * tenure - 0.09 * (usage - 21) + 0.55 * calls - 1.2;
  const signedUp = new Date(Date.UTC(2026, 0, 15) - tenure * 30.4 * 86_400_000);
  return {
    customer_id: `C${String(index + 1).padStart(5, '0')}`,
    signed_up: signedUp.toISOString().slice(0, 10),
    country,
    plan: plan.name,
    payment: payment.name,
    monthly_fee: plan.fee,
    usage_hours: Number(usage.toFixed(1)),
    support_calls: calls,
    tenure_months: tenure,
    churned: deal() < 1 / (1 + Math.exp(-odds)) ? 1 : 0,
  };
}

/** What goes wrong in exports: a fee below nothing, a plan nobody sells, a lost id, an impossible number of hours. */
function spoil(customer: Customer, index: number): Customer {
  if (index % 400 === 57) return { ...customer, monthly_fee: -customer.monthly_fee };
  if (index % 400 === 131) return { ...customer, plan: 'PREMUIM' };
  if (index % 400 === 222) return { ...customer, customer_id: '' };
  if (index % 400 === 319) return { ...customer, usage_hours: 9999 };
  return customer;
}

function toCsv(customers: readonly Customer[], columns: readonly (keyof Customer)[]): string {
  const lines = customers.map((customer) => columns.map((column) => customer[column]).join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

/** Numbers in [0, 1), the same for the same seed (Tommy Ettinger's mulberry32). */
function createDealer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
