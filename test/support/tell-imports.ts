/** Preloaded into a process, it writes the URL of each module that is loaded to the file that IMPORTS_FILE names. */
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

registerHooks({
  load: (url, context, next) => {
    appendFileSync(process.env['IMPORTS_FILE'] ?? '', `${url}\n`);
    return next(url, context);
  },
});
