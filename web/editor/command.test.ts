import { describe, expect, it } from "vitest";
import { buildCommand, runCommand, tagOf, tagProblem } from "./command.ts";
import { exposedPorts, stageNames } from "./outline.ts";
import { isDockerfile, nameProblem, quoted, relative } from "./paths.ts";

const none = { tag: "", target: "" };

describe("the command of a button", () => {
  it("is what one would type", () => {
    const home = { folder: "/root" };
    expect(buildCommand(home, "/root", "/root/Dockerfile", { tag: "app", target: "" })).toBe("docker build -t app .");
    expect(buildCommand(home, "/root/web", "/root/web/Dockerfile", { tag: "web:1", target: "test" })).toBe(
      "cd /root/web && docker build --target test -t web:1 .",
    );
    expect(buildCommand(home, "/root", "/root/docker/api.Dockerfile", none)).toBe(
      "docker build -f docker/api.Dockerfile .",
    );
    expect(buildCommand(home, "/", "/Dockerfile", none)).toBe("cd / && docker build .");
    expect(buildCommand(home, "/root/it's here", "/root/it's here/Dockerfile", none)).toBe(
      `cd '/root/it'\\''s here' && docker build .`,
    );
  });

  it("publishes what the image exposes on ports that are free", () => {
    expect(runCommand("app", [], [])).toBe("docker run --rm -it app");
    expect(runCommand("app", [80, 8080], [8080])).toBe("docker run --rm -it -p 8081:80 -p 8082:8080 app");
  });

  it("quotes what a shell would take apart", () => {
    expect(["a", "a b", "~", "$x", "a;b", ""].map(quoted)).toEqual(["a", "'a b'", "'~'", "'$x'", "'a;b'", "''"]);
  });
});

describe("tags", () => {
  it.each(["app", "app:1.0", "me/app", "localhost:5000/a/b:c", "a_b", "a--b"])("takes %s", (tag) => {
    expect(tagProblem(tag)).toBeUndefined();
  });
  it.each(["App", "a b", "-a", "a:", "a/", "a..b", "a;b"])("refuses %j", (tag) => {
    expect(tagProblem(tag)).toBeDefined();
  });
  it("come from the folder", () => {
    expect(["/root", "/root/My App", "/root/--", "/srv/web"].map(tagOf)).toEqual(["app", "my-app", "app", "web"]);
  });
});

describe("a Dockerfile that may be broken", () => {
  it("gives its stages and ports", () => {
    const text = "FROM a AS Build\nEXPOSE 1\nfrom --platform=x b as two\nFROM $c\nEXPOSE 80 443/tcp 53/udp $P 99999\n";
    expect(stageNames(text)).toEqual(["build", "two"]);
    expect(exposedPorts(text)).toEqual([80, 443]);
  });
});

describe("names", () => {
  it("of Dockerfiles", () => {
    const names = ["Dockerfile", "Dockerfile.dev", "api.Dockerfile", "Containerfile", "dockerfile"];
    expect(names.every((name) => isDockerfile(`/root/${name}`))).toBe(true);
    expect(["Dockerfile.dockerignore", "Dockerfiles", "a.py"].some((name) => isDockerfile(`/root/${name}`))).toBe(
      false,
    );
  });
  it("of new files", () => {
    expect(["a", "a/b.c", ".dockerignore"].map(nameProblem)).toEqual([undefined, undefined, undefined]);
    expect(["", " ", "/a", "../a", "a//b", "a/"].every((name) => nameProblem(name) !== undefined)).toBe(true);
  });
  it("are seen from a folder", () => {
    expect(relative("/", "/a/b")).toBe("a/b");
    expect(relative("/root", "/rooted/b")).toBe("/rooted/b");
  });
});
