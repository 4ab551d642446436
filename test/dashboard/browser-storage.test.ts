import { afterEach, expect, test, vi } from 'vitest';
import { StoredText } from '../../dashboard/settings/browser-storage.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

test('a text is there at the next visit, until it is removed', () => {
  const texts = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => texts.get(name) ?? null,
    setItem: (name: string, text: string) => texts.set(name, text),
    removeItem: (name: string) => texts.delete(name),
  });
  const stored = new StoredText('localStorage', 'colour');
  expect(stored.read()).toBeNull();
  stored.write('dark');
  expect(new StoredText('localStorage', 'colour').read()).toBe('dark');
  expect(new StoredText('localStorage', 'zone').read()).toBeNull();
  stored.remove();
  expect(stored.read()).toBeNull();
});

test('a browser that keeps nothing throws at whoever looks, and the page goes on without', () => {
  for (const name of ['localStorage', 'sessionStorage'] as const) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get: () => {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      },
    });
    const stored = new StoredText(name, 'colour');
    expect(stored.read()).toBeNull();
    stored.write('dark');
    stored.remove();
    expect(stored.read()).toBeNull();
    if (before === undefined) Reflect.deleteProperty(globalThis, name);
    else Object.defineProperty(globalThis, name, before);
  }
});
