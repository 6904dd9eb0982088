# The layer that nginx, redis and python share: glibc, bash, and BusyBox for everything else.
unpack_debs "$PACKAGES" libc6 libgcc-s1 libtinfo6 bash busybox base-passwd
mkdir -p "$LAYER"/{usr/bin,usr/sbin,usr/lib/i386-linux-gnu,usr/local/bin,usr/local/sbin,etc,home,opt,proc,sys,dev,srv,mnt,run,var/lib,var/log,var/cache}
for folder in bin sbin lib; do ln -s "usr/$folder" "$LAYER/$folder"; done
ln -s /run "$LAYER/var/run"
install -d -m 700 "$LAYER/root"
install -d -m 1777 "$LAYER/tmp" "$LAYER/var/tmp"
lib=usr/lib/i386-linux-gnu
for name in ld-linux.so.2 libc.so.6 libm.so.6 libpthread.so.0 libdl.so.2 librt.so.1 libresolv.so.2; do
  cp "$PACKAGES/lib/i386-linux-gnu/$name" "$LAYER/$lib/$name"
done
ln -s i386-linux-gnu/ld-linux.so.2 "$LAYER/usr/lib/ld-linux.so.2"
install -m 755 "$PACKAGES/bin/bash" "$LAYER/usr/bin/bash"
install -m 755 "$PACKAGES/bin/busybox" "$LAYER/usr/bin/busybox"
for applet in $("$PACKAGES/bin/busybox" --list); do
  case $applet in
    busybox | init | linuxrc | dpkg | dpkg-deb | rpm | rpm2cpio | klogd | syslogd | modprobe | insmod | rmmod | lsmod | modinfo | depmod) ;;
    adjtimex | arp | brctl | chroot | fdisk | fstrim | halt | poweroff | reboot | ifconfig | ifdown | ifup | route | losetup | mke2fs | pivot_root | start-stop-daemon | sysctl | switch_root | udhcpc | udhcpd) ln -s ../bin/busybox "$LAYER/usr/sbin/$applet" ;;
    *) ln -s busybox "$LAYER/usr/bin/$applet" ;;
  esac
done
# pthread_cancel(3) and pthread_exit(3) load it by name.
cp "$PACKAGES/lib/i386-linux-gnu/libgcc_s.so.1" "$LAYER/$lib/"
add_libraries "$PACKAGES" "$LAYER"
sed -e 's/:\*:/:x:/' -e 's#:/bin/bash$#:/bin/bash#' "$PACKAGES/usr/share/base-passwd/passwd.master" >"$LAYER/etc/passwd"
sed -e 's/:\*:/:x:/' "$PACKAGES/usr/share/base-passwd/group.master" >"$LAYER/etc/group"
cat >"$LAYER/etc/os-release" <<'END'
PRETTY_NAME="Debian GNU/Linux 12 (bookworm) packages with BusyBox"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
END
printf 'passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n' >"$LAYER/etc/nsswitch.conf"
printf 'export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n' >"$LAYER/etc/profile"
printf '/bin/sh\n/bin/bash\n' >"$LAYER/etc/shells"
