#!/bin/sh
# Makes the Debian package of a tree: deb.sh TREE VERSION. Called by make, which sets the locale and the epoch.
set -eu

tree=$1
arch=$(dpkg --print-architecture)
# In Debian's order a snapshot comes before its release.
version=$(printf '%s' "$2" | sed 's/-SNAPSHOT$/~snapshot/')
root=target/deb
home=$root/usr/lib/verbatim
doc=$root/usr/share/doc/verbatim

mkdir -p "$root/DEBIAN" "$home" "$doc" "$root/usr/bin" "$root/usr/lib/systemd/system" "$root/usr/share/man/man1" "$root/usr/share/lintian/overrides" "$root/etc/verbatim"
cp -R --preserve=mode,timestamps "$tree/." "$home/"

# What Debian has other places for. The libraries and the cache stay as they are, for each knows the others' times.
for file in THIRD-PARTY.txt licences verbatim.cdx.json; do
  if [ -e "$home/$file" ]; then
    mv "$home/$file" "$doc/"
  fi
done
mv "$home/verbatim.env" "$root/etc/verbatim/verbatim.env"
rm -r "$home/systemd" "$home/docker" "$home/README" "$home/LICENSE"

cp deb/verbatim "$root/usr/bin/verbatim"
chmod 755 "$root/usr/bin/verbatim"
sed 's:@TREE@:/usr/lib/verbatim:g' systemd/verbatim.service >"$root/usr/lib/systemd/system/verbatim.service"
sed "s:@VERSION@:$version:g" deb/verbatim.1 | gzip -9n >"$root/usr/share/man/man1/verbatim.1.gz"
cp deb/copyright "$doc/copyright"
cp deb/lintian-overrides "$root/usr/share/lintian/overrides/verbatim"
printf 'verbatim (%s) unstable; urgency=medium\n\n  * What changed is told in CHANGELOG.md of the sources.\n\n -- The Verbatim authors <verbatim@localhost>  %s\n' \
  "$version" "$(date -u -d "@$SOURCE_DATE_EPOCH" -R)" | gzip -9n >"$doc/changelog.gz"

for script in postinst prerm postrm; do
  cp "deb/$script" "$root/DEBIAN/$script"
  chmod 755 "$root/DEBIAN/$script"
done
echo /etc/verbatim/verbatim.env >"$root/DEBIAN/conffiles"
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
sed -e "s:@VERSION@:$version:" -e "s:@ARCH@:$arch:" -e "s:@SIZE@:$(du -sk --apparent-size "$root/usr" | cut -f 1):" deb/control >"$root/DEBIAN/control"

# Whatever the masks are under which the sources were checked out.
chmod -R u=rwX,go=rX "$root"
find "$root" -newermt "@$SOURCE_DATE_EPOCH" -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zgzip --build "$root" "target/verbatim_${version}_$arch.deb" >/dev/null
