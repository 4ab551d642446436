import { useRest } from '../../data/use-rest.ts';
import { changeSearch } from '../../navigation/location.ts';
import { Answered } from '../../parts/answered.tsx';
import { DownloadLink } from '../../parts/download-link.tsx';
import { EmptyNotice } from '../../parts/failure-notice.tsx';
import { PlainText } from '../../parts/plain-text.tsx';
import { count } from '../../text/format.ts';
import type { Row } from './drawable.ts';
import { givenValues, type NamedQuery, queryPath, writeValues } from './openapi.ts';
import { QueryForm } from './query-form.tsx';
import { ResultChart } from './result-chart.tsx';
import { ResultTable } from './result-table.tsx';
import { changeResult, type ResultAddress, resultAddress } from './result-url.ts';

interface QueryTable {
  readonly rows: readonly Row[];
  readonly truncated: boolean;
  readonly row_limit: number;
}

/** Its values are in the address, and so is that it was run: a link shows the rows. */
const RUN = 'run';

export function OneQuery({
  query,
  search,
}: {
  readonly query: NamedQuery;
  readonly search: URLSearchParams;
}) {
  const values = givenValues(query, search);
  const isRun = search.has(RUN);
  const answer = useRest<QueryTable>(isRun ? queryPath(query, values) : null);
  return (
    <>
      <section class="panel" aria-labelledby="query-heading">
        <div class="panel-head">
          <h2 id="query-heading">{query.name}</h2>
        </div>
        <p>
          <PlainText text={query.summary} />
        </p>
        <QueryForm
          query={query}
          values={values}
          isAsking={answer.isAsking}
          run={(given) => {
            if (isRun && queryPath(query, given) === queryPath(query, values)) return answer.again();
            changeSearch((next) => {
              writeValues(next, given);
              // Other rows begin at their first page.
              changeResult(next, { page: 0 });
              next.set(RUN, '1');
            });
          }}
        />
      </section>
      {isRun && (
        <section class="panel" aria-labelledby="rows-heading">
          <div class="panel-head">
            <h2 id="rows-heading">Rows</h2>
            <span class="actions">
              {['csv', 'parquet'].map((format) => (
                <DownloadLink
                  key={format}
                  path={queryPath(query, values, format)}
                  name={`${query.name}.${format}`}
                  label={format === 'csv' ? 'CSV' : 'Parquet'}
                />
              ))}
            </span>
          </div>
          <Answered answer={answer} what="the rows" lines={8}>
            {(table) => <Result table={table} address={resultAddress(search)} />}
          </Answered>
        </section>
      )}
    </>
  );
}

function Result({ table, address }: { readonly table: QueryTable; readonly address: ResultAddress }) {
  const { rows, truncated, row_limit } = table;
  if (rows.length === 0) {
    return (
      <EmptyNotice title="No rows">
        <p>The query has been run and found nothing. Widen its values, or leave them empty.</p>
      </EmptyNotice>
    );
  }
  return (
    <>
      <p class="muted small" role="status">
        {count(rows.length)} rows.
        {truncated && ` There are more than ${count(row_limit)}: download them for all.`}
      </p>
      <ResultChart rows={rows} address={address} />
      <ResultTable rows={rows} page={address.page} />
    </>
  );
}
