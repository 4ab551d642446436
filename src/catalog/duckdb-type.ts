/** A type as DuckDB's DESCRIBE writes it, taken apart. */
export type DuckDbType =
  /** `name` without digits: `DECIMAL(18,3)` has the name DECIMAL and the digits 18 and 3. */
  | { readonly kind: 'simple'; readonly name: string; readonly digits: readonly number[] }
  | { readonly kind: 'list'; readonly of: DuckDbType }
  | {
      readonly kind: 'struct';
      readonly fields: readonly { readonly name: string; readonly type: DuckDbType }[];
    }
  | { readonly kind: 'map'; readonly key: DuckDbType; readonly value: DuckDbType }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  /** UNION, a STRUCT without names, and whatever is to come. */
  | { readonly kind: 'other'; readonly text: string };

const TOKEN = /\s*("(?:[^"]|"")*"|'(?:[^']|'')*'|\w+|[(),[\]])/y;

/** `STRUCT(a INTEGER, "b c" DECIMAL(18,3)[])` and all its like. What it does not understand is of the kind `other`. */
export function parseDuckDbType(text: string): DuckDbType {
  try {
    const reader = new TypeReader(text);
    const type = reader.type();
    if (reader.peek() === undefined) return type;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { kind: 'other', text };
}

class TypeReader {
  private readonly tokens: string[] = [];
  private next = 0;

  constructor(text: string) {
    let end = 0;
    while (end < text.trimEnd().length) {
      TOKEN.lastIndex = end;
      const token = TOKEN.exec(text)?.[1];
      if (token === undefined) throw new SyntaxError(text);
      this.tokens.push(token);
      end = TOKEN.lastIndex;
    }
  }

  peek(): string | undefined {
    return this.tokens[this.next];
  }

  /** A type and the `[]` or `[3]` behind it, of which each makes a list. */
  type(): DuckDbType {
    let type = this.element();
    while (this.take('[')) {
      if (!this.take(']')) {
        this.take();
        this.expect(']');
      }
      type = { kind: 'list', of: type };
    }
    return type;
  }

  private element(): DuckDbType {
    const name = this.take();
    if (name === 'STRUCT') return { kind: 'struct', fields: this.list(() => this.field()) };
    if (name === 'ENUM') return { kind: 'enum', values: this.list(() => unquoted(this.take())) };
    if (name === 'MAP') {
      const [key, value] = this.list(() => this.type());
      if (key === undefined || value === undefined) throw new SyntaxError('MAP');
      return { kind: 'map', key, value };
    }
    if (!/^[A-Z]\w*$/.test(name) || name === 'UNION') throw new SyntaxError(name);
    const words = [name];
    while (/^[A-Z]+$/.test(this.peek() ?? '')) words.push(this.take());
    const digits = this.peek() === '(' ? this.list(() => Number(this.take())) : [];
    return { kind: 'simple', name: words.join(' '), digits };
  }

  private field(): { name: string; type: DuckDbType } {
    return { name: unquoted(this.take()), type: this.type() };
  }

  private list<T>(item: () => T): T[] {
    this.expect('(');
    const items = [item()];
    while (this.take(',')) items.push(item());
    this.expect(')');
    return items;
  }

  private take(): string;
  private take(wanted: string): boolean;
  private take(wanted?: string): string | boolean {
    const token = this.peek();
    if (wanted !== undefined && token !== wanted) return false;
    if (token === undefined) throw new SyntaxError('the end');
    this.next++;
    return wanted === undefined ? token : true;
  }

  private expect(wanted: string): void {
    if (!this.take(wanted)) throw new SyntaxError(wanted);
  }
}

function unquoted(token: string): string {
  const quote = token.charAt(0);
  if (quote !== '"' && quote !== "'") return token;
  return token.slice(1, -1).replaceAll(quote + quote, quote);
}
