import { lookUp, type TemplateFunction } from "./functions.ts";
import { show, showCommand, type CommandNode, type Operand, type Pipe, type TemplateNode } from "./node.ts";
import type { ParsedTemplate } from "./parser.ts";
import { format, printValue } from "./print.ts";
import { fieldOf } from "./field.ts";
import { GoFloat, GoFunction, GoMap, GoSlice, indirect, isTrue, typeName, type GoValue } from "./value.ts";

/** A template that failed while it ran; what it had written until then is in `output`. */
export class TemplateExecError extends Error {
  constructor(
    message: string,
    readonly output: string,
  ) {
    super(message);
  }
}

export interface ExecuteOptions {
  /** A key that a map does not have is an error. */
  readonly missingKeyIsError?: boolean;
  /** Values come from decoded JSON, where Go knows them as `interface {}` only. */
  readonly untyped?: boolean;
  readonly functions: ReadonlyMap<string, TemplateFunction>;
}

class Break extends Error {}
class Continue extends Error {}

/** Runs a template over `data`. Throws TemplateExecError. */
export function execute(template: ParsedTemplate, data: GoValue, options: ExecuteOptions): string {
  const run = new Execution(template, options);
  run.walk(template.body, data);
  return run.output;
}

const MAX_DEPTH = 1000;

class Execution {
  output = "";
  readonly #template: ParsedTemplate;
  readonly #options: ExecuteOptions;
  #variables: { name: string; value: GoValue }[] = [];
  #depth = 0;
  #name: string;

  constructor(template: ParsedTemplate, options: ExecuteOptions) {
    this.#template = template;
    this.#options = options;
    this.#name = template.name;
  }

  fail(node: Operand | { at: number; text: string }, message: string): never {
    const before = this.#template.source.slice(0, node.at);
    const lineStart = before.lastIndexOf("\n") + 1;
    const position = `${this.#template.name}:${before.split("\n").length}:${before.length - lineStart}`;
    const context = "kind" in node ? show(node) : node.text;
    const at = `template: ${position}: executing ${JSON.stringify(this.#name)} at <${context}>: ${message}`;
    throw new TemplateExecError(at, this.output);
  }

  walk(nodes: readonly TemplateNode[], dot: GoValue): void {
    if (this.#variables.length === 0) this.#variables.push({ name: "$", value: dot });
    for (const node of nodes) this.#step(node, dot);
  }

  #step(node: TemplateNode, dot: GoValue): void {
    switch (node.kind) {
      case "text":
        this.output += node.text;
        return;
      case "action": {
        const value = this.#pipe(dot, node.pipe);
        if (node.pipe.variables.length > 0) return;
        if (value instanceof GoFunction) this.fail(node.pipe, `can't print ${show(node.pipe)} of type ${value.type}`);
        this.output += printValue(value);
        return;
      }
      case "if":
      case "with": {
        const mark = this.#variables.length;
        const value = this.#pipe(dot, node.pipe);
        if (isTrue(value)) this.walk(node.body, node.kind === "with" ? value : dot);
        else this.walk(node.otherwise, dot);
        this.#variables.length = mark;
        return;
      }
      case "range":
        this.#range(node, dot);
        return;
      case "template":
        this.#call(node, dot);
        return;
      case "break":
        throw new Break();
      case "continue":
        throw new Continue();
    }
  }

  #range(node: Extract<TemplateNode, { kind: "if" | "range" | "with" }>, dot: GoValue): void {
    const mark = this.#variables.length;
    const value = indirect(this.#pipe(dot, { ...node.pipe, variables: [] }));
    const items = this.#items(value, node);
    if (items.length === 0) this.walk(node.otherwise, dot);
    const [first, second] = node.pipe.variables;
    try {
      for (const [key, item] of items) {
        this.#variables.length = mark;
        if (second !== undefined) {
          this.#bind(node.pipe, first ?? "", key);
          this.#bind(node.pipe, second, item);
        } else if (first !== undefined) this.#bind(node.pipe, first, item);
        try {
          this.walk(node.body, item);
        } catch (error) {
          if (!(error instanceof Continue)) throw error;
        }
      }
    } catch (error) {
      if (!(error instanceof Break)) throw error;
    }
    this.#variables.length = mark;
  }

