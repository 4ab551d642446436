import { builder } from './builder.ts';
import './overview.ts';
import './device.ts';
import './devices.ts';
import './daily-summary.ts';
import './latest-reading.ts';
import './dataset.ts';

export const schema = builder.toSchema();
