# SeaBIOS and its VGA BIOS: they start the kernel, and are not needed after that.
stage_bios() {
  unpack_debs "$CACHE/work/seabios" seabios:all
  install -m 644 "$CACHE/work/seabios/usr/share/seabios/bios.bin" "$PUBLIC/machine/bios.bin"
  install -m 644 "$CACHE/work/seabios/usr/share/seabios/vgabios-stdvga.bin" "$PUBLIC/machine/vgabios.bin"
}
