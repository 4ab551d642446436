import { boundsProblem } from '../../schema/query-bounds.ts';
import { graphqlName } from '../../schema/query-names.ts';
import type {
  ParameterScalar,
  ParameterType,
  ParameterValue,
  QueryParameter,
} from '../../schema/query-types.ts';
import type { DeclaredParameter } from './front-matter.ts';
import { PARAMETER_RULES } from './parameter-value.ts';

/** Told of a mistake and, below the parameter, of the key that it is about. */
type Report = (message: string, ...key: string[]) => void;

const ORDERED: readonly ParameterType[] = ['Int', 'Float', 'Date', 'DateTime'];

/** A parameter of the front matter whose values are of its type and within its bounds; mistakes are reported. */
export function declaredParameter(name: string, declared: DeclaredParameter, report: Report): QueryParameter {
  const { description, example, optional = false } = declared;
  const list = Array.isArray(declared.type);
  const [type] = typeof declared.type === 'string' ? [declared.type] : declared.type;
  const bounds = declaredBounds(type, declared, report);
  const value = (key: 'default' | 'example') =>
    attempt(report, key, () => declaredValue({ type, list, ...bounds }, declared[key]));
  if (optional && declared.default !== undefined) {
    report('expected either `optional` or `default`, but got both', 'optional');
  }
  return {
    name,
    graphqlName: graphqlName(name),
    type,
    list,
    description: description ?? `The parameter \`${name}\`.`,
    required: !optional && declared.default === undefined,
    default: value('default'),
    ...bounds,
    example: example === undefined ? undefined : value('example'),
  };
}

type Bounds = Pick<QueryParameter, 'min' | 'max' | 'values'>;

function declaredBounds(type: ParameterType, declared: DeclaredParameter, report: Report): Bounds {
  const rules = PARAMETER_RULES[type];
  const bound = (key: 'min' | 'max'): ParameterScalar | undefined => {
    const value = declared[key];
    if (value === undefined) return undefined;
    if (ORDERED.includes(type)) return attempt(report, key, () => rules.parse(value));
    report(`expected none, since values of the type ${type} have no order`, key);
    return undefined;
  };
  const min = bound('min');
  const max = bound('max');
  if (min !== undefined && max !== undefined && min > max) {
    report(`expected at least ${min}, which is \`min\`, but got: ${max}`, 'max');
  }
  const values = attempt(report, 'values', () => declared.values?.map((value) => rules.parse(value)));
  return { min, max, values };
}

/** @throws Error that says what was expected and what came */
function declaredValue(
  { type, list, ...bounds }: Pick<QueryParameter, 'type' | 'list'> & Bounds,
  value: ParameterValue | undefined,
): ParameterValue | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) !== list) {
    throw new Error(`expected ${list ? 'a list' : 'one value'}, but got: ${JSON.stringify(value)}`);
  }
  const rules = PARAMETER_RULES[type];
  const parsed = Array.isArray(value) ? value.map((item) => rules.parse(item)) : rules.parse(value);
  const problem = boundsProblem(bounds, parsed);
  if (problem !== undefined) throw new Error(problem);
  return parsed;
}

function attempt<T>(report: Report, key: string, parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    report(error instanceof Error ? error.message : String(error), key);
    return undefined;
  }
}
