# The images of public/registry/. A folder per layer: build.sh makes the layer's tree in $LAYER, and image.ts says what
# the image is. layout.ts joins them into an OCI image layout.
IMAGE_LAYERS=(hello-world busybox base openssl nginx redis python debian)

build_layer() {
  LAYER=$CACHE/work/layer-$1
  PACKAGES=$CACHE/work/packages-$1
  rm -rf "$LAYER" "$PACKAGES"
  mkdir -p "$LAYER"
  # A shell of its own: the script may use any name.
  (. "$GUEST/images/$1/build.sh")
  layer_blob "$LAYER" "$1"
}

join_layers() { tsx "$GUEST/images/layout.ts" "$CACHE/layers" "$PUBLIC/registry"; }

stage_images() {
  local name
  for name in "${IMAGE_LAYERS[@]}"; do part "images/$name" build_layer "$name"; done
  part registry join_layers
}
