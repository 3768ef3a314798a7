#!/bin/sh
# Makes the tree that is installed: tree.sh DIRECTORY VERSION AOT-SKIP. Called by make, which sets the locale and the epoch.
set -eu

tree=$1
version=$2
skip_aot=$3
app=../server/target/app
jdk=${TOOLCHAIN_JAVA_HOME:-${JAVA_HOME:?set it to a JDK 25}}

# What the libraries use, with what is asked for by name alone: keys of every curve, mongodb+srv://, MongoDB by Kerberos, jars as file systems, and
# jcmd for operators.
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.security.sasl,java.sql,java.xml,jdk.crypto.ec,jdk.jcmd,jdk.jfr,jdk.management,jdk.naming.dns,jdk.net,jdk.security.auth,jdk.security.jgss,jdk.unsupported,jdk.zipfs

mkdir -p "$tree/bin" "$tree/native"
cp tree/bin/verbatim "$tree/bin/"
cp "$app/verbatim.jar" "$app/java.options" ../LICENSE "$tree/"
cp -R "$app/lib" "$tree/lib"
cp tree/README "$tree/README"
cp -R target/inventory/. "$tree/"

# The settings of a service are those of a checkout, but for the head and three that nobody should have to think of: the
# development identity lets everybody in, and the level of the log cannot be changed at night if nobody has thought of it before.
{
  cat tree/verbatim.env
  sed -e '1,/^$/d' -e 's:^#NODE_ENV=.*:NODE_ENV=production:' -e 's:^#DATA_DIR=.*:DATA_DIR=/var/lib/verbatim:' \
    -e 's:^#LOG_LEVEL_FILE=.*:LOG_LEVEL_FILE=/etc/verbatim/log-level:' ../.env.example
} >"$tree/verbatim.env"
for set in NODE_ENV=production DATA_DIR=/var/lib/verbatim LOG_LEVEL_FILE=/etc/verbatim/log-level; do
  grep -qx "$set" "$tree/verbatim.env" || { echo "packages: .env.example has no ${set%%=*}" >&2; exit 1; }
done

mkdir "$tree/docker" "$tree/systemd"
# By their names: settings may lie beside them.
cp ../deploy/docker/Dockerfile ../deploy/docker/compose.yaml "$tree/docker/"
sed 's:@TREE@:/opt/verbatim:g' systemd/verbatim.service >"$tree/systemd/verbatim.service"
cp systemd/verbatim.sysusers "$tree/systemd/verbatim.sysusers"

# Libraries of the system's own kind are unpacked here, and not into /tmp at each start: it may be read-only, or refuse to run them.
case $(uname -m) in
  x86_64) sqlite=x86_64 epoll=x86_64 ;;
  aarch64) sqlite=aarch64 epoll=aarch_64 ;;
  *) echo "packages: no libraries for $(uname -m)" >&2; exit 1 ;;
esac
unpack() {
  (cd "$tree/native" && "$jdk/bin/jar" --extract --file "$1" "$2" && mv "$2" . && rm -rf "${2%%/*}")
}
tree=$(CDPATH='' cd -- "$tree" && pwd -P)
unpack "$(echo "$tree"/lib/sqlite-jdbc-*.jar)" "org/sqlite/native/Linux/$sqlite/libsqlitejdbc.so"
unpack "$(echo "$tree"/lib/netty-transport-native-epoll-*-linux-$epoll.jar)" "META-INF/native/libnetty_transport_native_epoll_$epoll.so"

"$jdk/bin/jlink" --add-modules "$modules" --output "$tree/runtime" --strip-java-debug-attributes --no-header-files --no-man-pages
# jlink takes the roots that the JDK has here, and this machine may trust more than others should.
cp --remove-destination target/cacerts "$tree/runtime/lib/security/cacerts"

# A new library may need another module. java.desktop alone is left out: Jackson and Micronaut ask for its beans if they are there.
needed=$("$jdk/bin/jdeps" --ignore-missing-deps --multi-release 25 --print-module-deps --recursive --class-path "$tree/lib/*" "$tree/verbatim.jar")
for module in $(echo "$needed" | tr ',' ' '); do
  case ",$modules,java.desktop," in
    *",$module,"*) ;;
    *) echo "packages: the libraries need $module, which tree.sh does not put into the runtime" >&2; exit 1 ;;
  esac
done

chmod -R u=rwX,go=rX "$tree"
# The JVM takes the cache only beside jars of the very times that it was made with.
find "$tree" -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +

if [ "$skip_aot" != true ]; then
  "$tree/runtime/bin/java" "@$tree/java.options" -XX:AOTCacheOutput="$tree/verbatim.aot" \
    -Dorg.sqlite.lib.path="$tree/native" -Djava.library.path="$tree/native" -jar "$tree/verbatim.jar" train >target/train.log 2>&1 || {
    cat target/train.log >&2
    exit 1
  }
  chmod 644 "$tree/verbatim.aot"
  touch --date "@$SOURCE_DATE_EPOCH" "$tree/verbatim.aot" "$tree"
fi
