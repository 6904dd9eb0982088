import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeSave, encodeSave, Lab, type Snapshot } from "../../emulator/index.ts";
import { TypedShell } from "../../emulator/node/bench/typed-shell.ts";
import { loadSnapshot } from "../../emulator/node/snapshot.ts";
import { folderSource } from "../../emulator/node/source.ts";

const patience = 120_000;
let base: Snapshot;
let lab: Lab;
let shell: TypedShell;
/** A second one, to look while the first is busy. */
let look: TypedShell;

beforeAll(async () => {
  base = await loadSnapshot(() => undefined);
  lab = await Lab.restore(await folderSource(), base);
  shell = await TypedShell.open(lab);
  look = await TypedShell.open(lab, "look");
}, patience);
afterAll(() => lab.close());

/** What a build may leave in the guest: nothing that runs, is mounted, or lies about. */
async function leftInGuest(): Promise<string> {
  await lab.engine.settled();
  await look.run(
    "(docker ps -aq; mount | grep -c ' overlay '; ls /var/lib/docker/buildkit/step 2>/dev/null; ls /var/lib/docker/containers; ip -o link | grep -c veth; ps | grep -c '[s]leep 300') > /tmp/left 2>&1",
  );
  return new TextDecoder()
    .decode(await lab.files.read("/", "/tmp/left"))
    .trim()
    .replace(/\s+/g, " ");
}

describe("docker build on the machine", () => {
  it("is isolated as docker run is: namespaces, user, network, secrets", { timeout: patience }, async () => {
    await shell.run("mkdir -p /root/iso; cd /root/iso; echo s3cret > token");
    await dockerfile(
      "/root/iso",
      `FROM busybox
RUN --mount=type=secret,id=token cat /run/secrets/token && ls -l /run/secrets/token
RUN readlink /proc/self/ns/pid /proc/self/ns/net; echo pid $$; ip -o addr show eth0 | grep -c 172.17
RUN --network=none ip -o link | wc -l
USER 1000:1000
RUN id -u; touch /root/x 2>/dev/null || echo refused
`,
    );
    const { output } = await shell.run("docker build --progress plain --secret id=token,src=token -t iso .", patience);
    expect(output).toMatch(/#\d+ \S+ s3cret/);
    expect(output).toMatch(/#\d+ \S+ -r-------- +1 root/);
    expect(output).toMatch(/#\d+ \S+ pid 1\b/);
    expect(output).toMatch(/#\d+ \S+ 1000\r?\n/);
    expect(output).toMatch(/#\d+ \S+ refused/);
    expect(output).not.toContain(await namespace("/proc/1/ns/pid"));
    const { output: leaked } = await shell.run("docker run --rm iso ls /run /run/secrets");
    expect(leaked).not.toContain("token");
    expect(await leftInGuest()).toBe("0 0 0");
  });

  it("keeps what a cache mount holds between builds, and outside of the image", { timeout: patience }, async () => {
    await shell.run("mkdir -p /root/cache; cd /root/cache");
    await dockerfile(
      "/root/cache",
      "FROM busybox\nARG N\nRUN --mount=type=cache,target=/c echo $N >> /c/log; cat /c/log | tr '\\n' ' '\n",
    );
    await shell.run("docker build --build-arg N=one -t c .");
    const { output } = await shell.run("docker build --progress plain --build-arg N=two -t c .");
    expect(output).toMatch(/#\d+ \S+ one two/);
    expect((await shell.run("docker run --rm c ls /c")).output).toMatch(/No such file/);
    expect(await leftInGuest()).toBe("0 0 0");
  });

  it("cut off by Ctrl-C leaves nothing", { timeout: patience }, async () => {
    await shell.run("mkdir -p /root/cut; cd /root/cut");
    await dockerfile("/root/cut", "FROM busybox\nRUN sleep 300\n");
    await shell.write("docker build -t cut .\n");
    await shell.until(/RUN sleep 300/);
    await running();
    await shell.write("\x03");
    await shell.until(/Canceled/);
    expect((await shell.run("echo status $?; docker image inspect cut >/dev/null 2>&1; echo image $?")).output).toMatch(
      /image 1/,
    );
    expect(await leftInGuest()).toBe("0 0 0");
  });

  it(
    "in the middle of a save is told to be interrupted after it, and leaves nothing",
    { timeout: patience },
    async () => {
      await shell.run("cd /root/cut");
      await shell.write("docker build -t cut .\n");
      await shell.until(/RUN sleep 300/);
      await running();
      const { parts } = await lab.save();
      const bytes = await encodeSave(parts, base);
      await lab.close();
      lab = await Lab.restore(await folderSource(), await decodeSave(bytes, base));
      shell = await TypedShell.open(lab);
      look = await TypedShell.open(lab, "look");
      await shell.until(/drydock:.*[#$] $/);
      await lab.ready;
      await lab.engine.settled();
      expect(lab.engine.builds.all().at(-1)?.state).toBe("canceled");
      expect(await leftInGuest()).toBe("0 0 0");
      const { output } = await shell.run("cd /root/cache && docker build --progress plain --build-arg N=two -t c .");
      expect(output).toMatch(/CACHED/);
    },
  );
});

async function dockerfile(folder: string, text: string): Promise<void> {
  await lab.files.write("/", `${folder}/Dockerfile`, new TextEncoder().encode(text));
}

async function namespace(path: string): Promise<string> {
  return /\w+:\[\d+\]/.exec((await shell.run(`readlink ${path}`)).output)?.[0] ?? "";
}

async function running(): Promise<void> {
  await look.run("until ps | grep -q '[s]leep 300'; do sleep 0.1; done");
}
