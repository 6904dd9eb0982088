import { describe, expect, it } from "vitest";
import { checkText } from "./check.ts";
import { reportJson, shortWarning } from "./report.ts";
import { checkNames, ruleset, urlOf } from "./ruleset.ts";
import type { CheckSource } from "./source.ts";

const first = (text: string, options: Partial<CheckSource> = {}) =>
  checkText({ text, ...options }).diagnostics.find(({ severity }) => severity === "warning");

describe("messages", () => {
  it.each<[text: string, message: string, options?: Partial<CheckSource>]>([
    ["FROM scratch AS BadStageName", "Stage name 'BadStageName' should be lowercase"],
    ["FROM scratch as base2", "'as' and 'FROM' keywords' casing do not match"],
    ["FROM x\nCOPY a \\\n\n.", "Empty continuation line"],
    ["From scratch", "Command 'From' should match the case of the command majority (uppercase)"],
    ["from x\nfrom x\nCOPY a b", "Command 'COPY' should match the case of the command majority (lowercase)"],
    ["FROM scratch AS b\nFROM scratch AS b", 'Duplicate stage name "b", stage names should be unique'],
    ["FROM x AS scratch", 'Stage name should not use the same name as reserved stage "scratch"'],
    ["FROM x\nCMD a", "JSON arguments recommended for CMD to prevent unintended behavior related to OS signals"],
    ["FROM x\nMAINTAINER a", "Maintainer instruction is deprecated in favor of using label"],
    ["FROM x:1$V", "FROM argument 'V' is not declared"],
    [
      "FROM --platform=$BULIDPLATFORM scratch",
      "FROM argument 'BULIDPLATFORM' is not declared (did you mean BUILDPLATFORM?)",
    ],
    [
      "ARG MY_ARCH\nFROM --platform=linux/${MYARCH} scratch",
      "FROM argument 'MYARCH' is not declared (did you mean MY_ARCH?)",
    ],
    ["FROM x\nWORKDIR app/", 'Relative workdir "app/" can have unexpected results if the base image changes'],
    ["FROM x\nCOPY $foo .", "Usage of undefined variable '$foo'"],
    ["FROM x\nENV PATH=$PAHT:/tmp/bin", "Usage of undefined variable '$PAHT' (did you mean $PATH?)"],
    [
      "FROM x\nARG DIR_ASSETS=a\nCOPY $DIR_ASSET .",
      "Usage of undefined variable '$DIR_ASSET' (did you mean $DIR_ASSETS?)",
    ],
    [
      'FROM x\nCMD ["a"]\nCMD ["b"]',
      "Multiple CMD instructions should not be used in the same stage because only the last one will be used",
    ],
    ["FROM x\nENV k v", '"ENV key=value" should be used instead of legacy "ENV key value" format'],
    [
      "FROM --platform=$TARGETPLATFORM x",
      "Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior",
    ],
    ["FROM x\nARG token", 'Do not use ARG or ENV instructions for sensitive data (ARG "token")'],
    ["ARG V\nFROM x:$V", "Default value for ARG x:$V results in empty or invalid base image name"],
    ["FROM --platform=linux/amd64 x", 'FROM --platform flag should not use constant value "linux/amd64"'],
    ["FROM x\nADD ./a /b", 'Attempting to Add file "a" that is excluded by .dockerignore', { ignore: ["a"] }],
    [
      "# check=experimental=all\n# x\nARG a=1 b=2\nFROM x",
      "Comment for ARG should follow the format: `# <arg_key> <description>`",
    ],
    ["FROM x\nEXPOSE 80/TCP", "Defined protocol '80/TCP' in EXPOSE instruction should be lowercase"],
    [
      "FROM x\nEXPOSE 8080:80",
      "EXPOSE instruction should not define an IP address or host-port mapping, found '8080:80'",
    ],
    [
      "FROM x",
      'Base image x was pulled with platform "linux/arm64", expected "linux/386" for current build',
      { platform: "linux/386", baseImage: () => ({ platform: "linux/arm64/v8" }) },
    ],
  ])("%j", (text, message, options) => {
    expect(first(text, options)?.message).toBe(message);
  });

  it("has 22 rules, and an address for all but one", () => {
    expect(checkNames).toHaveLength(22);
    expect(checkNames.filter((name) => urlOf(name) === undefined)).toEqual(["InvalidBaseImagePlatform"]);
    expect(urlOf("JSONArgsRecommended")).toBe("https://docs.docker.com/go/dockerfile/rule/json-args-recommended/");
    for (const name of checkNames) expect(ruleset[name].description).not.toBe("");
  });

  it("names the line in a build that goes on", () => {
    const found = first("FROM x\nMAINTAINER a");
    expect(found && shortWarning(found)).toBe(
      "MaintainerDeprecated: Maintainer instruction is deprecated in favor of using label (line 2)",
    );
  });

  it("refuses a build argument that is no settings", () => {
    const source = { text: "FROM x", buildArgs: { BUILDKIT_DOCKERFILE_CHECK: "skip" } };
    expect(checkText(source).error?.message).toBe(
      'failed to parse BUILDKIT_DOCKERFILE_CHECK: invalid check option "skip"',
    );
  });
});

describe("as JSON", () => {
  it("has one range for each line, and escapes as Go does", () => {
    const text = "FROM x\nCMD a \\\n <b";
    const parsed: unknown = JSON.parse(reportJson(checkText({ text }).diagnostics, text, "Dockerfile"));
    expect(
      reportJson(checkText({ text: "# check=experimental=all\n# x\nARG a=1\nFROM x" }).diagnostics, "", "D"),
    ).toContain("`# \\u003carg/stage name\\u003e \\u003cdescription\\u003e`");
    expect(parsed).toEqual({
      warnings: [
        {
          ruleName: "JSONArgsRecommended",
          description: ruleset.JSONArgsRecommended.description,
          url: urlOf("JSONArgsRecommended"),
          detail: "JSON arguments recommended for CMD to prevent unintended behavior related to OS signals",
          location: {
            ranges: [
              { start: { line: 2 }, end: { line: 2 } },
              { start: { line: 3 }, end: { line: 3 } },
            ],
          },
        },
      ],
      sources: [{ filename: "Dockerfile", data: btoa(text), language: "Dockerfile" }],
    });
  });
});
