#!/bin/sh
# PID 1 of the machine's tests: runs what comes on /dev/hvc1, one line at a time, and answers there.
mkdir -p /proc /mnt
mount -t devtmpfs dev /dev 2>/dev/null
mount -t proc proc /proc
exec 3<>/dev/hvc1
stty raw -echo <&3
echo ready >&3
while read -r line <&3; do
  eval "$line" >&3 2>&3
  echo "exit $?" >&3
done
