import { useState } from 'preact/hooks';
import { askFile } from '../data/ask.ts';
import { type Failure, failureOf } from '../data/failure.ts';
import { credential } from '../data/session.ts';
import { FailureNotice } from './failure-notice.tsx';
import { Icon } from './icons.tsx';

interface DownloadLinkProps {
  readonly path: string;
  readonly name: string;
  readonly label: string;
}

/** A link to an export, which the browser streams to the disk. With a key, which no link can show, the page fetches it. */
export function DownloadLink({ path, name, label }: DownloadLinkProps) {
  const [isFetching, setFetching] = useState(false);
  const [failure, setFailure] = useState<Failure | undefined>();
  if (credential.value === null) {
    return (
      <a class="button" href={path} download={name}>
        <Icon name="download" /> {label}
      </a>
    );
  }
  const fetchFile = async () => {
    setFetching(true);
    setFailure(undefined);
    try {
      save(await askFile(path, AbortSignal.timeout(3_600_000)), name);
    } catch (error) {
      setFailure(failureOf(error));
    }
    setFetching(false);
  };
  return (
    <>
      <button
        type="button"
        class="button"
        aria-disabled={isFetching}
        onClick={isFetching ? undefined : fetchFile}
      >
        <Icon name="download" /> {isFetching ? `${label} …` : label}
      </button>
      {failure !== undefined && <FailureNotice failure={failure} />}
    </>
  );
}

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
