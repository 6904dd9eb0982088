import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { SerializeAddon } from "@xterm/addon-serialize";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal } from "@xterm/xterm";
import { terminalThemes } from "./theme.ts";

const ownFont = '"JetBrains Mono Variable"';
const fontFamily = `${ownFont}, "JetBrains Mono", ui-monospace, Menlo, Consolas, monospace`;

export interface ScreenOptions {
  readonly theme: "light" | "dark";
  readonly fontSize: number;
  readonly screenReader: boolean;
  /** A link was followed: a published port opens in the preview, all others in a new tab. */
  readonly onLink: (url: string) => void;
}

/** An xterm with its addons, without any knowledge of what it is connected to. */
export class Screen {
  readonly terminal: Terminal;
  readonly search = new SearchAddon();
  readonly #fit = new FitAddon();
  readonly #serialize = new SerializeAddon();

  constructor(options: ScreenOptions) {
    this.terminal = new Terminal({
      allowProposedApi: true,
      cursorBlink: false,
      fontFamily,
      fontSize: options.fontSize,
      lineHeight: 1.25,
      scrollback: 5000,
      screenReaderMode: options.screenReader,
      macOptionIsMeta: true,
      rightClickSelectsWord: true,
      theme: terminalThemes[options.theme],
    });
    this.terminal.loadAddon(this.#fit);
    this.terminal.loadAddon(this.search);
    this.terminal.loadAddon(this.#serialize);
    this.terminal.loadAddon(new Unicode11Addon());
    this.terminal.unicode.activeVersion = "11";
    this.terminal.loadAddon(new WebLinksAddon((_event, url) => options.onLink(url)));
  }

  mount(element: HTMLElement): () => void {
    this.terminal.open(element);
    this.fit();
    const observer = new ResizeObserver(() => this.fit());
    observer.observe(element);
    let mounted = true;
    // Cells are as large as the font that was there when they were measured; the site's own may come later.
    void document.fonts.load(`${this.terminal.options.fontSize ?? 14}px ${ownFont}`).then(() => {
      if (!mounted) return;
      this.terminal.options.fontFamily = "monospace";
      this.terminal.options.fontFamily = fontFamily;
      this.fit();
    });
    return () => {
      mounted = false;
      observer.disconnect();
      this.terminal.dispose();
    };
  }

  /** Fills its element; a hidden element has no size and changes nothing. */
  fit(): void {
    const size = this.#fit.proposeDimensions();
    if (
      size !== undefined &&
      size.cols > 1 &&
      size.rows > 1 &&
      (size.cols !== this.terminal.cols || size.rows !== this.terminal.rows)
    )
      this.#fit.fit();
  }

  restyle(theme: "light" | "dark", fontSize: number, screenReader: boolean): void {
    this.terminal.options.theme = terminalThemes[theme];
    this.terminal.options.screenReaderMode = screenReader;
    if (this.terminal.options.fontSize !== fontSize) {
      this.terminal.options.fontSize = fontSize;
      this.fit();
    }
  }

  /**
   * Calls `listener` when the cursor came to another line, or a prompt came to stand before it: what is typed at a prompt is
   * no news. A prompt ends in `# ` or `$ ` or `> `, as those of shells do.
   */
  onPrinted(listener: (atPrompt: boolean) => void): void {
    let [line, was] = [-1, false];
    this.terminal.onWriteParsed(() => {
      const { baseY, cursorY, cursorX } = this.terminal.buffer.active;
      const text = this.terminal.buffer.active.getLine(baseY + cursorY)?.translateToString(false, 0, cursorX) ?? "";
      const atPrompt = /[#$>] $/.test(text);
      const isNews = baseY + cursorY !== line || (atPrompt && !was);
      [line, was] = [baseY + cursorY, atPrompt];
      if (isNews) listener(atPrompt);
    });
  }

  /** Screen and scrollback as escape sequences, for the next visit. */
  contents(): string {
    return this.#serialize.serialize({ scrollback: 1000 });
  }
}
