import type { Config } from '../../config/config.ts';
import { ConfigError } from '../../errors.ts';
import { prepareFolders } from '../../folders.ts';
import { type Finding, fail, type Looked, ok } from './report.ts';
import { warningsOf } from './warnings.ts';

/** Whether the service can write where it has to. */
export async function lookAtFolders(config: Config): Promise<Looked<true>> {
  const { log, warnings } = warningsOf();
  try {
    await prepareFolders(config, log);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const mend = 'name a folder that the user of the service may write, or make it its own (chown)';
    return { findings: error.problems.map((problem) => fail(problem, mend)) };
  }
  const mend =
    'mount a volume there that the user of the service may write, else all is read again at each start';
  const findings: Finding[] = warnings.map(({ msg }) => ({ status: 'warn', found: msg, mend }));
  if (findings.length === 0) {
    findings.push(
      ok(
        config.stateDirectory === undefined
          ? 'what is kept is kept in memory, since STATE_DIR is unset; each start builds the rollups anew'
          : `${config.stateDirectory} can be written`,
      ),
    );
  }
  return { findings, value: true };
}
