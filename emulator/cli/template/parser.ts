import { lex, TemplateSyntaxError, type Token } from "./lexer.ts";
import { show, type CommandNode, type Operand, type Pipe, type TemplateNode } from "./node.ts";
import { unquote, unquoteCharacter } from "./quote.ts";

export interface ParsedTemplate {
  readonly name: string;
  readonly source: string;
  readonly body: readonly TemplateNode[];
  readonly definitions: ReadonlyMap<string, readonly TemplateNode[]>;
}

/** Parses a template. `functions` are the names that may be called. Throws TemplateSyntaxError. */
export function parseTemplate(name: string, source: string, functions: ReadonlySet<string>): ParsedTemplate {
  const parser = new Parser(name, source, functions);
  const body = parser.parse();
  return { name, source, body, definitions: parser.definitions };
}

type End = "eof" | "end" | "else";

class Parser {
  readonly definitions = new Map<string, readonly TemplateNode[]>();
  readonly #name: string;
  readonly #tokens: readonly Token[];
  readonly #functions: ReadonlySet<string>;
  #next = 0;
  #variables: string[] = ["$"];
  #rangeDepth = 0;
  #lastLine = 1;

  constructor(name: string, source: string, functions: ReadonlySet<string>) {
    this.#name = name;
    this.#functions = functions;
    this.#tokens = lex(source);
  }

  parse(): readonly TemplateNode[] {
    const [nodes, end] = this.#list();
    if (end.kind !== "eof") this.#fail(`unexpected {{${end.text}}}`);
    return nodes;
  }

