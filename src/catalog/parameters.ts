import type { QueryParameter } from '../../schema/query-types.ts';
import { declaredParameter } from './declared-parameter.ts';
import type { FrontMatter } from './front-matter.ts';
import { QueryFileError, type QueryProblem } from './query-problem.ts';
import { lineAt, sqlParameters } from './sql-text.ts';

type Problem = Omit<QueryProblem, 'file'>;

/**
 * The parameters that the front matter declares, and that the statement binds: each of them must do both.
 * @throws QueryFileError with every mistake and its line
 */
export function declaredParameters(frontMatter: FrontMatter, file: string, sql: string): QueryParameter[] {
  const used = sqlParameters(sql);
  const problems: Problem[] = [];
  const parameters = Object.entries(frontMatter.parameters ?? {}).map(([name, declared]) => {
    const problem = (message: string, ...key: string[]) => {
      problems.push({
        line: frontMatter.lineOf(['parameters', name, ...key]),
        message: `${['parameters', name, ...key].join('.')}: ${message}`,
      });
    };
    if (!/^[a-z][a-z0-9_]*$/.test(name)) {
      problem('expected a name of a-z, 0-9 and _ that begins with a letter');
    } else if (!used.has(name)) {
      problem(`expected a parameter that the SQL uses, but there is no $${name} in it`);
    }
    return declaredParameter(name, declared, problem);
  });
  for (const [name, index] of used) {
    if (frontMatter.parameters?.[name] === undefined) {
      problems.push({
        line: lineAt(file, index),
        message: `expected $${name} to be declared in the front matter, as "parameters: { ${name}: { type: String } }"`,
      });
    }
  }
  const twice = parameters.find(
    ({ graphqlName }, index) => parameters.findIndex((other) => other.graphqlName === graphqlName) !== index,
  );
  if (twice !== undefined) {
    problems.push({
      line: frontMatter.lineOf(['parameters', twice.name]),
      message: `parameters.${twice.name}: expected a name of its own in GraphQL, but two parameters are ${twice.graphqlName} there`,
    });
  }
  if (problems.length > 0) throw new QueryFileError(problems);
  return parameters;
}
