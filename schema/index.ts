import { builder } from './builder.ts';
import './overview.ts';
import './device.ts';
import './devices.ts';
import './daily-summary.ts';
import './latest-reading.ts';
import './series.ts';
import './dataset.ts';

/** In the order of the files, which is the order in which people meet it; the committed SDL is sorted. */
export const schema = builder.toSchema({ sortSchema: false });
