import { useState } from 'preact/hooks';
import { signIn, signInReason } from '../data/session.ts';
import { Icon } from './icons.tsx';

/** Asks for a key or token, which only this tab keeps. */
export function SignIn() {
  const [secret, setSecret] = useState('');
  return (
    <form
      class="panel sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        if (secret.trim() !== '') signIn(secret.trim());
      }}
    >
      <h1>
        <Icon name="key" /> Key or token
      </h1>
      <p role="alert">{signInReason.value}</p>
      <label class="field">
        <span>API key or JSON Web Token</span>
        <input
          type="password"
          name="key"
          autocomplete="off"
          spellcheck={false}
          required
          value={secret}
          onInput={(event) => setSecret(event.currentTarget.value)}
        />
      </label>
      <p class="muted small">
        It is kept in this tab alone, sent to this service alone, and forgotten when the tab is closed. Keys
        are made with <code>npm run key:create</code>.
      </p>
      <button type="submit" class="button button-main">
        Show the dashboard
      </button>
    </form>
  );
}
