# BusyBox alone, statically linked: every applet is a link in /bin.
unpack_debs "$PACKAGES" busybox-static
mkdir -p "$LAYER"/{bin,dev,etc,proc,root,sys,tmp}
install -m 755 "$PACKAGES/bin/busybox" "$LAYER/bin/busybox"
for applet in $("$LAYER/bin/busybox" --list); do
  [ "$applet" = busybox ] || ln -s busybox "$LAYER/bin/$applet"
done
echo root:x:0:0:root:/root:/bin/sh >"$LAYER/etc/passwd"
echo root:x:0: >"$LAYER/etc/group"
