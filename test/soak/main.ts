import { parseArgs } from 'node:util';
import { soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    mode: { type: 'string', default: 'direct' },
  },
});
const requests = Number(values.requests);
if (!Number.isInteger(requests) || requests < 1) {
  throw new Error(`--requests: expected a whole number from 1, but got: ${values.requests}`);
}
if (values.mode !== 'direct' && values.mode !== 'cached') {
  throw new Error(`--mode: expected direct or cached, but got: ${values.mode}`);
}
const { problems, held, ...report } = await soak({ requests, mode: values.mode, tell: console.log });
console.log(JSON.stringify(report, undefined, 2));
for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);
