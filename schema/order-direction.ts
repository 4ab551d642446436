import { builder } from './builder.ts';

/** Apart, since devices are not all that is put in order. */
export const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which end of the order comes first.',
  values: {
    ASC: { description: 'Lowest, oldest or first in the alphabet first.' },
    DESC: { description: 'Highest, newest or last in the alphabet first.' },
  } as const,
});
