import { Lexer, Source, TokenKind } from 'graphql';
import { LIMITS } from '../../../schema/limit-values.ts';
import { DocumentTooLargeError } from '../../errors.ts';
import { checkExcess } from './document-limit.ts';

const OPENERS: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSERS: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/**
 * Looks at the tokens before the parser does: that descends into each bracket, and a text of some thousand takes its stack.
 * It stops at the first token too many, so a text costs no more than its limit.
 * @throws DocumentTooLargeError
 */
export function checkText(text: string, maxTokens: number): void {
  const lexer = new Lexer(new Source(text));
  let nesting = 0;
  try {
    for (let tokens = 0; ; tokens++) {
      const { kind } = lexer.advance();
      if (kind === TokenKind.EOF) return;
      if (tokens === maxTokens) checkExcess('documentTokens', 'tokens', tokens + 1, maxTokens);
      if (OPENERS.has(kind)) nesting++;
      else if (CLOSERS.has(kind)) nesting--;
      checkNesting(nesting);
    }
  } catch (error) {
    // What is no token is the parser's to tell: it gets to the same place.
    if (error instanceof DocumentTooLargeError) throw error;
  }
}

export function checkNesting(nesting: number): void {
  const { value, unit } = LIMITS.documentNesting;
  checkExcess('documentNesting', unit, nesting, value);
}
