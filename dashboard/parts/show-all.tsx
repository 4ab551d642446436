interface ShowAllProps {
  readonly label: string;
  act(): void;
}

/** Takes search and filters back. It is gone then, so whoever uses the keys goes on in the search box of the list. */
export function ShowAll({ label, act }: ShowAllProps) {
  return (
    <button
      type="button"
      class="button button-link"
      onClick={(event) => {
        const search = event.currentTarget.closest('section')?.querySelector('input[type="search"]');
        act();
        if (search instanceof HTMLElement) search.focus();
      }}
    >
      {label}
    </button>
  );
}
