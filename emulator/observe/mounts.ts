import type { Mount, MountNamespace } from "./reading.ts";
import type { RawReading } from "./observe.ts";

/** The kernel writes space, tab, newline and backslash as three octal digits. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}

/** One line of /proc/PID/mountinfo; undefined for what is none (a reading that was cut). */
export function parseMount(line: string): Mount | undefined {
  const words = line.split(" ");
  const mark = words.indexOf("-", 6);
  const [id, parent, , root, target, options] = words;
  const [type, source, superOptions] = words.slice(mark + 1);
  if (mark < 0 || target === undefined || root === undefined || options === undefined) return undefined;
  if (type === undefined || source === undefined || superOptions === undefined) return undefined;
  return {
    id: Number(id),
    parent: Number(parent),
    root: unescape(root),
    target: unescape(target),
    options: options.split(","),
    type,
    source: unescape(source),
    superOptions: unescape(superOptions).split(","),
  };
}

export function readMounts({ mounts }: RawReading): MountNamespace[] {
  return mounts.map(({ namespace, pid, mountinfo }) => ({
    namespace,
    pid,
    mounts: mountinfo.split("\n").flatMap((line) => parseMount(line) ?? []),
  }));
}
