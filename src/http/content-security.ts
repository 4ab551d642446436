import { createHash } from 'node:crypto';

const COMMON = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** For what is no page: nothing of it is ever run. */
export const NOTHING_ALLOWED = `default-src 'none'; ${COMMON}`;

/** @param script the sources of scripts, beside which pages run nothing */
export function pagePolicy(script: string): string {
  // Both interfaces write styles into elements, which no hash or nonce reaches.
  return `default-src 'none'; script-src ${script}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; ${COMMON}`;
}

/** The dashboard has no style in its HTML, and no script; what it sets on elements are properties. */
export const DASHBOARD_POLICY = `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; ${COMMON}`;

/** The source that lets exactly this inline script run. */
export function hashSource(script: string): string {
  return `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
}
