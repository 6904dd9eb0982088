import * as v from "valibot";
import { deflate, inflate } from "./deflate.ts";
import { SaveDamaged, SaveMismatch } from "./errors.ts";
import { sha256 } from "./sha256.ts";

/**
 * magic[8] headerLength[4, little-endian] headerDigest[32] header[headerLength, JSON] sections, back to back.
 * The header holds length and digest of every section, so the header's digest names the whole. Spaces behind the JSON
 * bring the sections to a multiple of 8, so that memory can be read as words without a copy.
 */
const magic = new TextEncoder().encode("DRYDOCK\n");
const headerStart = magic.length + 4 + 32;
export const containerFormat = 1;

const hexDigest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31));

const SectionEntry = v.strictObject({
  name: v.string(),
  encoding: v.picklist(["none", "deflate"]),
  /** Bytes in the container, and after decoding. */
  length: count,
  size: count,
  /** Of the bytes in the container. */
  sha256: hexDigest,
});

const Header = v.strictObject({
  format: v.literal(containerFormat),
  kind: v.picklist(["snapshot", "save"]),
  v86: v.string(),
  /** The base snapshot's `sha256`; null for a snapshot. */
  base: v.nullable(hexDigest),
  /** ISO 8601. */
  created: v.pipe(v.string(), v.isoTimestamp()),
  /** Bytes of guest memory. */
  memory: v.pipe(count, v.minValue(32768), v.multipleOf(32768)),
  /** Digests of the layers that layerfs's table names. */
  layers: v.array(v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/))),
  sections: v.array(SectionEntry),
});

export type ContainerHeader = v.InferOutput<typeof Header>;
export type HeaderFields = Omit<ContainerHeader, "format" | "sections">;

export interface Section {
  readonly name: string;
  readonly encoding: "none" | "deflate";
  readonly bytes: Uint8Array;
}

/** A header that was read and found whole, and where its sections begin. */
export interface OpenContainer {
  readonly header: ContainerHeader;
  /** The header's digest: the name of the whole container. */
  readonly sha256: string;
  readonly bytes: Uint8Array;
  readonly sectionsStart: number;
}

export async function writeContainer(fields: HeaderFields, sections: readonly Section[]): Promise<Uint8Array> {
  const entries: v.InferOutput<typeof SectionEntry>[] = [];
  const stored: Uint8Array[] = [];
  for (const { name, encoding, bytes } of sections) {
    const body = encoding === "deflate" ? await deflate(bytes) : bytes;
    entries.push({ name, encoding, length: body.length, size: bytes.length, sha256: await sha256(body) });
    stored.push(body);
  }
  const json = JSON.stringify({ format: containerFormat, ...fields, sections: entries });
  const length = new TextEncoder().encode(json).length;
  const header = new TextEncoder().encode(json + " ".repeat(-(headerStart + length) & 7));
  const container = new Uint8Array(stored.reduce((length, body) => length + body.length, headerStart + header.length));
  container.set(magic);
  new DataView(container.buffer).setUint32(magic.length, header.length, true);
  container.set(bytesOfHex(await sha256(header)), magic.length + 4);
  container.set(header, headerStart);
  let offset = headerStart + header.length;
  for (const body of stored) {
    container.set(body, offset);
    offset += body.length;
  }
  return container;
}

/** Reads and checks the header, and that the container is as long as its sections say. */
export async function openContainer(bytes: Uint8Array): Promise<OpenContainer> {
  if (bytes.length < headerStart || magic.some((byte, i) => bytes[i] !== byte)) throw new SaveDamaged("not a save");
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(magic.length, true);
  const sectionsStart = headerStart + length;
  if (sectionsStart > bytes.length) throw new SaveDamaged("the save ends in its header");
  const encoded = bytes.subarray(headerStart, sectionsStart);
  const digest = await sha256(encoded);
  if (bytesOfHex(digest).some((byte, i) => bytes[magic.length + 4 + i] !== byte))
    throw new SaveDamaged("the save's header was changed");
  const header = parseHeader(encoded);
  const end = header.sections.reduce((offset, section) => offset + section.length, sectionsStart);
  if (end !== bytes.length) throw new SaveDamaged(`the save is ${bytes.length} bytes long instead of ${end}`);
  return { header, sha256: digest, bytes, sectionsStart };
}

/** Checks and decodes the sections of these names. A section that is not encoded is a view of the container. */
export async function readSections(container: OpenContainer, wanted: (name: string) => boolean): Promise<Section[]> {
  const reading: Promise<Section>[] = [];
  let offset = container.sectionsStart;
  for (const entry of container.header.sections) {
    const body = container.bytes.subarray(offset, offset + entry.length);
    offset += entry.length;
    if (wanted(entry.name)) reading.push(readSection(entry, body));
  }
  return Promise.all(reading);
}

async function readSection(entry: v.InferOutput<typeof SectionEntry>, body: Uint8Array): Promise<Section> {
  const { name, encoding } = entry;
  if ((await sha256(body)) !== entry.sha256) throw new SaveDamaged(`the save's section ${name} was changed`);
  if (encoding === "none" && entry.length !== entry.size) throw new SaveDamaged(`section ${name} has two lengths`);
  return { name, encoding, bytes: encoding === "deflate" ? await inflate(body, entry.size) : body };
}

function parseHeader(encoded: Uint8Array): ContainerHeader {
  const json = parseJson(encoded, "the save's header");
  const result = v.safeParse(Header, json);
  if (result.success) return result.output;
  const other = v.safeParse(v.object({ format: v.number(), v86: v.string(), base: v.nullable(v.string()) }), json);
  if (other.success && other.output.format !== containerFormat) {
    const { format, v86, base } = other.output;
    throw new SaveMismatch(`the save has format ${format}, not ${containerFormat}`, {
      format,
      v86,
      base: base ?? undefined,
    });
  }
  const [issue] = result.issues;
  throw new SaveDamaged(`the save's header is wrong: ${v.getDotPath(issue) ?? ""}: ${issue.message}`);
}

export function parseJson(encoded: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(encoded)) as unknown;
  } catch (error) {
    throw new SaveDamaged(`${what} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
