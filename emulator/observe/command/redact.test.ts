import { describe, expect, it } from "vitest";
import { redactArguments, redactJson, redactTarget, redactText, shortenJson } from "./redact.ts";

describe("secrets", () => {
  it.each([
    [["login", "-u", "me", "-p", "x1"]],
    [["login", "-u", "me", "-px1"]],
    [["login", "--password", "x1"]],
    [["login", "--password=x1"]],
    [["run", "-e", "DB_PASSWORD=x1", "busybox"]],
    [["run", "-eDB_PASSWORD=x1", "busybox"]],
    [["run", "-e", "DB_PASSWORD=x1 with blanks x1", "busybox"]],
    [["run", "--env=API_TOKEN=x1", "busybox"]],
    [["run", "redis", "--requirepass", "x1"]],
    [["build", "--build-arg", "NPM_TOKEN=x1", "."]],
    [["run", "busybox", "sh", "-c", "export PGPASSWORD=x1; psql"]],
    [["run", "busybox", "sh", "-c", "A=1 MY_API_KEY='x1 x1' run"]],
    [["run", "busybox", "wget", "http://me:x1@web/"]],
    [["run", "busybox", "curl", "-H", "Authorization: Bearer x1x1x1"]],
  ])("are not shown of %j", (args) => {
    expect(redactArguments(args).join(" ")).not.toContain("x1");
  });

  it("leave the rest as it was typed", () => {
    const args = ["commit", "--author", "me", "-p", "web", "shop:2", "a=b"];
    expect(redactArguments(args)).toEqual(args);
    const run = ["run", "--rm", "-p", "8080:80", "-v=/etc/passwd:/p", "busybox", "sh", "-c", "cat /etc/passwd; A=1"];
    expect(redactArguments(run)).toEqual(run);
    expect(redactText("http://web:8080/a@b")).toBe("http://web:8080/a@b");
  });

  it("are not shown of bodies and queries", () => {
    const body = redactJson({
      Env: ["A=1", "MY_SECRET=x1"],
      Cmd: ["redis-server", "--requirepass", "x1"],
      auth: "x1",
      deep: { identitytoken: "x1", list: [{ Password: "x1" }] },
      Test: "curl -u me http://me:x1@web",
    });
    expect(JSON.stringify(body)).not.toContain("x1");
    expect(JSON.stringify(body)).toContain("A=1");
    const target = redactTarget(`/v1.47/build?buildargs=${encodeURIComponent('{"NPM_TOKEN":"x1"}')}&t=app`);
    expect(target).not.toContain("x1");
    expect(new URLSearchParams(target.split("?")[1]).get("buildargs")).toBe('{"NPM_TOKEN":"(not shown)"}');
    expect(target).toMatch(/&t=app$/);
  });

  it("long texts are cut", () => {
    expect(shortenJson({ a: ["x".repeat(500)] })).toEqual({ a: [`${"x".repeat(60)}… (500 characters)`] });
  });
});
