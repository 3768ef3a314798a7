#!/bin/sh
# Runs a command where nothing can be written but one directory: in-ro-root.sh ROOT DIRECTORY USER COMMAND...
# ROOT is / or another root; the mounts are this command's alone and end with it. The environment begins empty.
set -eu

if [ "${IN_MOUNTS:-}" != yes ]; then
  IN_MOUNTS=yes exec unshare --mount --propagation private "$0" "$@"
fi

root=$1
directory=$2
user=$3
shift 3
if [ "$root" != / ]; then
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount --bind /dev "$root/dev"
fi
mount --bind "${root%/}$directory" "${root%/}$directory"
findmnt --raw --noheadings --output TARGET | while read -r mount; do
  case $mount in
    "${root%/}$directory" | /proc* | /sys* | "${root%/}"/proc | "${root%/}"/dev*) ;;
    *) mount -o remount,bind,ro "$mount" ;;
  esac
done
exec env -i /usr/sbin/chroot --userspec="$user" "$root" /usr/bin/env -C "$directory" "$@"
