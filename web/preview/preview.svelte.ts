/** The published port on show, with a history of its own. */
export class PreviewState {
  port = $state<number | undefined>();
  path = $state("/");
  /** Grows to load the frame again. */
  serial = $state(0);

  open(port: number, path = "/"): void {
    this.port = port;
    this.path = path;
    this.serial++;
  }

  reload(): void {
    this.serial++;
  }

  close(): void {
    this.port = undefined;
  }
}
