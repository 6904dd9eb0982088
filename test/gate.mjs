// The whole gate: types, lint, format, unit and guest tests, end to end in Chromium. Ends with "N passed, N failed".
// --only STEP[,STEP] runs a part of it.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installChromium, installModules, root } from "../emulator/node/install.mjs";

const bin = (name) => join(root, "node_modules", ".bin", name);
const reports = join(root, ".cache", "reports");

const run = (command, args, env = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...env },
    });
    child.on("error", () => resolve(127));
    child.on("exit", (code) => resolve(code ?? 1));
  });

/** A check without a count of its own counts as one test. */
const check =
  (command, ...args) =>
  async () =>
    (await run(bin(command), args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };

/** A runner that crashed, or ran nothing, is one failure more than it reports. */
const counted = (code, passed, failed) => ({
  passed,
  failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed,
});

async function vitest() {
  const file = join(reports, "vitest.json");
  const code = await run(bin("vitest"), ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`]);
  const report = read(file);
  return counted(
    code,
    report?.numPassedTests ?? 0,
    (report?.numFailedTests ?? 0) +
      (report?.testResults ?? []).filter((suite) => suite.status === "failed" && suite.assertionResults.length === 0)
        .length,
  );
}

async function e2e() {
  const chromium = installChromium();
  if (chromium === undefined) return { passed: 0, failed: 1 };
  const file = join(reports, "playwright.json");
  const code = await run(bin("playwright"), ["test", "--config", "test/e2e/playwright.config.ts"], {
    CHROMIUM: chromium,
    PLAYWRIGHT_JSON_OUTPUT_NAME: file,
  });
  const stats = read(file)?.stats;
  return counted(code, (stats?.expected ?? 0) + (stats?.flaky ?? 0), stats?.unexpected ?? 0);
}

const read = (file) => {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
};

const steps = {
  types: check("tsc", "-b"),
  svelte: check("svelte-check", "--tsconfig", "web/tsconfig.json", "--fail-on-warnings"),
  lint: check("eslint", ".", "--max-warnings", "0"),
  format: check("prettier", "--check", "--log-level", "warn", "."),
  snapshot: async () =>
    (await run(process.execPath, ["emulator/node/run.mjs", "snapshot"])) === 0
      ? { passed: 1, failed: 0 }
      : { passed: 0, failed: 1 },
  unit: vitest,
  e2e,
};

installModules();
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const at = process.argv.indexOf("--only");
const chosen = at > 0 ? new Set(process.argv[at + 1]?.split(",")) : undefined;
const total = { passed: 0, failed: 0 };
const lines = [];
for (const [name, step] of Object.entries(steps)) {
  if (chosen && !chosen.has(name)) continue;
  const began = Date.now();
  const { passed, failed } = await step();
  total.passed += passed;
  total.failed += failed;
  lines.push(
    `${failed === 0 ? "ok    " : "FAILED"} ${name.padEnd(10)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${((Date.now() - began) / 1000).toFixed(0).padStart(5)} s`,
  );
}
process.stdout.write(`\n${lines.join("\n")}\n\n${total.passed} passed, ${total.failed} failed\n`);
process.exit(total.failed === 0 ? 0 : 1);
