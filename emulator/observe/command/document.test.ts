import { describe, expect, it } from "vitest";
import { curlLine } from "./curl.ts";
import { documentLines } from "./document.ts";
import { documentKindOf, explainField } from "./explain.ts";
import type { RequestTrace } from "./trace.ts";

describe("a document", () => {
  it("is lines with a sentence on the fields that matter", () => {
    const text = JSON.stringify({
      process: { args: ["sleep", "5"], env: [], noNewPrivileges: false },
      linux: { namespaces: [{ type: "pid" }, { type: "network", path: "/n" }], cgroupsPath: "/docker/x" },
    });
    const lines = documentLines(text, "config") ?? [];
    const shown = lines.map(
      ({ indent, key, text }) => " ".repeat(indent) + (key === undefined ? "" : `"${key}": `) + text,
    );
    expect(shown).toEqual([
      "{",
      ' "process": { "args": ["sleep", "5"], "env": [], "noNewPrivileges": false },',
      ' "linux": {',
      '  "namespaces": [',
      '   { "type": "pid" },',
      '   { "type": "network", "path": "/n" }',
      "  ],",
      '  "cgroupsPath": "/docker/x"',
      " }",
      "}",
    ]);
    expect(lines[4]?.explanation).toMatch(/^Own process numbers/);
    expect(lines[5]?.explanation).toMatch(/^Own interfaces/);
    expect(lines[7]?.explanation).toMatch(/control group/);
  });

  it("tells what is empty apart", () => {
    const lines = documentLines('{"Image":"busybox","Cmd":[],"HostConfig":{"Memory":0,"Binds":null}}', "container");
    expect(lines?.filter(({ isEmpty }) => isEmpty).map(({ key }) => key)).toEqual(["Cmd", "HostConfig"]);
  });

  it("that is no object is text", () => {
    expect(documentLines('"cut…', "config")).toBeUndefined();
    expect(documentLines('"cut…"', "config")).toBeUndefined();
  });

  it("is known by where it is sent", () => {
    expect(documentKindOf("/containers/create?name=web")).toBe("container");
    expect(documentKindOf("/containers/web/exec")).toBe("exec");
    expect(documentKindOf("/networks/create")).toBe("network");
    expect(explainField("container", ["HostConfig", "AutoRemove"], true)).toMatch(/--rm/);
  });
});

describe("a request as a curl command", () => {
  const request: RequestTrace = {
    method: "POST",
    target: "/containers/create?name=web",
    at: 0,
    hijack: false,
    sent: "json",
    whole: true,
    body: JSON.stringify({
      Image: "busybox",
      Cmd: ["echo", "it's"],
      User: "",
      Volumes: { "/data": {} },
      HostConfig: { Memory: 0, AutoRemove: true, Binds: [] },
    }),
  };

  it("has what is set, quoted for a shell", () => {
    expect(curlLine(request)).toEqual({
      line: String.raw`curl -X POST --unix-socket /var/run/docker.sock 'http://localhost/containers/create?name=web' -H 'Content-Type: application/json' -d '{"Image":"busybox","Cmd":["echo","it'\''s"],"Volumes":{"/data":{}},"HostConfig":{"AutoRemove":true}}'`,
      lacksSecret: false,
    });
  });

  it("is broken into lines that the machine's shell can read", () => {
    const Env = Array.from({ length: 8 }, (_, i) => `NAME_${String(i)}=${"x".repeat(60)}`);
    const body = JSON.stringify({ Env, Labels: Object.fromEntries(Env.map((each) => [each, each.slice(0, 20)])) });
    const { line = "" } = curlLine({ ...request, body }) ?? {};
    expect(line.length).toBeGreaterThan(1024);
    expect(Math.max(...line.split("\n").map(({ length }) => length))).toBeLessThan(1024);
  });

  it("is none for streams, archives and what was cut", () => {
    expect(curlLine({ ...request, hijack: true })).toBeUndefined();
    expect(curlLine({ ...request, sent: "other" })).toBeUndefined();
    expect(curlLine({ ...request, whole: false })).toBeUndefined();
  });

  it("needs no body, and says when a secret was left out", () => {
    const { body: _, ...bare } = { ...request, method: "GET", target: "/containers/json", sent: "nothing" as const };
    expect(curlLine(bare)?.line).toBe("curl --unix-socket /var/run/docker.sock http://localhost/containers/json");
    expect(curlLine({ ...request, body: '{"Env":["A_TOKEN=(not shown)"]}' })?.lacksSecret).toBe(true);
  });
});
