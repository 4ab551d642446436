import { generate, megabytes } from './generate/generate.ts';
import { parseOptions, USAGE } from './generate/options.ts';
import { failCommand } from './support/fail-command.ts';

try {
  const options = parseOptions(process.argv.slice(2), new Date());
  if (options === 'help') {
    console.log(USAGE);
  } else {
    const started = performance.now();
    const { location, objects, readings, bytes } = await generate(options, (line) => console.error(line));
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.error(
      `${readings.toLocaleString('en')} readings in ${objects} objects (${megabytes(bytes)}) in ${seconds} s: ${location}`,
    );
  }
} catch (error) {
  failCommand(error);
}
