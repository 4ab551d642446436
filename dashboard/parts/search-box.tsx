import { useEffect, useRef, useState } from 'preact/hooks';

/** So long nobody types before it is asked. */
const PAUSE_MS = 250;

interface SearchBoxProps {
  /** What it finds, such as `Find devices`. */
  readonly label: string;
  readonly placeholder: string;
  readonly find: string;
  readonly change: (find: string) => void;
}

export function SearchBox({ label, placeholder, find, change }: SearchBoxProps) {
  const [text, setText] = useState(find);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const asked = useRef(find);
  const askFor = (typed: string) => {
    clearTimeout(timer.current);
    timer.current = undefined;
    asked.current = typed.trim();
    change(asked.current);
  };
  useEffect(() => {
    // What was typed here stays as it was typed, with the space before the next word, and what has been typed since.
    if (find === asked.current) return;
    // Whoever goes back, or shows all, sees what is looked for then.
    clearTimeout(timer.current);
    timer.current = undefined;
    asked.current = find;
    setText(find);
  }, [find]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <label class="field-inline">
      <span class="visually-hidden">{label}</span>
      <input
        type="search"
        placeholder={placeholder}
        value={text}
        onInput={(event) => {
          const typed = event.currentTarget.value;
          setText(typed);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => askFor(typed), PAUSE_MS);
        }}
        // Else what was typed would come after what is done next, and undo it.
        onBlur={() => {
          if (timer.current !== undefined) askFor(text);
        }}
      />
    </label>
  );
}
