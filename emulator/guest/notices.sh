# public/machine/LICENSES/NOTICES.txt: the copyright file of every package whose code is in an artifact. debian:12-slim
# carries its own, under /usr/share/doc.
stage_notices() {
  local out=$PUBLIC/machine/LICENSES/NOTICES.txt kind name path text
  cat "$CACHE"/used/{bios,kernel,crun,iptables,seccomp,initramfs,tools,images-{busybox,base,openssl,nginx,redis,python}} |
    sort -u >"$CACHE/work/notices"
  while read -r kind name; do
    if [ "$kind" = source ]; then
      source_package "$name" "$CACHE/work/notice" 2>/dev/null
      text=$(cat "$CACHE/work/notice/debian/copyright")
    else
      path=$(deb "$name:$kind") || exit 1
      text=$(dpkg-deb --fsys-tarfile "$path" | tar -xO "./usr/share/doc/$name/copyright" 2>/dev/null || true)
      # Packages of one source often share the folder of another.
      [ -n "$text" ] || text="See the notice of the other packages of its source, $(dpkg-deb -f "$path" Source | grep . || echo "$name")."
    fi
    printf '==== %s %s\n\n%s\n\n' "$name" "$(locked_version "$kind" "$name")" "$text"
  done <"$CACHE/work/notices" >"$out"
}
