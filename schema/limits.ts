import { builder } from './builder.ts';
import type { Limit } from './context.ts';

const LimitType = builder.objectRef<Limit>('Limit').implement({
  description:
    'How much can be asked for. What exceeds it is refused with a code, unless the description tells what becomes of it; nothing is cut short unseen.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is called in messages.' }),
    value: t.expose('value', {
      type: 'SafeInt',
      description: 'The most that is allowed, in `unit`; where the description says so, the least.',
    }),
    unit: t.exposeString('unit', { description: 'What is counted.' }),
    description: t.exposeString('description', { description: 'What it applies to.' }),
  }),
});

builder.queryField('limits', (t) =>
  t.field({
    type: [LimitType],
    description: 'The limits of this service, by name.',
    resolve: (_root, _args, { limits }) => limits,
  }),
);
