import { describe, expect, it } from "vitest";
import { entriesOf, treeOf } from "../../../image/testing/tree-text.ts";
import { parseChmod } from "./chmod.ts";
import { resolveOwner } from "./owner.ts";
import { workdirLayer } from "./workdir-layer.ts";

describe("--chmod", () => {
  const cases: [text: string, before: string, after: string, directory?: boolean][] = [
    ["755", "644", "755"],
    ["0644", "7777", "644"],
    ["4755", "600", "4755"],
    ["0", "777", "0"],
    ["a+x", "644", "755"],
    ["+x", "644", "755"],
    ["u+x,go-r", "644", "700"],
    ["go-w", "666", "644"],
    ["=rw,+X", "700", "777"],
    ["=rw,+X", "600", "666"],
    ["=rw,+X", "600", "777", true],
    ["u=rwx,go=rx", "0", "755"],
    ["u=rwx,go=u-w", "0", "755"],
    ["go=", "777", "700"],
    ["g=u", "740", "770"],
    ["o=g", "750", "755"],
    ["g=u-w", "770", "750"],
    ["u+s", "755", "4755"],
    ["g+s", "755", "2755"],
    ["o+s", "755", "755"],
    ["+s", "755", "6755"],
    ["+t", "755", "1755"],
    ["u-x+r", "300", "600"],
    ["a-X", "755", "644"],
    ["u=", "6755", "2055"],
  ];
  it.each(cases)("%s over %s is %s", (text, before, after, directory = false) => {
    expect(parseChmod(text).apply(parseInt(before, 8), directory).toString(8)).toBe(after);
  });

  it.each(["u", "rwx", "u+y", "+x,", ",+x", "a~x", "-", " +x"])("%j is none", (text) => {
    if (text === "-") expect(parseChmod(text).apply(0o644, false)).toBe(0o644);
    else expect(() => parseChmod(text)).toThrow("invalid syntax");
  });
});

describe("an owner", () => {
  const rootfs = treeOf(
    "etc/passwd: root:x:0:0::/root:/bin/sh\nme:x:1000:1001::/home/me:/bin/sh\nme:x:5:5::/:/bin/sh\nbad:x:y:z\n",
    "etc/group: root:x:0:\nme:x:1001:\nstaff:x:50:me\n",
  );
  const cases: [text: string, buildkit: string, classic: string][] = [
    ["5", "5:5", "5:5"],
    ["5:6", "5:6", "5:6"],
    ["me", "1000:1001", "1000:1001"],
    ["me:staff", "1000:50", "1000:50"],
    ["me:7", "1000:7", "1000:7"],
    ["root", "0:0", "0:0"],
    ["7:staff", "7:50", "7:50"],
    ["nobody", "0:0", "no such user: nobody"],
    ["bad", "0:0", "no such user: bad"],
    ["me:none", "1000:1001", "no such group: none"],
  ];
  it.each(cases)("%s is %s to BuildKit and %s to the classic builder", (text, buildkit, classic) => {
    const shown = (mode: "buildkit" | "classic"): string => {
      const { uid, gid } = resolveOwner(text, rootfs, mode);
      return `${String(uid)}:${String(gid)}`;
    };
    expect(shown("buildkit")).toBe(buildkit);
    if (classic.startsWith("no such")) expect(() => shown("classic")).toThrow(classic);
    else expect(shown("classic")).toBe(classic);
  });

  it("is looked up through links, and only in a file", () => {
    expect(resolveOwner("u", treeOf("etc/passwd -> ../real", "real: u:x:9:8::"), "buildkit")).toEqual({
      uid: 9,
      gid: 8,
    });
    expect(() => resolveOwner("u", treeOf("etc/passwd/"), "buildkit")).toThrow("/etc/passwd is not a regular file");
  });
});

describe("WORKDIR", () => {
  it("makes what is not there", () => {
    const layer = workdirLayer("/a/b", treeOf(["a/", { mode: 0o700 }]), { uid: 3, gid: 4 }, 9);
    expect(entriesOf(layer?.tar)).toEqual(["a/", "a/b/"]);
    expect(layer?.tree.lookup("a")).toMatchObject({ mode: 0o700, uid: 0 });
    expect(layer?.tree.lookup("a/b")).toMatchObject({ mode: 0o755, uid: 3, gid: 4, mtime: 9 });
  });

  it("makes nothing of what is there, and follows links", () => {
    expect(workdirLayer("/a", treeOf("a/"))).toBeUndefined();
    expect(workdirLayer("/", treeOf())).toBeUndefined();
    expect(workdirLayer("/l", treeOf("a/", "l -> a"))).toBeUndefined();
    expect(entriesOf(workdirLayer("/l/x", treeOf("a/", "l -> a"))?.tar)).toEqual(["a/", "a/x/"]);
    expect(() => workdirLayer("/f/x", treeOf("f: 1"))).toThrow("mkdir /f: not a directory");
  });
});
