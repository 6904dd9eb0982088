import { describe, expect, it } from "vitest";
import { lookUpUser, parseGroup, parsePasswd } from "./user.ts";

const passwd = parsePasswd("root:x:0:0:root:/root:/bin/sh\n\nnot a line\nwww:x:33:34::/:/bin/false\n");
const group = parseGroup("root:x:0:\nwww:x:34:\nvideo:x:44:www,root\ntape:x:26:www\n");
const look = (specification: string, add: readonly string[] = []) => lookUpUser(specification, add, passwd, group);

describe("the user of a container", () => {
  it.each([
    ["", { uid: 0, gid: 0, additionalGids: [0, 44] }],
    ["root", { uid: 0, gid: 0, additionalGids: [0, 44] }],
    ["www", { uid: 33, gid: 34, additionalGids: [34, 44, 26] }],
    ["33", { uid: 33, gid: 34, additionalGids: [34, 44, 26] }],
    ["1000", { uid: 1000, gid: 0, additionalGids: [0] }],
    ["1000:2000", { uid: 1000, gid: 2000, additionalGids: [2000] }],
    ["www:video", { uid: 33, gid: 44, additionalGids: [44] }],
    [":26", { uid: 0, gid: 26, additionalGids: [26] }],
  ])("%j", (specification, user) => {
    expect(look(specification)).toMatchObject(user);
  });

  it.each([
    ["", "/root"],
    ["www", "/"],
    ["1000", "/"],
  ])("%j is at home in %s", (specification, home) => {
    expect(look(specification).home).toBe(home);
  });

  it("gets added groups by name and number", () => {
    expect(look("1000", ["video", "7"]).additionalGids).toEqual([0, 44, 7]);
  });

  it.each([
    ["nobodyhere", "unable to find user nobodyhere: no matching entries in passwd file"],
    ["0:nogroup", "unable to find group nogroup: no matching entries in group file"],
    ["99999999999", "uids and gids must be in range 0-2147483647"],
  ])("%s is refused", (specification, message) => {
    expect(() => look(specification)).toThrow(message);
  });

  it("an added group that is not there is refused", () => {
    expect(() => look("", ["nosuch"])).toThrow("Unable to find group nosuch");
  });
});
