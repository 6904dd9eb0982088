import { createSmallDigest, sha256 } from "../../../image/digest.ts";
import type { FileNode } from "../../../image/file-tree.ts";
import type { Digest } from "../../../spec/oci-image.ts";

/** Up to this many bytes are digested faster here than by the platform, which works elsewhere. */
const SMALL = 2048;

/**
 * Digests of contents, each computed once: a content is known by the view into its archive, which trees made of one
 * another share. What is no longer in any tree is forgotten.
 */
export class ContentDigests {
  private readonly known = new WeakMap<Uint8Array, Promise<Digest>>();
  private readonly records = new WeakMap<FileNode, Promise<string>>();
  private readonly small = createSmallDigest();

  of(content: Uint8Array): Promise<Digest> {
    const known = this.known.get(content);
    if (known !== undefined) return known;
    const digest = content.length > SMALL ? sha256(content) : this.small.then((digestOf) => digestOf(content));
    this.known.set(content, digest);
    return digest;
  }

  /**
   * What BuildKit's content hash looks at, as hex: kind, mode, owner, target of a link, device, extended attributes,
   * content. Neither the name nor any time.
   */
  recordOf(node: FileNode): Promise<string> {
    const known = this.records.get(node);
    if (known !== undefined) return known;
    const record = this.record(node);
    this.records.set(node, record);
    return record;
  }

  private async record(node: FileNode): Promise<string> {
    const { kind, mode, uid, gid, linkName, major, minor } = node;
    const fields: unknown[] = [kind, kind === "symlink" ? 0o777 : mode, uid, gid, linkName, major, minor];
    for (const [name, value] of [...node.xattrs].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (isHashed(name)) fields.push(name, await this.of(value));
    }
    if (kind === "file") fields.push(node.content.length, await this.of(node.content));
    const digestOf = await this.small;
    return digestOf(encoder.encode(JSON.stringify(fields))).slice("sha256:".length);
  }
}

const encoder = new TextEncoder();

/** Labels that a security module or the file system itself gives are no content. */
function isHashed(xattr: string): boolean {
  return xattr === "security.capability" || !/^(security|system)\./.test(xattr);
}

/** 64 digits of the sha256 of a text. */
export async function hexOf(text: string): Promise<string> {
  return (await sha256(encoder.encode(text))).slice("sha256:".length);
}
