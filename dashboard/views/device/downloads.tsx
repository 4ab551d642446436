import { DownloadLink } from '../../parts/download-link.tsx';
import type { Span } from '../../telemetry/resolution.ts';
import { readingsPath } from './device-url.ts';

const FORMATS = { csv: 'CSV', parquet: 'Parquet' } as const;

/** The readings of the time that is shown, every one of them. */
export function Downloads({ deviceId, span }: { readonly deviceId: string; readonly span: Span }) {
  return (
    <section class="panel panel-row" aria-labelledby="download-heading">
      <h2 id="download-heading">Download</h2>
      <p class="muted small">Every reading of the time shown above, times in UTC.</p>
      <span class="actions">
        {Object.entries(FORMATS).map(([format, label]) => (
          <DownloadLink
            key={format}
            path={readingsPath(format, deviceId, span)}
            name={`${deviceId}.${format}`}
            label={label}
          />
        ))}
      </span>
    </section>
  );
}
