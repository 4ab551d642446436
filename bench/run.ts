import { mkdir } from 'node:fs/promises';
import { removeLarge } from './generated.ts';
import { growthSection } from './growth-section.ts';
import { CACHE, type Plan, parsePlan, USAGE } from './options.ts';
import { readingsSection } from './readings-section.ts';
import { type Section, writeSection } from './report.ts';
import { trinoSection } from './trino-section.ts';

async function bench({ readings, growth, trino, keep }: Plan): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const write = async (section: Section) => console.log(`\n${await writeSection(section)}\n`);
  try {
    for (const size of readings) await write(await (trino ? trinoSection : readingsSection)(size));
    if (growth !== undefined) await write(await growthSection(growth));
  } finally {
    if (!keep) await removeLarge([...readings, ...(growth?.readings ?? [])]);
  }
}

// Leaving by `process.exit` ends the child processes as well.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const plan = parsePlan(process.argv.slice(2));
if (plan === 'help') console.log(USAGE);
else await bench(plan);
