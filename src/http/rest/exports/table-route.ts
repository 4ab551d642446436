import type { Format } from '../../../formats/table.ts';
import type { ExportTable } from '../../../loaders/table-exports.ts';
import type { Attempt } from '../../operation.ts';
import type { RouteHandler } from '../../plugins/use-routes.ts';

/** What is answered in every format at one path. */
export interface TableRoute {
  /** Of the file. */
  readonly name: string;
  /** Answers in JSON; unset: there is no JSON here. */
  readonly json?: RouteHandler;
  /** Reads the parameters of the URL and begins. @throws ArgumentError */
  open(attempt: Attempt, url: URL, request: Request): Promise<OpenTable>;
}

export interface OpenTable extends ExportTable {
  readonly headers?: Readonly<Record<string, string>>;
}

export const JSON_FORMAT = { extension: 'json', mediaTypes: ['application/json'] } as const;

/** JSON, which its own handler answers, or a format that is streamed. */
export type AnyFormat = Format | typeof JSON_FORMAT;

export function isStreamed(format: AnyFormat): format is Format {
  return 'encode' in format;
}
