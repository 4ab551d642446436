import { useEffect, useState } from 'preact/hooks';
import { PlainText } from '../../parts/plain-text.tsx';
import { zones } from '../../settings/zone.ts';
import { fieldNote, type NamedQuery, type QueryParameter } from './openapi.ts';

interface QueryFormProps {
  readonly query: NamedQuery;
  /** As the address has them. */
  readonly values: Readonly<Record<string, string>>;
  readonly isAsking: boolean;
  run(values: Readonly<Record<string, string>>): void;
}

/** A field for each parameter, of the kind that it is. */
export function QueryForm({ query, values, isAsking, run }: QueryFormProps) {
  const [typed, setTyped] = useState(values);
  const addressed = JSON.stringify(values);
  // Whoever goes back sees the values of then.
  useEffect(() => setTyped(values), [addressed]);
  return (
    <form
      class="query-form"
      onSubmit={(event) => {
        event.preventDefault();
        run(typed);
      }}
    >
      {query.parameters.map((parameter) => (
        <Field
          key={parameter.name}
          parameter={parameter}
          value={typed[parameter.name] ?? ''}
          type={(value) => setTyped({ ...typed, [parameter.name]: value })}
        />
      ))}
      <p class="actions">
        <button type="submit" class="button button-main">
          {isAsking ? 'Running …' : 'Run'}
        </button>
      </p>
    </form>
  );
}

interface FieldProps {
  readonly parameter: QueryParameter;
  readonly value: string;
  type(value: string): void;
}

function Field({ parameter, value, type }: FieldProps) {
  const { name, description, isList } = parameter;
  const note = fieldNote(parameter);
  const id = `parameter-${name}`;
  return (
    <div class="field">
      <label for={id}>
        {name}
        {note !== '' && <span class="muted"> ({note})</span>}
      </label>
      <Input parameter={parameter} id={id} value={value} type={type} />
      <span class="muted small" id={`${id}-help`}>
        <PlainText text={description} />
        {isList && ' Several with commas between them.'}
      </span>
    </div>
  );
}

function Input({ parameter, id, value, type }: FieldProps & { readonly id: string }) {
  const { name, kind, isList, required, min, max, standard, choices } = parameter;
  const common = { id, name, required, value, 'aria-describedby': `${id}-help` };
  const chosen = optionsOf(kind, choices);
  if (chosen !== undefined && !isList) {
    return (
      <select {...common} onChange={(event) => type(event.currentTarget.value)}>
        <option value="">{standard === '' ? 'not set' : `${standard} (as usual)`}</option>
        {chosen.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  }
  const typing = {
    ...common,
    placeholder: standard,
    onInput: (event: { readonly currentTarget: HTMLInputElement }) => type(event.currentTarget.value),
  };
  switch (isList ? 'text' : kind) {
    case 'whole':
    case 'number':
      return (
        <input
          {...typing}
          type="number"
          step={kind === 'number' ? 'any' : 1}
          {...(min === undefined ? {} : { min })}
          {...(max === undefined ? {} : { max })}
        />
      );
    case 'date':
      return <input {...typing} type="date" />;
    case 'instant':
      return <input {...typing} type="datetime-local" step="1" />;
    default:
      return <input {...typing} type="text" />;
  }
}

function optionsOf(kind: QueryParameter['kind'], choices: readonly string[]): readonly string[] | undefined {
  switch (kind) {
    case 'choice':
      return choices;
    case 'flag':
      return ['true', 'false'];
    case 'zone':
      return zones();
    default:
      return undefined;
  }
}
