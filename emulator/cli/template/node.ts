/** The parsed form of a template. `at` is an offset in the source, for error positions. */
export type TemplateNode =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "action"; readonly pipe: Pipe }
  | {
      readonly kind: "if" | "range" | "with";
      readonly at: number;
      readonly pipe: Pipe;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    }
  | { readonly kind: "template"; readonly at: number; readonly name: string; readonly pipe: Pipe | undefined }
  | { readonly kind: "break" | "continue" };

export interface Pipe {
  readonly kind: "pipe";
  readonly at: number;
  readonly variables: readonly string[];
  /** `=` instead of `:=`. */
  readonly assigns: boolean;
  readonly commands: readonly CommandNode[];
}

export interface CommandNode {
  readonly at: number;
  readonly args: readonly Operand[];
}

export type Operand =
  | { readonly kind: "dot"; readonly at: number }
  | { readonly kind: "nil"; readonly at: number }
  | { readonly kind: "bool"; readonly at: number; readonly value: boolean }
  | {
      readonly kind: "number";
      readonly at: number;
      readonly text: string;
      readonly value: number | bigint;
      readonly isFloat: boolean;
    }
  | { readonly kind: "string"; readonly at: number; readonly quoted: string; readonly text: string }
  | { readonly kind: "field"; readonly at: number; readonly names: readonly string[] }
  | { readonly kind: "variable"; readonly at: number; readonly name: string; readonly names: readonly string[] }
  | { readonly kind: "identifier"; readonly at: number; readonly name: string }
  | { readonly kind: "chain"; readonly at: number; readonly of: Operand; readonly names: readonly string[] }
  | Pipe;

/** A node in the words of the source, as error messages show it. */
export function show(node: Operand): string {
  const dotted = (names: readonly string[]): string => names.map((name) => `.${name}`).join("");
  switch (node.kind) {
    case "dot":
      return ".";
    case "nil":
      return "nil";
    case "bool":
      return String(node.value);
    case "number":
      return node.text;
    case "string":
      return node.quoted;
    case "field":
      return dotted(node.names);
    case "variable":
      return node.name + dotted(node.names);
    case "identifier":
      return node.name;
    case "chain":
      return (node.of.kind === "pipe" ? `(${show(node.of)})` : show(node.of)) + dotted(node.names);
    case "pipe": {
      const declared = node.variables.length === 0 ? "" : `${node.variables.join(", ")} ${node.assigns ? "=" : ":="} `;
      return declared + node.commands.map(showCommand).join(" | ");
    }
  }
}

export function showCommand(command: CommandNode): string {
  return command.args.map((arg) => (arg.kind === "pipe" ? `(${show(arg)})` : show(arg))).join(" ");
}
