import { InvalidParameter } from "../../errors.ts";
import { GuestFileError, type Files } from "../../runtime.ts";

export interface ResolvedUser {
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids: readonly number[];
  /** What HOME is when nothing else says so; `/` for a user who is in no passwd file. */
  readonly home: string;
}

interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}
interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

const maximumId = 2 ** 31 - 1;

/** `user`, `uid`, `user:group`, … looked up in the root's /etc/passwd and /etc/group, as the shadow tools would. */
export async function resolveUser(
  files: Files,
  root: string,
  specification: string,
  groupAdd: readonly string[],
): Promise<ResolvedUser> {
  const [passwd, group] = await Promise.all([
    readText(files, root, "/etc/passwd"),
    readText(files, root, "/etc/group"),
  ]);
  return lookUpUser(specification, groupAdd, parsePasswd(passwd), parseGroup(group));
}

export function lookUpUser(
  specification: string,
  groupAdd: readonly string[],
  passwd: readonly PasswdEntry[],
  groups: readonly GroupEntry[],
): ResolvedUser {
  const [userPart = "", groupPart = ""] = specification.split(":");
  const wantedUid = userPart === "" ? 0 : number(userPart);
  const entry = passwd.find((one) => (userPart !== "" && one.name === userPart) || one.uid === wantedUid);
  if (entry === undefined && wantedUid === undefined)
    throw new InvalidParameter(`unable to find user ${userPart}: no matching entries in passwd file`);
  const uid = entry?.uid ?? checkRange(wantedUid ?? 0);
  let gid = entry?.gid ?? 0;
  let additional: number[] = [];
  if (groupPart !== "") {
    const wantedGid = number(groupPart);
    const found = groups.find((one) => one.name === groupPart || one.gid === wantedGid);
    if (found === undefined && wantedGid === undefined)
      throw new InvalidParameter(`unable to find group ${groupPart}: no matching entries in group file`);
    gid = found?.gid ?? checkRange(wantedGid ?? 0);
  } else if (entry !== undefined)
    additional = groups.filter((one) => one.members.includes(entry.name)).map((one) => one.gid);
  const added = groupAdd.map((name) => {
    const wantedGid = number(name);
    const found = groups.find((one) => one.name === name || one.gid === wantedGid);
    if (found === undefined && wantedGid === undefined) throw new InvalidParameter(`Unable to find group ${name}`);
    return found?.gid ?? checkRange(wantedGid ?? 0);
  });
  return { uid, gid, additionalGids: [...new Set([gid, ...additional, ...added])], home: entry?.home || "/" };
}

export function parsePasswd(text: string): PasswdEntry[] {
  return lines(text).flatMap((line) => {
    const [name = "", , uid = "", gid = "", , home = ""] = line.split(":");
    return name === "" || number(uid) === undefined ? [] : [{ name, uid: Number(uid), gid: number(gid) ?? 0, home }];
  });
}

export function parseGroup(text: string): GroupEntry[] {
  return lines(text).flatMap((line) => {
    const [name = "", , gid = "", members = ""] = line.split(":");
    return name === "" || number(gid) === undefined
      ? []
      : [{ name, gid: Number(gid), members: members.split(",").filter((member) => member !== "") }];
  });
}

function lines(text: string): string[] {
  return text.split("\n").map((line) => line.trim());
}

function number(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function checkRange(id: number): number {
  if (id > maximumId) throw new InvalidParameter(`uids and gids must be in range 0-${String(maximumId)}`);
  return id;
}

/** An image without the file has nobody in it. */
async function readText(files: Files, root: string, path: string): Promise<string> {
  try {
    return new TextDecoder().decode(await files.read(root, path));
  } catch (error) {
    if (error instanceof GuestFileError && ["ENOENT", "ENOTDIR"].includes(error.code)) return "";
    throw error;
  }
}
