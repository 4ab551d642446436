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
  // Whoever goes back, or shows all, sees what is looked for then.
  useEffect(() => setText(find), [find]);
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
          timer.current = setTimeout(() => change(typed.trim()), PAUSE_MS);
        }}
      />
    </label>
  );
}
