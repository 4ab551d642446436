/** What is to be thought of something that was found. */
type Status = 'ok' | 'warn' | 'fail';

export interface Finding {
  readonly status: Status;
  readonly found: string;
  /** What to do about it. */
  readonly mend?: string | undefined;
}

export interface StepReport {
  readonly step: string;
  /** The worst of what was found; `skipped`: a step before it has failed. */
  readonly status: Status | 'skipped';
  readonly durationMs: number;
  readonly findings: readonly Finding[];
}

export interface Report {
  /** Whether the service can answer from this. */
  readonly ok: boolean;
  readonly steps: readonly StepReport[];
}

/** What a step has to say, and what later steps need of it. */
export interface Looked<Value> {
  readonly findings: readonly Finding[];
  /** Unset: nothing that needs it can be looked at. */
  readonly value?: Value | undefined;
}

export const ok = (found: string): Finding => ({ status: 'ok', found });
export const warn = (found: string, mend?: string): Finding => ({ status: 'warn', found, mend });
export const fail = (found: string, mend?: string): Finding => ({ status: 'fail', found, mend });

function worst(findings: readonly Finding[]): Status {
  const has = (status: Status) => findings.some((finding) => finding.status === status);
  return has('fail') ? 'fail' : has('warn') ? 'warn' : 'ok';
}

/** Steps one after another, each in its turn reported. */
export class Steps {
  private readonly done: StepReport[] = [];
  private readonly now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.now = now;
  }

  async look<Value>(step: string, work: () => Promise<Looked<Value>>): Promise<Value | undefined> {
    const started = this.now();
    const { findings, value } = await work();
    this.done.push({ step, status: worst(findings), durationMs: Math.round(this.now() - started), findings });
    return value;
  }

  skip(...steps: readonly string[]): void {
    this.done.push(
      ...steps.map((step) => ({ step, status: 'skipped' as const, durationMs: 0, findings: [] })),
    );
  }

  get report(): Report {
    return { ok: this.done.every(({ status }) => status !== 'fail'), steps: this.done };
  }
}

const WORDS = { ok: 'ok', warn: 'warn', fail: 'FAIL', skipped: '-' } as const;
const STEP_WIDTH = 12;
const STATUS_WIDTH = 5;

/** A line for each finding, and below it what to mend. */
export function reportText({ ok: isFine, steps }: Report): string {
  const lines = steps.flatMap(({ step, status, findings }) => {
    if (status === 'skipped')
      return [row(step, WORDS.skipped, 'not looked at, since a step before it failed')];
    return findings.flatMap(({ status: its, found, mend }, index) => [
      row(index === 0 ? step : '', WORDS[its], found),
      ...(mend === undefined ? [] : [row('', '', `→ ${mend}`)]),
    ]);
  });
  const warnings = steps.flatMap(({ findings }) => findings).filter(({ status }) => status === 'warn').length;
  const told = warnings === 0 ? '' : ` ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}.`;
  const end = isFine
    ? `The service can answer from this.${told}`
    : `The service cannot answer from this. Mend what the arrows say, and check again.`;
  return `${[...lines, '', end].join('\n')}\n`;
}

function row(step: string, status: string, text: string): string {
  return `${step.padEnd(STEP_WIDTH)} ${status.padEnd(STATUS_WIDTH)} ${text}`.trimEnd();
}
