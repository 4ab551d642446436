import type { ComponentChildren } from 'preact';
import { adviceFor, type Failure } from '../data/failure.ts';
import { service } from '../data/service.ts';
import { signOut } from '../data/session.ts';
import { Icon } from './icons.tsx';

interface FailureNoticeProps {
  readonly failure: Failure;
  /** Unset: to ask again would change nothing. */
  readonly again?: () => void;
  /** What else leads on. */
  readonly children?: ComponentChildren;
}

/** What went wrong, what to do, and the code to look it up by. */
export function FailureNotice({ failure, again, children }: FailureNoticeProps) {
  const { title, whatToDo } = adviceFor(failure.code);
  return (
    <div class="notice notice-error" role="alert">
      <Icon name="warning" />
      <div>
        <p class="notice-title">{title}</p>
        <p>{whatToDo}</p>
        <p class="notice-detail">
          <code>{failure.code}</code> {failure.message}
          {failure.requestId !== undefined && (
            <>
              {' '}
              (request <code>{failure.requestId}</code>)
            </>
          )}
        </p>
        <p class="actions">
          {again !== undefined && (
            <button type="button" class="button" onClick={again}>
              Try again
            </button>
          )}
          {service.secured && failure.code === 'FORBIDDEN' && (
            <button type="button" class="button" onClick={() => signOut('Enter another key or token.')}>
              Use another key
            </button>
          )}
          {children}
        </p>
      </div>
    </div>
  );
}

export function EmptyNotice({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="notice">
      <div>
        <p class="notice-title">{title}</p>
        {children}
      </div>
    </div>
  );
}
