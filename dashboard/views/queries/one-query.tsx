import { useAnswer } from '../../data/use-answer.ts';
import { NamedQueryTableDocument, type NamedQueryTableQuery } from '../../generated/graphql.ts';
import { changeSearch } from '../../navigation/location.ts';
import { Answered } from '../../parts/answered.tsx';
import { DownloadLink } from '../../parts/download-link.tsx';
import { EmptyNotice } from '../../parts/failure-notice.tsx';
import { PlainText } from '../../parts/plain-text.tsx';
import { count } from '../../text/format.ts';
import type { Row } from './drawable.ts';
import { QueryForm } from './query-form.tsx';
import { ResultChart } from './result-chart.tsx';
import { ResultTable } from './result-table.tsx';
import { changeResult, type ResultAddress, resultAddress } from './result-url.ts';
import { argumentsOf, filePath, givenValues, type NamedQuery, writeValues } from './values.ts';

type QueryTable = NamedQueryTableQuery['namedQueryTable'];

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
  const asked = argumentsOf(query, values);
  // Tables may be large.
  const answer = useAnswer(NamedQueryTableDocument, isRun ? { name: query.name, arguments: asked } : null, {
    isKept: false,
  });
  return (
    <>
      <section class="panel" aria-labelledby="query-heading">
        <div class="panel-head">
          <h2 id="query-heading">{query.name}</h2>
        </div>
        <p>
          <PlainText text={query.description} />
        </p>
        <QueryForm
          query={query}
          values={values}
          isAsking={answer.isAsking}
          run={(given) => {
            if (isRun && JSON.stringify(argumentsOf(query, given)) === JSON.stringify(asked))
              return answer.again();
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
                  path={filePath(query, values, format)}
                  name={`${query.name}.${format}`}
                  label={format === 'csv' ? 'CSV' : 'Parquet'}
                />
              ))}
            </span>
          </div>
          <Answered answer={answer} what="the rows" lines={8}>
            {({ namedQueryTable }) => <Result table={namedQueryTable} address={resultAddress(search)} />}
          </Answered>
        </section>
      )}
    </>
  );
}

function Result({ table, address }: { readonly table: QueryTable; readonly address: ResultAddress }) {
  const { truncated, rowLimit } = table;
  // Objects by the names of the columns, as the schema says.
  const rows = table.rows as readonly Row[];
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
        {truncated && ` There are more than ${count(rowLimit)}: download them for all.`}
      </p>
      <ResultChart rows={rows} address={address} />
      <ResultTable rows={rows} page={address.page} />
    </>
  );
}
