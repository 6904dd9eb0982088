import { T } from "./message.ts";

/** As much of a 9P2000.L client as reading needs: the tests see the server through it. A refused request throws Errno. */
export class Errno extends Error {
  constructor(readonly errno: number) {
    super(`errno ${String(errno)}`);
  }
}

type Field = { readonly u16: number } | { readonly u32: number } | { readonly u64: number } | { readonly text: string };

export function encode(type: number, tag: number, ...fields: readonly Field[]): Uint8Array {
  const bytes: number[] = [0, 0, 0, 0, type, tag & 0xff, tag >> 8];
  const put = (value: number, size: number): void => {
    for (let i = 0; i < size; i++) bytes.push(Math.floor(value / 2 ** (8 * i)) % 256);
  };
  for (const field of fields) {
    if ("u16" in field) put(field.u16, 2);
    else if ("u32" in field) put(field.u32, 4);
    else if ("u64" in field) put(field.u64, 8);
    else {
      const name = new TextEncoder().encode(field.text);
      put(name.length, 2);
      bytes.push(...name);
    }
  }
  const message = Uint8Array.from(bytes);
  new DataView(message.buffer).setUint32(0, message.length, true);
  return message;
}

export interface Qid {
  readonly type: number;
  readonly path: number;
}
export interface Attributes {
  readonly qid: Qid;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
  readonly rdev: number;
  readonly size: number;
  readonly mtime: number;
  readonly mtimeNanoseconds: number;
}

export class NinePClient {
  private tag = 0;
  constructor(
    private readonly serve: (request: Uint8Array) => Uint8Array,
    private nextFid = 1,
  ) {}

  call(type: number, ...fields: readonly Field[]): DataView {
    this.tag = (this.tag + 1) % 0xffff;
    const reply = this.serve(encode(type, this.tag, ...fields)).slice();
    const view = new DataView(reply.buffer);
    if (view.getUint32(0, true) !== reply.length) throw new Error("a reply with a wrong size");
    if (view.getUint16(5, true) !== this.tag) throw new Error("a reply with another tag");
    if (reply[4] === 7) throw new Errno(view.getUint32(7, true));
    if (reply[4] !== type + 1) throw new Error("a reply of another type");
    return view;
  }

  version(msize = 512_000, version = "9P2000.L"): { readonly msize: number; readonly version: string } {
    const reply = this.call(T.version, { u32: msize }, { text: version });
    return { msize: reply.getUint32(7, true), version: textAt(reply, 11) };
  }

  attach(): number {
    const fid = this.nextFid++;
    this.call(T.attach, { u32: fid }, { u32: 0xffff_ffff }, { text: "" }, { text: "" }, { u32: 0 });
    return fid;
  }

  walk(from: number, ...names: readonly string[]): { readonly fid: number; readonly qids: Qid[] } {
    const fid = this.nextFid++;
    const texts = names.map((text) => ({ text }));
    const reply = this.call(T.walk, { u32: from }, { u32: fid }, { u16: names.length }, ...texts);
    const qids = Array.from({ length: reply.getUint16(7, true) }, (_, i) => qidAt(reply, 9 + 13 * i));
    return { fid, qids };
  }

  /** A path from the export's root. */
  find(path: string): number {
    const root = this.attach();
    const names = path.split("/").filter((name) => name !== "");
    const { fid, qids } = this.walk(root, ...names);
    if (qids.length < names.length) throw new Errno(2);
    return fid;
  }

  attributes(fid: number): Attributes {
    const reply = this.call(T.getattr, { u32: fid }, { u64: 0x7ff });
    return {
      qid: qidAt(reply, 15),
      mode: reply.getUint32(28, true),
      uid: reply.getUint32(32, true),
      gid: reply.getUint32(36, true),
      nlink: Number(reply.getBigUint64(40, true)),
      rdev: Number(reply.getBigUint64(48, true)),
      size: Number(reply.getBigUint64(56, true)),
      mtime: Number(reply.getBigInt64(96, true)),
      mtimeNanoseconds: Number(reply.getBigUint64(104, true)),
    };
  }

  open(fid: number, flags = 0): void {
    this.call(T.lopen, { u32: fid }, { u32: flags });
  }

  read(fid: number, offset: number, count: number): Uint8Array {
    const reply = this.call(T.read, { u32: fid }, { u64: offset }, { u32: count });
    return new Uint8Array(reply.buffer, 11, reply.getUint32(7, true));
  }

  content(path: string): string {
    const fid = this.find(path);
    this.open(fid);
    return new TextDecoder().decode(this.read(fid, 0, 400_000));
  }

  readdir(
    fid: number,
    offset: number,
    count: number,
  ): { readonly name: string; readonly offset: number; readonly qid: Qid; readonly type: number }[] {
    const reply = this.call(T.readdir, { u32: fid }, { u64: offset }, { u32: count });
    const end = 11 + reply.getUint32(7, true);
    const entries = [];
    for (let at = 11; at < end;) {
      const name = textAt(reply, at + 22);
      entries.push({
        qid: qidAt(reply, at),
        offset: Number(reply.getBigUint64(at + 13, true)),
        type: reply.getUint8(at + 21),
        name,
      });
      at += 24 + reply.getUint16(at + 22, true);
    }
    return entries;
  }

  names(path: string, count = 400_000): string[] {
    const fid = this.find(path);
    this.open(fid);
    const all: string[] = [];
    for (let offset = 0; ;) {
      const piece = this.readdir(fid, offset, count);
      if (piece.length === 0) return all;
      all.push(...piece.map(({ name }) => name));
      offset = piece.at(-1)?.offset ?? 0;
    }
  }

  xattr(path: string, name: string): Uint8Array {
    const fid = this.find(path);
    const value = this.nextFid++;
    const reply = this.call(T.xattrwalk, { u32: fid }, { u32: value }, { text: name });
    const size = Number(reply.getBigUint64(7, true));
    const bytes = this.read(value, 0, size);
    this.clunk(value);
    return bytes;
  }

  readlink(path: string): string {
    return textAt(this.call(T.readlink, { u32: this.find(path) }), 7);
  }

  clunk(fid: number): void {
    this.call(T.clunk, { u32: fid });
  }
}

function qidAt(view: DataView, at: number): Qid {
  return { type: view.getUint8(at), path: Number(view.getBigUint64(at + 5, true)) };
}

function textAt(view: DataView, at: number): string {
  return new TextDecoder().decode(new Uint8Array(view.buffer, at + 2, view.getUint16(at, true)));
}
