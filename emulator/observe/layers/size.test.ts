import { expect, it } from "vitest";
import { modeText, nameText, sizeText } from "./size.ts";

it("writes sizes as Docker does", () => {
  expect([0, 999, 1234, 13_700_000, 2.5e9].map(sizeText)).toEqual(["0 B", "999 B", "1.23 kB", "13.7 MB", "2.5 GB"]);
});

it("writes modes as ls does", () => {
  expect(modeText("directory", 0o1777)).toBe("drwxrwxrwt");
  expect(modeText("file", 0o4755)).toBe("-rwsr-xr-x");
  expect(modeText("file", 0o2644)).toBe("-rw-r-Sr--");
  expect(modeText("symlink", 0o777)).toBe("lrwxrwxrwx");
});

it("shows bytes that are not UTF-8, control characters and directions by their code", () => {
  expect(nameText("a\udcffb")).toBe("a\\xffb");
  expect(nameText("a\nb\u001b[31m")).toBe("a\\x0ab\\x1b[31m");
  expect(nameText("gpj.\u202etxt")).toBe("gpj.\\u202etxt");
  expect(nameText("日本 <b>")).toBe("日本 <b>");
  expect(nameText("😀")).toBe("😀");
});
