import { createReadStream, existsSync, readFileSync, statSync, cpSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";
import { lessons } from "./lesson-plugin.ts";
import { offlineAssets } from "./offline-plugin.ts";

const root = join(import.meta.dirname, "..");
const snapshot = join(root, ".cache", "snapshot");

/**
 * What a page may do. v86 compiles wasm at run time and makes one small worker from a blob for its timer;
 * frames are the previews of published ports, which come from this origin without scripts, or from a second one with.
 */
export function contentSecurityPolicy(previewOrigin: string): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "manifest-src 'self'",
    `frame-src 'self'${previewOrigin === "" ? "" : ` ${previewOrigin}`}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/**
 * The snapshot is built beside the project, not committed: it joins the site at build time and is served in development, as
 * are the machine's archives, which the development server would have unpacked on their way.
 */
function shippedSnapshot(): Plugin {
  return {
    name: "drydock-snapshot",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const name = basename(new URL(request.url ?? "/", "http://localhost").pathname);
        const file = join(name.startsWith("snapshot") ? snapshot : join(root, "public", "machine"), name);
        if (!/^\/machine\/(snapshot|[^/]*\.gz)/.test(request.url ?? "") || !existsSync(file)) return next();
        response.setHeader("content-type", name.endsWith(".json") ? "application/json" : "application/octet-stream");
        response.setHeader("content-length", statSync(file).size);
        createReadStream(file).pipe(response);
      });
    },
    writeBundle(options) {
      const out = join(options.dir ?? "", "machine");
      const description = join(snapshot, "snapshot.json");
      if (!existsSync(description)) throw new Error("there is no snapshot: run npm run snapshot");
      mkdirSync(out, { recursive: true });
      const { file } = JSON.parse(readFileSync(description, "utf8")) as { file: string };
      for (const name of ["snapshot.json", file]) cpSync(join(snapshot, name), join(out, name));
    },
  };
}

/** The policy goes into the page itself, so that it holds on any static host. */
function policy(): Plugin {
  return {
    name: "drydock-policy",
    transformIndexHtml: {
      order: "post",
      handler: (_html, context) =>
        context.server
          ? []
          : [
              {
                tag: "meta",
                attrs: {
                  "http-equiv": "content-security-policy",
                  content: contentSecurityPolicy(process.env.DRYDOCK_PREVIEW_ORIGIN ?? ""),
                },
                injectTo: "head-prepend",
              },
            ],
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  publicDir: join(root, "public"),
  cacheDir: join(root, ".cache", "vite"),
  plugins: [
    svelte({ configFile: join(import.meta.dirname, "svelte.config.js") }),
    lessons(),
    shippedSnapshot(),
    offlineAssets(snapshot),
    policy(),
  ],
  worker: { format: "es" },
  define: { __PREVIEW_ORIGIN__: JSON.stringify(process.env.DRYDOCK_PREVIEW_ORIGIN ?? "") },
  build: {
    outDir: join(root, "dist"),
    emptyOutDir: true,
    target: "es2023",
    assetsInlineLimit: 0,
    // The editor's engine, which no first load has in it.
    chunkSizeWarningLimit: 3600,
    rollupOptions: {
      input: { index: join(import.meta.dirname, "index.html"), sw: join(import.meta.dirname, "sw.ts") },
      output: { entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
  },
});
