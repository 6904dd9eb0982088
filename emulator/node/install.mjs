// What every command needs before TypeScript can run: node modules, and for the page's tests a Chromium.
// Only Node's own modules are imported here: on a fresh clone nothing else is there.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, mkdirSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const stamp = join(root, "node_modules", ".drydock-lock");

/** Installs the locked node modules when they are missing or of another lock file. Progress goes to stderr. */
export function installModules() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  const upToDate = join(root, "node_modules", ".package-lock.json");
  if (existsSync(upToDate) && statSync(upToDate).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs) {
    writeFileSync(stamp, lock);
    return;
  }
  process.stderr.write("Installing node modules...\n");
  const result = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (result.status !== 0) {
    process.stderr.write("npm ci failed. Check the network and run it again: npm ci\n");
    process.exit(1);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lock);
}

/** Installs Debian packages when that is allowed (root, apt). Progress goes to stderr. */
function installPackages(what, ...packages) {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  process.stderr.write(`Installing ${what}...\n`);
  const run = (...args) =>
    spawnSync("apt-get", args, {
      stdio: ["ignore", 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status === 0;
  const install = () => run("install", "-y", "-qq", "--no-install-recommends", ...packages);
  if (install()) return;
  run("update", "-qq");
  install();
}

/** The path of a Chromium, installed with apt when it is missing and that is allowed; undefined with a word on stderr otherwise. */
export function installChromium() {
  const found = () =>
    [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
      (p) => p && existsSync(p),
    );
  if (!found()) installPackages("Chromium", "chromium", "fonts-liberation");
  if (!found())
    process.stderr.write(
      "Chromium is needed for the page's tests. Install it (Debian: apt-get install chromium), or set CHROMIUM to its path.\n",
    );
  return found();
}

/** Whether gcc and make are there for the guest agent's own tests, installed as installChromium does. */
export function installCompiler() {
  const found = () =>
    ["gcc", "make"].every((tool) => spawnSync(tool, ["--version"], { stdio: "ignore" }).status === 0) &&
    existsSync("/usr/include/stdio.h");
  if (!found()) installPackages("a C compiler", "gcc", "libc6-dev", "make");
  if (!found())
    process.stderr.write(
      "gcc, make and the C library's headers are needed for the guest agent's tests (Debian: apt-get install gcc libc6-dev make).\n",
    );
  return found();
}
