import { NotAcceptableError, NotFoundError } from '../../../errors.ts';
import { FORMATS } from '../../../formats/formats.ts';
import { bestMediaType } from '../../negotiation.ts';
import type { RouteHandler } from '../../plugins/use-routes.ts';
import { type ExportServer, exportResponse } from './export-response.ts';
import { disposition } from './file-name.ts';
import { type AnyFormat, isStreamed, JSON_FORMAT, type TableRoute } from './table-route.ts';

const EXTENSION = /^(?<base>.*[^/])\.(?<extension>[^./]*)$/;

/** `/devices.csv` → `/devices` and `csv`. */
export function splitExtension(path: string): { base: string; extension: string | undefined } {
  const found = EXTENSION.exec(path)?.groups;
  return found === undefined
    ? { base: path, extension: undefined }
    : { base: found['base'] ?? '', extension: found['extension'] };
}

/** Answers in the format of the extension; without one, in the one that the client likes best. */
export function tableHandler(
  server: ExportServer,
  route: TableRoute,
  extension: string | undefined,
): RouteHandler {
  const formats = [...(route.json === undefined ? [] : [JSON_FORMAT]), ...FORMATS];
  return async (request, url, connection) => {
    const format =
      extension === undefined
        ? acceptedFormat(formats, request.headers.get('accept'))
        : formatOf(formats, extension);
    if (isStreamed(format)) return exportResponse(server, route, format, { request, url, connection });
    const response = await (route.json as RouteHandler)(request, url, connection);
    response.headers.set('vary', 'Accept, Accept-Encoding');
    if (extension === undefined) return response;
    const version = response.headers.get('x-dataset-version');
    for (const [name, value] of Object.entries(disposition(route.name, 'json', version))) {
      response.headers.set(name, value);
    }
    return response;
  };
}

/** @throws NotFoundError */
function formatOf(formats: readonly AnyFormat[], extension: string): AnyFormat {
  const found = formats.find((format) => format.extension === extension);
  if (found !== undefined) return found;
  const known = formats.map((format) => `.${format.extension}`).join(', ');
  throw new NotFoundError(`There is no such format. There are: ${known}`);
}

/** @throws NotAcceptableError */
function acceptedFormat(formats: readonly AnyFormat[], accept: string | null): AnyFormat {
  const types = formats.flatMap(({ mediaTypes }): readonly string[] => mediaTypes);
  const best = bestMediaType(accept, types);
  const found = formats.find(({ mediaTypes }) => mediaTypes.some((type) => type === best));
  if (found !== undefined) return found;
  const known = formats.map(({ mediaTypes }) => mediaTypes[0]).join(', ');
  throw new NotAcceptableError(
    `expected to be asked for one of ${known}, but got: ${String(accept).slice(0, 200)}`,
  );
}
