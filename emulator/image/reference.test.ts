import { describe, expect, it } from "vitest";
import {
  canonicalString,
  familiarName,
  familiarString,
  InvalidReference,
  parseReference,
  withDefaultTag,
} from "./reference.ts";

const hex = "0123456789abcdef".repeat(4);

describe("a reference", () => {
  it.each([
    ["busybox", "docker.io/library/busybox", "busybox"],
    ["busybox:1.36", "docker.io/library/busybox:1.36", "busybox:1.36"],
    ["library/busybox", "docker.io/library/busybox", "busybox"],
    ["docker.io/busybox", "docker.io/library/busybox", "busybox"],
    ["index.docker.io/library/busybox", "docker.io/library/busybox", "busybox"],
    ["user/app:v1", "docker.io/user/app:v1", "user/app:v1"],
    ["localhost/x", "localhost/x", "localhost/x"],
    ["localhost:5000/x/y:1", "localhost:5000/x/y:1", "localhost:5000/x/y:1"],
    ["[fc00::1]:5000/x", "[fc00::1]:5000/x", "[fc00::1]:5000/x"],
    ["Host/x", "Host/x", "Host/x"],
    ["quay.io/a.b/c__d/e--f_g:T.a-G_", "quay.io/a.b/c__d/e--f_g:T.a-G_", "quay.io/a.b/c__d/e--f_g:T.a-G_"],
    ["library/a/b", "docker.io/library/a/b", "library/a/b"],
    [`busybox@sha256:${hex}`, `docker.io/library/busybox@sha256:${hex}`, `busybox@sha256:${hex}`],
    [`busybox:1@sha256:${hex}`, `docker.io/library/busybox:1@sha256:${hex}`, `busybox:1@sha256:${hex}`],
  ])("%s is %s", (text, canonical, familiar) => {
    expect(canonicalString(parseReference(text))).toBe(canonical);
    expect(familiarString(parseReference(text))).toBe(familiar);
  });

  it("gets the tag latest only when it names nothing else", () => {
    expect(familiarString(withDefaultTag(parseReference("a")))).toBe("a:latest");
    expect(familiarString(withDefaultTag(parseReference("a:1")))).toBe("a:1");
    expect(familiarString(withDefaultTag(parseReference(`a@sha256:${hex}`)))).toBe(`a@sha256:${hex}`);
    expect(familiarName(parseReference("a:1"))).toBe("a");
  });

  it.each([
    ["", "invalid reference format"],
    ["Busybox", "invalid reference format: repository name (library/Busybox) must be lowercase"],
    ["Bad:Name", "invalid reference format: repository name (library/Bad) must be lowercase"],
    ["Bad/Name", "invalid reference format: repository name (Name) must be lowercase"],
    ["busybox:in valid", "invalid reference format"],
    ["busybox:bad:tag", "invalid reference format"],
    ["mine:in:valid", "invalid reference format"],
    ["bad name", "invalid reference format"],
    ["-a", "invalid reference format"],
    ["a/-b", "invalid reference format"],
    ["a___b", "invalid reference format"],
    ["a..b", "invalid reference format"],
    ["a:", "invalid reference format"],
    [`a:${"t".repeat(129)}`, "invalid reference format"],
    ["a@sha256:abc", "invalid reference format"],
    [`a@sha256:${hex}00`, "invalid checksum digest length"],
    [`a@md5:${hex}`, "unsupported digest algorithm"],
    [`a@sha256:${hex.toUpperCase()}`, "invalid checksum digest format"],
    [hex, `invalid repository name (${hex}), cannot specify 64-byte hexadecimal strings`],
    ["a".repeat(256), "repository name must not be more than 255 characters"],
  ])("%j is refused: %s", (text, message) => {
    expect(() => parseReference(text)).toThrow(new InvalidReference(message));
  });
});
