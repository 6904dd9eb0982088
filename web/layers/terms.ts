/** What the pictures' words mean, one sentence each. */
export const terms = {
  layer: "The files that one step of a build added, changed or removed, packed as one tar and never changed again.",
  "metadata step":
    "A step such as ENV or CMD that changes the image's configuration and no file, so it makes no layer.",
  digest: "The sha256 of a blob's bytes as they are stored and sent, for a layer usually gzipped.",
  "diff ID": "The sha256 of a layer's uncompressed tar, which the image's configuration lists.",
  "chain ID": "A name for a layer together with all layers below it, made of their diff IDs.",
  whiteout:
    "A mark that hides a name of the layers below: `.wh.NAME` in a layer's tar, a character device 0:0 in an overlay directory.",
  "opaque directory": "A directory that shows nothing of what the layers below have in it.",
  "copy-up": "Before a file of a lower layer is changed for the first time, overlayfs copies it into the upperdir.",
  lowerdir: "A read-only directory of an overlay mount, one for each layer of the image.",
  upperdir: "The directory of an overlay mount that takes every change: the container's writable layer.",
  workdir: "An empty directory beside the upperdir that overlayfs needs to make changes in one step.",
  merged: "Where the overlay is mounted: what the container sees as its root, all layers as one.",
  efficiency: "What the files would take if each path were stored once, divided by what all their versions take.",
  index: "The JSON document that names the manifests of an image, one for each platform or name.",
  manifest: "The JSON document that names an image's configuration and its layers by digest.",
  config:
    "The JSON document that says how a container runs, and which diff IDs its layers have; its digest is the image ID.",
  stage: "The part of a Dockerfile from one FROM to the next; only the stages that the result needs are built.",
  "cache hit": "A step whose instruction, parent and copied files are as they were, so its layer is used again.",
} as const;

export type Term = keyof typeof terms;
