import { useAnswer } from '../../data/use-answer.ts';
import { NamedQueriesDocument } from '../../generated/graphql.ts';
import { location, withZone } from '../../navigation/location.ts';
import { queryAddress } from '../../navigation/routes.ts';
import { Answered } from '../../parts/answered.tsx';
import { EmptyNotice } from '../../parts/failure-notice.tsx';
import { PlainText } from '../../parts/plain-text.tsx';
import { OneQuery } from './one-query.tsx';
import type { NamedQuery } from './values.ts';

/** The named queries: the form of one, and its rows as a table and a chart. */
export function QueriesView({ name }: { readonly name: string | null }) {
  // They come and go with their files.
  const answer = useAnswer(NamedQueriesDocument, {}, { isKept: false, isOfSnapshot: false });
  return (
    <>
      <h1>Queries</h1>
      <Answered answer={answer} what="the queries" lines={6}>
        {({ namedQueries }) => <Queries queries={namedQueries} name={name} />}
      </Answered>
    </>
  );
}

function Queries({
  queries,
  name,
}: {
  readonly queries: readonly NamedQuery[];
  readonly name: string | null;
}) {
  const chosen = queries.find((query) => query.name === name);
  if (queries.length === 0) {
    return (
      <EmptyNotice title="There are no queries">
        <p>
          Each SQL file in <code>queries/</code> is one: it appears here with a form made from its parameters.
        </p>
      </EmptyNotice>
    );
  }
  return (
    <div class="queries">
      <nav class="panel query-list" aria-label="Queries">
        <ul>
          {queries.map((query) => (
            <li key={query.name}>
              <a
                href={withZone(queryAddress(query.name))}
                {...(query === chosen ? { 'aria-current': 'page' as const } : {})}
              >
                <strong>{query.name}</strong>
                <span class="small">
                  <PlainText text={summaryOf(query)} />
                </span>
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="query-main">
        {chosen !== undefined && <OneQuery key={chosen.name} query={chosen} search={location.value.search} />}
        {chosen === undefined && (
          <EmptyNotice title={name === null ? 'Choose a query' : `There is no query ${name}`}>
            <p>
              Each SQL file in the folder of queries is listed here, with a form made from its parameters.
            </p>
          </EmptyNotice>
        )}
      </div>
    </div>
  );
}

const summaryOf = ({ description }: NamedQuery) => description.split('\n', 1)[0] ?? '';
