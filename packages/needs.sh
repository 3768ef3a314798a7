#!/bin/sh
# Looks whether a tree needs no more of a system than deb/control asks for: needs.sh TREE.
set -eu

tree=$1
asked=$(sed -n 's/^Depends:.* libc6 (>= \([0-9.]*\)).*/\1/p' deb/control)

find "$tree/runtime" "$tree/native" -type f \( -name '*.so' -o -perm -100 \) -exec objdump --private-headers {} + >target/needs 2>/dev/null || true
needed=$(sed -n 's/.* GLIBC_\([0-9.]*\)$/\1/p' target/needs | sort -V | tail -n 1)
if [ -z "$needed" ] || [ "$(printf '%s\n' "$needed" "$asked" | sort -V | tail -n 1)" != "$asked" ]; then
  echo "packages: the GNU C library is needed in version $needed, and deb/control asks for $asked" >&2
  exit 1
fi

for library in $(sed -n 's/^ *NEEDED *//p' target/needs | sort -u); do
  case $library in
    ld-linux-*.so.* | libc.so.6 | libdl.so.2 | libm.so.6 | libpthread.so.0 | librt.so.1) ;;
    *)
      if [ -z "$(find "$tree/runtime" "$tree/native" -name "$library")" ]; then
        echo "packages: $library is needed, which deb/control does not ask for" >&2
        exit 1
      fi
      ;;
  esac
done
