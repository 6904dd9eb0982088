import type { Cli } from "../command.ts";
import { cleanPath, resolvePath } from "../opts/path.ts";
import { isRemote, prepareContext, DockerfileNotFound, type BuildContext } from "./context.ts";

/** The context as the classic builder's client prepares it: what is missing is told before anything is sent. */
export async function prepareClassicContext(
  cli: Cli,
  call: { readonly path: string; readonly file: string },
): Promise<BuildContext> {
  const { path, file } = call;
  if (path !== "-" && !isRemote(path)) await checkFolder(cli, path, file);
  try {
    return await prepareContext(cli, { path, file, ownIgnoreFile: false });
  } catch (error) {
    if (!(error instanceof DockerfileNotFound)) throw error;
    const full = resolvePath(cli.invocation.cwd, file);
    throw noDockerfile(full);
  }
}

async function checkFolder(cli: Cli, path: string, file: string): Promise<void> {
  const { files, cwd } = cli.invocation;
  const root = resolvePath(cwd, path);
  const folder = root === "/" ? "/" : `${root}/`;
  const dockerfile = file === "" ? cleanPath(`${folder}Dockerfile`) : resolvePath(cwd, file);
  const [stat, found, other] = await Promise.all([
    files.stat(root),
    file === "-" ? undefined : files.stat(dockerfile),
    file === "" ? files.stat(`${folder}dockerfile`) : undefined,
  ]);
  if (stat === undefined) throw new Error(`unable to prepare context: path ${JSON.stringify(path)} not found`);
  if (stat.kind !== "directory") throw new Error(`unable to prepare context: context must be a directory: ${root}`);
  if (file !== "-" && found === undefined && other === undefined) throw noDockerfile(dockerfile);
}

function noDockerfile(path: string): Error {
  return new Error(
    `unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat ${path}: no such file or directory`,
  );
}
