import type { TextBuffer } from "../document.svelte.ts";
import { baseName, isDockerfile } from "../paths.ts";
import { languageOf, monaco } from "./monaco.ts";

/** A document's text as a Monaco model. */
export class ModelBuffer implements TextBuffer {
  readonly model: monaco.editor.ITextModel;
  /** Cursor, selection and scroll position, kept while another document is in front. */
  view: monaco.editor.ICodeEditorViewState | null = null;

  constructor(path: string, text: string) {
    const language = isDockerfile(path) ? "dockerfile" : languageOf(baseName(path));
    this.model = monaco.editor.createModel(text, language);
    // Files of the machine end their lines as Linux does, unless they are another system's already.
    if (!text.includes("\r\n")) this.model.setEOL(monaco.editor.EndOfLineSequence.LF);
    this.model.updateOptions({
      tabSize: 4,
      insertSpaces: language !== "go",
      trimAutoWhitespace: true,
      bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false },
    });
  }

  text(): string {
    return this.model.getValue(monaco.editor.EndOfLinePreference.TextDefined, true);
  }

  replace(given: string): void {
    const { model } = this;
    const text = given.replace(/^\ufeff/, "");
    const before = model.getValue();
    // Only what differs, so that cursors and marks elsewhere stay where they are.
    let start = 0;
    while (start < before.length && start < text.length && before[start] === text[start]) start++;
    let end = 0;
    while (
      end < before.length - start &&
      end < text.length - start &&
      before[before.length - 1 - end] === text[text.length - 1 - end]
    )
      end++;
    // Never between the two halves of a character.
    while (start > 0 && /[\ud800-\udbff]/.test(before[start - 1] ?? "")) start--;
    while (end > 0 && /[\udc00-\udfff]/.test(before[before.length - end] ?? "")) end--;
    const range = monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(before.length - end));
    model.pushStackElement();
    model.pushEditOperations(
      [],
      [{ range, text: text.slice(start, text.length - end), forceMoveMarkers: true }],
      () => null,
    );
    model.pushStackElement();
  }

  onChange(listener: () => void): void {
    this.model.onDidChangeContent(() => listener());
  }

  dispose(): void {
    this.model.dispose();
  }
}
