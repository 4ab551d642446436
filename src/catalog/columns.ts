import { z } from 'zod';
import { graphqlName, isGraphQLName } from '../../schema/query-names.ts';
import type { QueryColumn } from '../../schema/query-types.ts';
import type { Row } from '../engine/engine.ts';
import type { FrontMatter } from './front-matter.ts';
import { QueryFileError, type QueryProblem } from './query-problem.ts';
import { mapType } from './row-type.ts';

const described = z.object({ column_name: z.string(), column_type: z.string() });

/** @param rows of DESCRIBE */
export function queryColumns(rows: readonly Row[], descriptions: FrontMatter['columns'] = {}): QueryColumn[] {
  return rows.map((row) => {
    const { column_name: name, column_type: duckdbType } = described.parse(row);
    return {
      name,
      graphqlName: graphqlName(name),
      description:
        (Object.hasOwn(descriptions, name) ? descriptions[name] : undefined) ?? `The column \`${name}\`.`,
      duckdbType,
      type: mapType(duckdbType).value,
    };
  });
}

/** @throws QueryFileError for columns that GraphQL cannot name apart, and for descriptions of none */
export function checkColumns(columns: readonly QueryColumn[], frontMatter: FrontMatter): void {
  const problems: Omit<QueryProblem, 'file'>[] = [];
  const seen = new Map<string, string>();
  for (const { name, graphqlName: field } of columns) {
    // DuckDB tells columns apart without case.
    const taken = seen.get(field) ?? seen.get(name.toLowerCase());
    if (!isGraphQLName(field)) {
      problems.push({
        message: `the column ${name}: expected a name of letters, digits and _ that does not begin with a digit or __; give it one with AS`,
      });
    } else if (taken !== undefined) {
      problems.push({
        message: `the column ${name}: expected a name of its own, but ${taken === name ? 'two columns have this one' : `there is ${taken} already, and both are ${field} in GraphQL`}`,
      });
    }
    seen.set(field, name).set(name.toLowerCase(), name);
  }
  for (const name of Object.keys(frontMatter.columns ?? {})) {
    if (columns.some((column) => column.name === name)) continue;
    problems.push({
      line: frontMatter.lineOf(['columns', name]),
      message: `columns.${name}: expected one of ${columns.map((column) => column.name).join(', ')}, but got: ${name}`,
    });
  }
  if (problems.length > 0) throw new QueryFileError(problems);
}