  #fail(message: string): never {
    throw new TemplateSyntaxError(`template: ${this.#name}:${this.#lastLine}: ${message}`);
  }

  #unexpected(token: Token, context: string): never {
    if (token.kind === "error") this.#fail(token.text);
    this.#fail(`unexpected ${describe(token)} in ${context}`);
  }

  #token(): Token {
    const token = this.#tokens[this.#next++];
    if (token === undefined) return { kind: "eof", text: "", at: 0, line: this.#lastLine };
    this.#lastLine = token.line;
    return token;
  }

  #peek(): Token {
    const token = this.#token();
    this.#next--;
    return token;
  }

  #skipSpace(): Token {
    while (this.#peek().kind === "space") this.#next++;
    return this.#peek();
  }

  #nonSpace(): Token {
    this.#skipSpace();
    return this.#token();
  }

  /** Nodes up to `end`, `else` or the end of the source, which is returned as well. */
  #list(): [nodes: TemplateNode[], end: { kind: End; text: string }] {
    const nodes: TemplateNode[] = [];
    for (;;) {
      const token = this.#token();
      if (token.kind === "text") {
        nodes.push({ kind: "text", text: token.text });
        continue;
      }
      if (token.kind === "eof") return [nodes, { kind: "eof", text: "" }];
      if (token.kind !== "open") this.#unexpected(token, "input");
      const first = this.#nonSpace();
      if (first.kind === "keyword" && (first.text === "end" || first.text === "else")) {
        if (first.text === "end") {
          const close = this.#nonSpace();
          if (close.kind !== "close") this.#unexpected(close, "end");
        }
        return [nodes, { kind: first.text, text: first.text }];
      }
      const node = this.#action(first);
      if (node !== undefined) nodes.push(node);
    }
  }

  #action(first: Token): TemplateNode | undefined {
    const depth = this.#variables.length;
    if (first.kind === "keyword")
      switch (first.text) {
        case "if":
        case "with":
        case "range": {
          const node = this.#control(first.text, first.at);
          this.#variables.length = depth;
          return node;
        }
        case "define":
          this.#define();
          return undefined;
        case "block":
          return this.#block();
        case "template":
          return this.#templateCall();
        case "break":
        case "continue": {
          const close = this.#nonSpace();
          if (close.kind !== "close") this.#unexpected(close, `{{${first.text}}}`);
          if (this.#rangeDepth === 0) this.#fail(`{{${first.text}}} outside {{range}}`);
          return { kind: first.text };
        }
        default:
      }
    this.#next--;
    return { kind: "action", pipe: this.#pipeline("command", "close") };
  }

  #control(kind: "if" | "with" | "range", at: number): TemplateNode {
    const pipe = this.#pipeline(kind, "close");
    if (kind === "range") this.#rangeDepth++;
    const [body, end] = this.#list();
    if (kind === "range") this.#rangeDepth--;
    let otherwise: readonly TemplateNode[] = [];
    if (end.kind === "else") otherwise = this.#otherwise(kind);
    else if (end.kind === "eof") this.#fail("unexpected EOF");
    return { kind, at, pipe, body, otherwise };
  }

  #otherwise(kind: "if" | "with" | "range"): readonly TemplateNode[] {
    const next = this.#nonSpace();
    const chained = next.kind === "keyword" && next.text === kind && kind !== "range";
    if (chained) return [this.#control(kind, next.at)];
    if (next.kind !== "close") this.#unexpected(next, "else");
    const [nodes, end] = this.#list();
    if (end.kind === "eof") this.#fail("unexpected EOF");
    if (end.kind !== "end") this.#fail("expected end; found {{else}}");
    return nodes;
  }

  #templateName(context: string): { readonly name: string; readonly at: number } {
    const token = this.#nonSpace();
    if (token.kind !== "string" && token.kind !== "raw") this.#unexpected(token, context);
    return { name: unquote(token.text), at: token.at };
  }

  #define(): void {
    const { name } = this.#templateName("define clause");
    const close = this.#nonSpace();
    if (close.kind !== "close") this.#unexpected(close, "define clause");
    const outer = this.#variables;
    this.#variables = ["$"];
    const [nodes, end] = this.#list();
    if (end.kind !== "end") this.#fail(end.kind === "eof" ? "unexpected EOF" : "unexpected {{else}} in define clause");
    this.#variables = outer;
    this.definitions.set(name, nodes);
  }

  #block(): TemplateNode {
    const { name, at } = this.#templateName("block clause");
    const pipe = this.#pipeline("block clause", "close");
    const outer = this.#variables;
    this.#variables = ["$"];
    const [nodes, end] = this.#list();
    if (end.kind !== "end") this.#fail(end.kind === "eof" ? "unexpected EOF" : "unexpected {{else}} in block clause");
    this.#variables = outer;
    this.definitions.set(name, nodes);
    return { kind: "template", at, name, pipe };
  }

  #templateCall(): TemplateNode {
    const { name, at } = this.#templateName("template clause");
    const next = this.#nonSpace();
    if (next.kind === "close") return { kind: "template", at, name, pipe: undefined };
    this.#next--;
    return { kind: "template", at, name, pipe: this.#pipeline("template clause", "close") };
  }

  #pipeline(context: string, end: "close" | "paren-close"): Pipe {
    const at = this.#skipSpace().at;
    const { variables, assigns } = this.#declarations(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.#nonSpace();
      if (token.kind === end) {
        if (commands.length === 0) this.#fail(`missing value for ${context}`);
        this.#checkPipeline(commands);
        return { kind: "pipe", at, variables, assigns, commands };
      }
      if (!startsOperand(token)) this.#unexpected(token, context);
      this.#next--;
      commands.push(this.#command());
    }
  }

  #checkPipeline(commands: readonly CommandNode[]): void {
    for (const [index, command] of commands.entries()) {
      const first = command.args[0];
      if (index > 0 && first !== undefined && ["bool", "dot", "nil", "number", "string"].includes(first.kind))
        this.#fail(`non executable command in pipeline stage ${index + 1}`);
    }
  }

  #declarations(context: string): { variables: string[]; assigns: boolean } {
    const start = this.#next;
    const variables: string[] = [];
    for (;;) {
      const variable = this.#skipSpace();
      if (variable.kind !== "variable") break;
      this.#next++;
      const operator = this.#skipSpace();
      if (operator.kind === "declare" || operator.kind === "assign") {
        this.#next++;
        variables.push(variable.text);
        if (operator.kind === "declare") this.#variables.push(...variables);
        else for (const name of variables) this.#mustKnow(name);
        return { variables, assigns: operator.kind === "assign" };
      }
      if (operator.kind !== "comma" || context !== "range" || variables.length > 0) {
        if (operator.kind === "comma" && (context !== "range" || variables.length > 0))
          this.#fail(`too many declarations in ${context}`);
        break;
      }
      this.#next++;
      variables.push(variable.text);
    }
    this.#next = start;
    return { variables: [], assigns: false };
  }

  #mustKnow(name: string): void {
    if (!this.#variables.includes(name)) this.#fail(`undefined variable ${JSON.stringify(name)}`);
  }

  #command(): CommandNode {
    const at = this.#skipSpace().at;
    const args: Operand[] = [];
    for (;;) {
      this.#skipSpace();
      const operand = this.#operand();
      if (operand !== undefined) args.push(operand);
      const token = this.#token();
      if (token.kind === "space") continue;
      if (token.kind === "pipe") break;
      if (token.kind === "close" || token.kind === "paren-close") this.#next--;
      else this.#unexpected(token, "operand");
      break;
    }
    if (args.length === 0) this.#fail("empty command");
    return { at, args };
  }

  #operand(): Operand | undefined {
    const node = this.#term();
    if (node === undefined || this.#peek().kind !== "field") return node;
    const at = this.#peek().at;
    const names: string[] = [];
    while (this.#peek().kind === "field") names.push(this.#token().text.slice(1));
    switch (node.kind) {
      case "field":
        return { kind: "field", at, names: [...node.names, ...names] };
      case "variable":
        return { kind: "variable", at, name: node.name, names: [...node.names, ...names] };
      case "bool":
      case "string":
      case "number":
      case "nil":
      case "dot":
        return this.#fail(`unexpected . after term ${JSON.stringify(show(node))}`);
      default:
        return { kind: "chain", at, of: node, names };
    }
  }

  #term(): Operand | undefined {
    const token = this.#nonSpace();
    const { at, text } = token;
    switch (token.kind) {
      case "identifier":
        if (!this.#functions.has(text)) this.#fail(`function ${JSON.stringify(text)} not defined`);
        return { kind: "identifier", at, name: text };
      case "dot":
        return { kind: "dot", at };
      case "nil":
        return { kind: "nil", at };
      case "variable":
        this.#mustKnow(text);
        return { kind: "variable", at, name: text, names: [] };
      case "field":
        return { kind: "field", at, names: [text.slice(1)] };
      case "bool":
        return { kind: "bool", at, value: text === "true" };
      case "char":
        return { kind: "number", at, text, value: unquoteCharacter(text), isFloat: false };
      case "number":
        return this.#number(token);
      case "paren-open":
        return this.#pipeline("parenthesized pipeline", "paren-close");
      case "string":
      case "raw":
        return { kind: "string", at, quoted: text, text: unquote(text) };
      default:
        this.#next--;
        return undefined;
    }
  }

  #number({ at, text }: Token): Operand {
    const plain = text.replaceAll("_", "");
    const isFloat = !/^[+-]?0[xX]/.test(plain) && /[.eE]/.test(plain);
    if (isFloat) return { kind: "number", at, text, value: Number(plain), isFloat };
    const digits = plain.replace(/^[+-]/, "");
    const magnitude = BigInt(/^0\d/.test(digits) ? `0o${digits}` : digits);
    const value = plain.startsWith("-") ? -magnitude : magnitude;
    const small = value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER);
    return { kind: "number", at, text, value: small ? Number(value) : value, isFloat };
  }
}

function startsOperand(token: Token): boolean {
  return [
    "bool",
    "char",
    "dot",
    "field",
    "identifier",
    "number",
    "nil",
    "raw",
    "string",
    "variable",
    "paren-open",
  ].includes(token.kind);
}

function describe(token: Token): string {
  if (token.kind === "eof") return "EOF";
  if (token.kind === "keyword" || token.kind === "nil" || token.kind === "dot") return `<${token.text}>`;
  return token.text.length > 10 ? `${JSON.stringify(token.text.slice(0, 10))}...` : JSON.stringify(token.text);
}
