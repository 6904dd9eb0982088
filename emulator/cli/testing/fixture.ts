import { failure, fakeEngine, type Answer, type Route } from "./fake-engine.ts";
import { ids } from "./fixture/common.ts";
import { containerInspect } from "./fixture/container-inspect.ts";
import { containerList } from "./fixture/containers.ts";
import { history, imageInspect, imageList } from "./fixture/images.ts";
import { bridge, networkInspect, volumeInspect } from "./fixture/networks.ts";
import { diskUsage, events, info, version } from "./fixture/system.ts";

/** An engine with a few objects whose descriptions use every kind of value that listings and templates show. */

const found = (name: string, known: Readonly<Record<string, Answer>>, missing: string): Answer =>
  known[name] ?? failure(404, missing);

const routes: Readonly<Record<string, Route | Answer>> = {
  "GET /containers/json": containerList,
  "GET /containers/*/json": (_request, [name = ""]) =>
    found(
      name,
      { web: exactMemory(JSON.stringify(containerInspect)), [ids.web]: containerInspect },
      `No such container: ${name}`,
    ),
  "GET /images/json": imageList,
  "GET /images/**/json": (_request, [name = ""]) =>
    found(name, { "nginx:1.27": imageInspect, nginx: imageInspect }, `No such image: ${name}`),
  "GET /images/**/history": (_request, [name = ""]) => found(name, { nginx: history }, `No such image: ${name}`),
  "GET /networks": [
    { ...networkInspect, Labels: { env: "dev" } },
    bridge,
    { ...bridge, Name: "net10", Id: ids.db },
    { ...bridge, Name: "net2", Id: ids.done },
  ],
  "GET /networks/*": (_request, [name = ""]) =>
    found(name, { net: networkInspect, bridge }, `network ${name} not found`),
  "GET /volumes": {
    Volumes: [
      { ...volumeInspect, Labels: { team: "a" } },
      { ...volumeInspect, Name: "vol9", Labels: null },
    ],
    Warnings: null,
  },
  "GET /volumes/*": (_request, [name = ""]) => found(name, { vol10: volumeInspect }, `get ${name}: no such volume`),
  "GET /version": version,
  "GET /info": info,
  "GET /system/df": diskUsage,
  "GET /containers/*/top": {
    Titles: ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"],
    Processes: [["root", "4242", "4223", "0", "03:02", "?", "00:00:00", "nginx: master process nginx -g daemon off;"]],
  },
  "GET /containers/*/changes": [
    { Path: "/etc", Kind: 0 },
    { Path: "/etc/new", Kind: 1 },
    { Path: "/tmp/gone", Kind: 2 },
  ],
  "GET /events": () => ({
    status: 200,
    headers: { "content-type": "application/json" },
    body: new TextEncoder().encode(
      events
        .map((event, index) => `${JSON.stringify(event).replace(/}$/, "")},"timeNano":176732304512345678${index}}\n`)
        .join(""),
    ),
  }),
  "GET /images/search": [
    {
      name: "busybox",
      description: "Busybox base image, with a description that is rather long for one line.",
      is_official: true,
      is_automated: false,
      star_count: 3,
    },
    { name: "team/busybox", description: "x\ny", is_official: false, is_automated: false, star_count: 0 },
  ],
};

/** A number that JavaScript cannot hold, as a Go engine would send it. */
function exactMemory(text: string): string {
  return text.replace(/"Memory":\d+/, '"Memory":9007199254740993');
}

export function fixtureEngine(more: Readonly<Record<string, Route | Answer>> = {}): ReturnType<typeof fakeEngine> {
  return fakeEngine({ ...more, ...routes });
}
