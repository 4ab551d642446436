import { Command, Help } from 'commander';
import { fail } from './fail.ts';

/** Wide enough for what is said of an option, narrow enough to be read; where the output is no terminal too. */
const WIDTH = 110;

/** A command whose mistakes are told in the same way as those of all others. */
export class CliCommand extends Command {
  override createCommand(name?: string): CliCommand {
    return new CliCommand(name);
  }

  override createHelp(): Help {
    return Object.assign(new Help(), { helpWidth: Math.min(process.stdout.columns ?? WIDTH, WIDTH) });
  }

  /** Its name and those of the commands that it stands below, without that of the program. */
  get path(): string {
    const above = this.parent instanceof CliCommand ? this.parent.path : '';
    return this.parent === null ? '' : `${above} ${this.name()}`.trim();
  }

  /** What it does, with its positional arguments. Whatever is thrown is told, and decides the exit code. */
  does(work: (flags: Flags, ...args: string[]) => Promise<void>): this {
    return this.action(async () => {
      try {
        await work(this.opts(), ...this.processedArgs);
      } catch (error) {
        fail(error, this.path);
      }
    });
  }

  /** Lines below the options. */
  tells(heading: string, lines: readonly string[]): this {
    return this.addHelpText('after', `\n${heading}:\n${lines.map((line) => `  ${line}`).join('\n')}`);
  }
}

/** What was given, by the names of the options in camel case. */
export type Flags = Readonly<Record<string, unknown>>;
