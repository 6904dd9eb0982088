import { describe, expect, it } from "vitest";
import { atPrompt } from "./typed.ts";

const clear = "\u0005\u0015";

describe("a solution at the prompt", () => {
  it.each([
    ["is one line as it is", "docker ps -a\n", "/root/lesson", `${clear}docker ps -a`],
    ["goes to the lesson's folder first", "ls", "/root", `${clear}{\ncd /root/lesson\nls\n}`],
    ["runs nothing before its last line", "a\nb", "/root/lesson", `${clear}{\na\nb\n}`],
    ["has no tab that completes a name", "cat <<X\n\tx\nX", "/root/lesson", `${clear}{\ncat <<X\n    x\nX\n}`],
  ])("%s", (_what, solution, folder, keys) => {
    expect(atPrompt(solution, folder)).toBe(keys);
  });
});