  #items(value: GoValue, node: { readonly pipe: Pipe }): readonly (readonly [GoValue, GoValue])[] {
    if (value instanceof GoSlice) return value.items.map((item, index) => [index, item] as const);
    if (value instanceof GoMap) return value.sorted();
    if (value === undefined || value === null) return [];
    if (typeof value === "number" && Number.isInteger(value))
      return Array.from({ length: Math.max(0, value) }, (_, index) => [index, index] as const);
    return this.fail(node.pipe, `range can't iterate over ${format(value)}`);
  }

  #bind(pipe: Pipe, name: string, value: GoValue): void {
    if (pipe.assigns) this.#assign(name, value);
    else this.#variables.push({ name, value });
  }

  #assign(name: string, value: GoValue): void {
    const variable = this.#variables.findLast((candidate) => candidate.name === name);
    if (variable !== undefined) variable.value = value;
  }

  #call(node: Extract<TemplateNode, { kind: "template" }>, dot: GoValue): void {
    const body = this.#template.definitions.get(node.name);
    const at = { at: node.at, text: `{{template ${JSON.stringify(node.name)}}}` };
    if (body === undefined) this.fail(at, `template ${JSON.stringify(node.name)} not defined`);
    if (this.#depth >= MAX_DEPTH) this.fail(at, `exceeded maximum template depth (${MAX_DEPTH})`);
    const data = node.pipe === undefined ? null : this.#pipe(dot, node.pipe);
    const [outer, name] = [this.#variables, this.#name];
    this.#variables = [];
    this.#name = node.name;
    this.#depth++;
    this.walk(body, data);
    this.#depth--;
    this.#variables = outer;
    this.#name = name;
  }

  #pipe(dot: GoValue, pipe: Pipe): GoValue {
    let value: GoValue;
    let given = false;
    for (const command of pipe.commands) {
      value = this.#command(dot, command, given ? [value] : []);
      given = true;
    }
    for (const name of pipe.variables) this.#bind(pipe, name, value);
    return value;
  }

  #command(dot: GoValue, command: CommandNode, final: readonly GoValue[]): GoValue {
    const [first, ...args] = command.args;
    if (first === undefined) return undefined;
    switch (first.kind) {
      case "field":
        return this.#chain(dot, dot, first, first.names, args, final);
      case "chain":
        return this.#chain(dot, this.#operand(dot, first.of), first, first.names, args, final);
      case "variable":
        return this.#chain(dot, this.#variable(first.name), first, first.names, args, final);
      case "identifier":
        return this.#function(dot, first, command, args, final);
      default:
    }
    if (args.length > 0 || final.length > 0) this.fail(first, `can't give argument to non-function ${show(first)}`);
    if (first.kind === "nil") this.fail({ at: command.at, text: showCommand(command) }, "nil is not a command");
    return this.#operand(dot, first);
  }

  #variable(name: string): GoValue {
    return this.#variables.findLast((candidate) => candidate.name === name)?.value;
  }

  #operand(dot: GoValue, node: Operand): GoValue {
    switch (node.kind) {
      case "dot":
        return dot;
      case "nil":
        return null;
      case "bool":
        return node.value;
      case "number":
        return node.isFloat ? new GoFloat(Number(node.value)) : node.value;
      case "string":
        return node.text;
      case "pipe":
        return this.#pipe(dot, node);
      default:
        return this.#command(dot, { at: node.at, args: [node] }, []);
    }
  }

  #chain(
    dot: GoValue,
    receiver: GoValue,
    node: Operand,
    names: readonly string[],
    args: readonly Operand[],
    final: readonly GoValue[],
  ): GoValue {
    let value = receiver;
    for (const [index, name] of names.entries()) {
      const last = index === names.length - 1;
      const found = fieldOf(value, name, this.#options, (message) => this.fail(node, message));
      if (found instanceof GoFunction) {
        const given = last ? [...args.map((arg) => this.#operand(dot, arg)), ...final] : [];
        if (found.parameters !== undefined && found.parameters !== given.length)
          this.fail(node, `wrong number of args for ${name}: want ${found.parameters} got ${given.length}`);
        value = found.call(...given);
      } else {
        if (last && args.length + final.length > 0)
          this.fail(
            node,
            `${name} ${indirect(value) instanceof GoMap ? "is not a method but has arguments" : "has arguments but cannot be invoked as function"}`,
          );
        value = found;
      }
    }
    if (names.length === 0 && (args.length > 0 || final.length > 0))
      this.fail(node, `can't give argument to non-function ${show(node)}`);
    return value;
  }

  #function(
    dot: GoValue,
    node: Operand & { kind: "identifier" },
    command: CommandNode,
    args: readonly Operand[],
    final: readonly GoValue[],
  ): GoValue {
    const called = { at: node.at, text: showCommand(command) };
    const known = lookUp(this.#options.functions, node.name);
    if (known === undefined) this.fail(node, `${JSON.stringify(node.name)} is not a defined function`);
    const count = args.length + final.length;
    if (count < known.minimum || count > known.maximum) {
      const wanted = known.maximum === Infinity ? `at least ${known.minimum}` : String(known.minimum);
      this.fail(node, `wrong number of args for ${node.name}: want ${wanted} got ${count}`);
    }
    if (known.shortCircuit !== undefined) return this.#shortCircuit(dot, known.shortCircuit, args, final);
    const values = args.map((arg) => this.#operand(dot, arg));
    const all = [...values, ...final];
    for (const [index, value] of all.entries()) {
      const arg = args[index];
      const wrong = known.check?.(value, index, arg !== undefined && isLiteral(arg) ? show(arg) : undefined);
      if (wrong !== undefined) this.fail(arg ?? called, wrong);
    }
    const [target] = values;
    if (node.name === "call" && args[0] !== undefined && !(target instanceof GoFunction))
      this.fail(called, `error calling call: non-function ${show(args[0])} of type ${typeName(target)}`);
    try {
      return known.call(...all);
    } catch (error) {
      if (error instanceof TemplateExecError) throw error;
      return this.fail(called, `error calling ${node.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** `and` stops at the first false value, `or` at the first true one. */
  #shortCircuit(dot: GoValue, stopAt: boolean, args: readonly Operand[], final: readonly GoValue[]): GoValue {
    let value: GoValue;
    for (const arg of args) {
      value = this.#operand(dot, arg);
      if (isTrue(value) === stopAt) return value;
    }
    return final.length > 0 ? final[0] : value;
  }
}

function isLiteral(node: Operand): boolean {
  return node.kind === "bool" || node.kind === "number" || node.kind === "string";
}
