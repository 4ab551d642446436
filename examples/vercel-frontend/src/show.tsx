import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';

export function show(app: ReactNode): void {
  const root = document.getElementById('app');
  if (root === null) throw new Error('expected an element with the id app');
  createRoot(root).render(app);
}
