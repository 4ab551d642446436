import { builder } from './builder.ts';
import './overview.ts';
import './device.ts';
import './devices.ts';
import './readings.ts';
import './daily-summary.ts';
import './latest-reading.ts';
import './top-devices.ts';
import './compare.ts';
import './histogram.ts';
import './series.ts';
import './dataset.ts';
import './dataset-objects.ts';
import './changes.ts';
import './subscriptions.ts';
import './query-catalog.ts';
import './limits.ts';

/** In the order of the files, which is the order in which people meet it; the committed SDL is sorted. A new one each time. */
export const createSchema = () => builder.toSchema({ sortSchema: false });

export const schema = createSchema();
