import { describe, expect, it } from "vitest";
import { parseDevice } from "./device.ts";
import { InstructionError } from "./instruction-error.ts";
import { withSuggestion } from "./message.ts";
import { mountFrom, parseMount, type Mount } from "./mount.ts";
import { expandWord } from "./word.ts";

const expand = (word: string) => expandWord(word, (name) => (name === "X" ? "x,y" : undefined), { escape: "\\" });

const bare: Mount = {
  type: "bind",
  from: "",
  source: "",
  target: "",
  readOnly: true,
  id: "",
  sharing: undefined,
  required: false,
  env: undefined,
  mode: undefined,
  uid: undefined,
  gid: undefined,
  size: 0,
};

describe("a mount", () => {
  const cases: [value: string, mount: Partial<Mount>][] = [
    ["target=/x", { target: "/x" }],
    ["type=bind,src=a,dst=/b,rw", { source: "a", target: "/b", readOnly: false }],
    [
      "from=base,source=/out,destination=/in,readonly=0",
      { from: "base", source: "/out", target: "/in", readOnly: false },
    ],
    ["TYPE=Cache,TARGET=/c", { type: "cache", target: "/c", readOnly: false }],
    ["type=cache,target=/c,ro", { type: "cache", target: "/c", readOnly: true }],
    [
      "type=cache,id=npm,target=/c,sharing=LOCKED,mode=0750,uid=1000,gid=4294967295",
      {
        type: "cache",
        id: "npm",
        target: "/c",
        readOnly: false,
        sharing: "locked",
        mode: 0o750,
        uid: 1000,
        gid: 4294967295,
      },
    ],
    ["type=tmpfs,target=/t,size=64m", { type: "tmpfs", target: "/t", readOnly: false, size: 64 * 2 ** 20 }],
    ["type=tmpfs,size=1.5 GiB", { type: "tmpfs", readOnly: false, size: 1.5 * 2 ** 30 }],
    ["type=tmpfs,size=100b", { type: "tmpfs", readOnly: false, size: 100 }],
    ["type=secret,id=token", { type: "secret", id: "token" }],
    ["type=secret,id=token,env=TOKEN,required", { type: "secret", id: "token", env: "TOKEN", required: true }],
    ["type=secret,id=token,env=,required=false", { type: "secret", id: "token", env: "" }],
    ["type=ssh,required=true,mode=600", { type: "ssh", required: true, mode: 0o600 }],
    ['"target=/a,b",source=c', { target: "/a,b", source: "c" }],
    // The quotes left over are the word's own.
    ['"target=/a ""b"""', { target: "/a b" }],
    ["target=$X", { target: "x,y" }],
    ["from=a$", { from: "a$" }],
  ];
  it.each(cases)("%s", (value, mount) => {
    expect(parseMount(value, expand)).toEqual({ ...bare, ...mount });
  });

  it.each([
    ["type=sekret", 'unsupported mount type "sekret" (did you mean secret?)'],
    ["type=volume", 'unsupported mount type "volume"'],
    ["type=cache,sharing=lock", 'unsupported sharing value "lock" (did you mean locked?)'],
    ["targt=/x", "unexpected key 'targt' in 'targt=/x' (did you mean target?)"],
    ["foo=1", "unexpected key 'foo' in 'foo=1' (did you mean from?)"],
    ["volume=1", "unexpected key 'volume' in 'volume=1'"],
    ["target", "invalid field 'target' must be a key=value pair"],
    ["ro=maybe", "invalid value for ro: maybe"],
    ["size=1", "unexpected key 'size' for mount type 'bind'"],
    ["type=tmpfs,size=lots", "invalid value for size: lots"],
    ["required", "unexpected key 'required' for mount type 'bind'"],
    ["type=cache,mode=9", "invalid value 9 for mode"],
    ["type=cache,uid=-1", "invalid value -1 for uid"],
    ["uid=1", 'uid not allowed for "bind" type mounts'],
    ["type=tmpfs,mode=1", 'mode not allowed for "tmpfs" type mounts'],
    ["type=secret", "invalid secret mount. one of source, target required"],
    ["type=secret,source=a,id=b", "both source and id can't be set"],
    ["type=secret,id=a,from=b", "secret mount should not have a from"],
    ["type=secret,id=a,sharing=shared", "secret mount should not define sharing"],
    ["sharing=shared", "invalid cache sharing set for bind mount"],
    ['a"b', 'failed to parse csv mounts: parse error on line 1, column 2: bare " in non-quoted field'],
    ['é,"a', 'failed to parse csv mounts: parse error on line 1, column 5: extraneous or missing " in quoted-field'],
    ['"a"b', 'failed to parse csv mounts: parse error on line 1, column 3: extraneous or missing " in quoted-field'],
    ["", "failed to parse csv mounts: EOF"],
  ])("%s: %s", (value, message) => {
    let told = "";
    try {
      parseMount(value, expand);
    } catch (error) {
      if (!(error instanceof InstructionError)) throw error;
      told = withSuggestion(error.message, error.suggestion);
    }
    expect(told).toBe(message);
  });

  it("says what it is of before any variable is known", () => {
    expect(mountFrom("type=$TYPE,from=base,uid=$ID")).toBe("base");
    expect(mountFrom("type=cache,target=/x")).toBe("");
    expect(() => mountFrom("from=$base")).toThrow(
      "'from' doesn't support variable expansion, define alias stage instead",
    );
  });
});

describe("a device", () => {
  it.each([
    ["vendor.com/class=name,required", { name: "vendor.com/class=name", required: true }],
    ["name=a,required=false", { name: "a", required: false }],
    ["gpu", { name: "gpu", required: false }],
  ])("%s", (value, device) => {
    expect(parseDevice(value)).toEqual(device);
  });

  it.each([
    ["a,name=b", "device name already set to a"],
    ["a,required=x", "invalid value for required: x"],
    ["a,b", "invalid field 'b' must be a key=value pair"],
  ])("%s: %s", (value, message) => {
    expect(() => parseDevice(value)).toThrow(message);
  });
});
