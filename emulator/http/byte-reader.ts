/** What a peer sent is no HTTP/1.1. `status` is the answer it deserves. */
export class HttpSyntaxError extends Error {
  constructor(
    message: string,
    readonly status: 400 | 408 | 413 | 417 | 431 | 501 | 505 = 400,
  ) {
    super(message);
    this.name = "HttpSyntaxError";
  }
}

const newline = 10;
const carriageReturn = 13;
const empty = new Uint8Array(0);

/** Bytes of a stream, taken by line or by count; at any moment the rest can be had as it comes. */
export class ByteReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #buffer: Uint8Array = empty;
  #ended = false;
  #reading: Promise<boolean> | undefined;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** Bytes that have come and are not taken. */
  get buffered(): number {
    return this.#buffer.length;
  }

  /** Waits for more bytes. False at the end of the stream. Rejects as the stream does. One read is under way at most. */
  fill(): Promise<boolean> {
    if (this.#ended) return Promise.resolve(false);
    this.#reading ??= this.#reader.read().then(
      ({ done, value }) => {
        this.#reading = undefined;
        if (done) this.#ended = true;
        else if (this.#buffer.length === 0) this.#buffer = value;
        else {
          const joined = new Uint8Array(this.#buffer.length + value.length);
          joined.set(this.#buffer);
          joined.set(value, this.#buffer.length);
          this.#buffer = joined;
        }
        return !done;
      },
      (error: unknown) => {
        this.#reading = undefined;
        this.#ended = true;
        throw error;
      },
    );
    return this.#reading;
  }

  /** A line without its end (LF or CRLF). Undefined at the end of the stream; a line that breaks off is an error. */
  async line(limit: number): Promise<string | undefined> {
    for (let from = 0; ;) {
      const at = this.#buffer.indexOf(newline, from);
      if (at > limit || (at < 0 && this.#buffer.length > limit)) throw new HttpSyntaxError("line too long", 431);
      if (at >= 0) {
        const end = at > 0 && this.#buffer[at - 1] === carriageReturn ? at - 1 : at;
        const text = latin1(this.#buffer.subarray(0, end));
        this.#buffer = this.#buffer.subarray(at + 1);
        return text;
      }
      from = this.#buffer.length;
      if (!(await this.fill())) {
        if (this.#buffer.length === 0) return undefined;
        throw new HttpSyntaxError("unexpected EOF");
      }
    }
  }

  /** What is there, at least one byte and at most `limit`. Undefined at the end of the stream. */
  async some(limit: number): Promise<Uint8Array | undefined> {
    while (this.#buffer.length === 0) if (!(await this.fill())) return undefined;
    const taken = this.#buffer.subarray(0, limit);
    this.#buffer = this.#buffer.subarray(taken.length);
    return taken;
  }

  /** Everything from here on. Cancelling it cancels the stream. */
  rest(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const bytes = await this.some(Number.MAX_SAFE_INTEGER);
          if (bytes === undefined) controller.close();
          else controller.enqueue(bytes);
        },
        cancel: (reason) => this.cancel(reason),
      },
      { highWaterMark: 0 },
    );
  }

  async cancel(reason?: unknown): Promise<void> {
    this.#ended = true;
    this.#buffer = empty;
    await this.#reader.cancel(reason);
  }
}

const piece = 4096;

/** Header bytes one to one: what they mean is for who reads the field. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += piece) text += String.fromCharCode(...bytes.subarray(at, at + piece));
  return text;
}
