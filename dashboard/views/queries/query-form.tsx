import { useEffect, useState } from 'preact/hooks';
import { PlainText } from '../../parts/plain-text.tsx';
import { zones } from '../../settings/zone.ts';
import { fieldNote, type NamedQuery, type Parameter, textOf, type Values } from './values.ts';

interface QueryFormProps {
  readonly query: NamedQuery;
  /** As the address has them. */
  readonly values: Values;
  readonly isAsking: boolean;
  run(values: Values): void;
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
  readonly parameter: Parameter;
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
  const { name, type: kind, isList, isRequired, min, max } = parameter;
  const common = { id, name, required: isRequired, value, 'aria-describedby': `${id}-help` };
  const standard = textOf(parameter.default);
  const chosen = optionsOf(parameter);
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
  switch (isList ? null : kind) {
    case 'INT':
    case 'FLOAT':
      return (
        <input
          {...typing}
          type="number"
          step={kind === 'FLOAT' ? 'any' : 1}
          {...(typeof min === 'number' ? { min } : {})}
          {...(typeof max === 'number' ? { max } : {})}
        />
      );
    case 'DATE':
      return <input {...typing} type="date" />;
    case 'DATE_TIME':
      return <input {...typing} type="datetime-local" step="1" />;
    default:
      return <input {...typing} type="text" />;
  }
}

function optionsOf({ type, values }: Parameter): readonly string[] | undefined {
  if (values !== null && values !== undefined) return values.map(textOf);
  switch (type) {
    case 'BOOLEAN':
      return ['true', 'false'];
    case 'TIME_ZONE':
      return zones();
    default:
      return undefined;
  }
}
