import { count } from '../text/format.ts';
import { SearchBox } from './search-box.tsx';
import { ShowAll } from './show-all.tsx';

interface ListToolsProps<Choice extends string> {
  /** What the list is of, such as `device`, and a phrase for one of them. */
  readonly noun: string;
  readonly one: string;
  readonly total: number;
  readonly find: string;
  /** What the choice is of, as the address names it, and for who hears the page. */
  readonly filter: { readonly name: string; readonly legend: string };
  readonly choices: readonly Choice[];
  readonly labelOf: (choice: Choice) => string;
  /** null: all. */
  readonly chosen: Choice | null;
  readonly search: (find: string) => void;
  readonly choose: (choice: Choice | null) => void;
  readonly showAll: () => void;
}

/** Search and one filter of a list. They are in the address, so that a link shows the same. */
export function ListTools<Choice extends string>(props: ListToolsProps<Choice>) {
  const { noun, one, total, find, filter, choices, labelOf, chosen, search, choose, showAll } = props;
  const isNarrowed = find !== '' || chosen !== null;
  return (
    <div class="tools">
      <search class="tools-row">
        <SearchBox label={`Find ${noun}s`} placeholder={`Find ${one}`} find={find} change={search} />
        <fieldset class="segments">
          <legend class="visually-hidden">{filter.legend}</legend>
          {[null, ...choices].map((choice) => (
            <label key={choice}>
              <input
                type="radio"
                name={filter.name}
                checked={chosen === choice}
                onChange={() => choose(choice)}
              />
              <span>{choice === null ? 'All' : labelOf(choice)}</span>
            </label>
          ))}
        </fieldset>
      </search>
      <p class="muted small" role="status">
        {count(total)} {total === 1 ? noun : `${noun}s`}
        {isNarrowed && ' match'} {isNarrowed && <ShowAll label="Show all" act={showAll} />}
      </p>
    </div>
  );
}
