/** A text of the API: what stands between backticks is code. */
export function PlainText({ text }: { readonly text: string }) {
  return (
    <>
      {text.split('`').map((part, index) =>
        // The parts of a text have no key but their place.
        index % 2 === 1 ? <code key={index}>{part}</code> : part,
      )}
    </>
  );
}
