import type { Completion, CompletionKind, World } from "../../../emulator/dockerfile/language/completion.ts";
import { complete } from "../../../emulator/dockerfile/language/complete.ts";
import { format } from "../../../emulator/dockerfile/language/format.ts";
import { hover } from "../../../emulator/dockerfile/language/hover.ts";
import { folds, outline, type OutlineItem } from "../../../emulator/dockerfile/language/outline.ts";
import { monacoRange } from "./markers.ts";
import { monaco } from "./monaco.ts";

/** What the page knows beside the text. */
export interface Surroundings {
  /** `python:3.11-slim` */
  images(): readonly string[];
  /** Names in a folder of the context, folders with a slash at their end. */
  list(folder: string): Promise<readonly string[]>;
}

const kinds: Readonly<Record<CompletionKind, monaco.languages.CompletionItemKind>> = {
  instruction: monaco.languages.CompletionItemKind.Keyword,
  keyword: monaco.languages.CompletionItemKind.Keyword,
  directive: monaco.languages.CompletionItemKind.Keyword,
  flag: monaco.languages.CompletionItemKind.Property,
  value: monaco.languages.CompletionItemKind.Value,
  stage: monaco.languages.CompletionItemKind.Module,
  image: monaco.languages.CompletionItemKind.Struct,
  variable: monaco.languages.CompletionItemKind.Variable,
  file: monaco.languages.CompletionItemKind.File,
  folder: monaco.languages.CompletionItemKind.Folder,
};

/** Offers, explains, formats, outlines and folds Dockerfiles until the returned function is called. */
export function provideDockerfile(surroundings: Surroundings): () => void {
  const { languages } = monaco;
  const provided = [
    languages.registerCompletionItemProvider("dockerfile", {
      triggerCharacters: ["-", "=", ":", "/", "$", "{", ",", " "],
      async provideCompletionItems(model, position) {
        const offered = await completions(model.getValue(), position, surroundings);
        return { suggestions: offered.map((completion, at) => suggestion(completion, at)) };
      },
    }),
    languages.registerHoverProvider("dockerfile", {
      provideHover(model, { lineNumber, column }) {
        const found = hover(model.getValue(), { line: lineNumber, column });
        if (found === undefined) return null;
        return { range: monacoRange(found.range), contents: [explained(found)] };
      },
    }),
    languages.registerDocumentFormattingEditProvider("dockerfile", {
      provideDocumentFormattingEdits(model) {
        const formatted = format(model.getValue());
        return formatted === model.getValue() ? [] : [{ range: model.getFullModelRange(), text: formatted }];
      },
    }),
    languages.registerDocumentSymbolProvider("dockerfile", {
      displayName: "Dockerfile",
      provideDocumentSymbols: (model) => outline(model.getValue()).map((item) => symbol(item, model)),
    }),
    languages.registerFoldingRangeProvider("dockerfile", {
      provideFoldingRanges: (model) => folds(model.getValue()).map(({ start, end }) => ({ start, end })),
    }),
  ];
  return () => provided.forEach((provider) => provider.dispose());
}

/** Folders are asked for once it is known which ones matter: the second look has them. */
async function completions(
  text: string,
  { lineNumber, column }: monaco.Position,
  surroundings: Surroundings,
): Promise<readonly Completion[]> {
  const listed = new Map<string, readonly string[]>();
  const asked = new Set<string>();
  const { images, tags } = byName(surroundings.images());
  const world: World = {
    images,
    tags: (image) => tags.get(image) ?? [],
    paths: (folder) => {
      asked.add(folder);
      return listed.get(folder) ?? [];
    },
  };
  const position = { line: lineNumber, column };
  const first = complete(text, position, world);
  if (asked.size === 0) return first;
  await Promise.all([...asked].map(async (folder) => listed.set(folder, await surroundings.list(folder))));
  return complete(text, position, world);
}

function byName(references: readonly string[]): {
  readonly images: readonly string[];
  readonly tags: ReadonlyMap<string, readonly string[]>;
} {
  const tags = new Map<string, string[]>();
  for (const reference of references) {
    const colon = reference.lastIndexOf(":");
    const tagged = colon > reference.lastIndexOf("/");
    const name = tagged ? reference.slice(0, colon) : reference;
    if (name === "<none>") continue;
    const known = tags.get(name) ?? [];
    if (tagged) known.push(reference.slice(colon + 1));
    tags.set(name, known);
  }
  return { images: [...tags.keys()].sort(), tags };
}

function suggestion(completion: Completion, at: number): monaco.languages.CompletionItem {
  const { label, kind, edit, snippet, detail, documentation, more } = completion;
  return {
    label: detail === undefined ? label : { label, description: detail },
    kind: kinds[kind],
    insertText: edit.text,
    range: monacoRange(edit),
    // In the order they were offered.
    sortText: String(at).padStart(4, "0"),
    filterText: edit.text.startsWith(label) || snippet ? label : edit.text,
    ...(snippet ? { insertTextRules: monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet } : {}),
    ...(documentation === undefined ? {} : { documentation: explained(documentation) }),
    ...(more === true ? { command: { id: "editor.action.triggerSuggest", title: "Offer what follows" } } : {}),
  };
}

function explained({
  title,
  body,
  example,
}: {
  readonly title?: string;
  readonly body: string;
  readonly example: string;
}): monaco.IMarkdownString {
  const code = example === "" ? [] : [`${"```"}dockerfile\n${example}\n${"```"}`];
  return {
    value: [...(title === undefined ? [] : [`**${title.replace(/([\\`*_[\]<>])/g, "\\$1")}**`]), body, ...code].join(
      "\n\n",
    ),
  };
}

function symbol({ name, kind, lines, range, children }: OutlineItem, model: monaco.editor.ITextModel) {
  const made: monaco.languages.DocumentSymbol = {
    name,
    detail: "",
    kind: kind === "FROM" ? monaco.languages.SymbolKind.Module : monaco.languages.SymbolKind.Method,
    tags: [],
    range: {
      startLineNumber: lines.start,
      startColumn: 1,
      endLineNumber: Math.min(lines.end, model.getLineCount()),
      endColumn: model.getLineMaxColumn(Math.min(lines.end, model.getLineCount())),
    },
    selectionRange: monacoRange(range),
    children: children.map((child) => symbol(child, model)),
  };
  return made;
}
