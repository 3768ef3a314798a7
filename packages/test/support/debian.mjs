import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, appendFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { command, succeed } from "./installed.mjs";

const TARGET = fileURLToPath(new URL("../../target", import.meta.url));
const SUITE = "bookworm";

export const SETTINGS = "/etc/verbatim/verbatim.env";

/** Settings under which it serves without Clerk, on this port of the loopback. */
export const settings = (port) => `NODE_ENV=development\nHOST=127.0.0.1\nPORT=${port}\nDATA_DIR=/var/lib/verbatim\nLOG_LEVEL_FILE=/etc/verbatim/log-level\n`;

/** The first of what is missing for a test with these tools, or false; with CI=true that is a failure. */
export function missing(...tools) {
  const found = [
    process.getuid() !== 0 && "not root",
    ...["dpkg-deb", "debootstrap", ...tools].map((tool) => command("sh", "-c", `command -v ${tool}`).code !== 0 && `${tool} is missing`),
    !readdirSync(TARGET).some((name) => name.endsWith(".deb")) && "there is no Debian package",
  ].find(Boolean);
  if (found && process.env.CI === "true") {
    throw new Error(found);
  }
  return found ?? false;
}

/** A Debian of its own, in a directory, with /srv/verbatim.deb and /srv/later.deb, which is the same as of a later version. */
export class DebianRoot {
  constructor() {
    this.place = mkdtempSync(path.join(tmpdir(), "verbatim-deb-"));
    this.path = path.join(this.place, "root");
    mkdirSync(this.path);
    const cached = path.join(TARGET, `${SUITE}.tar`);
    if (existsSync(cached)) {
      succeed("tar", "-xf", cached, "-C", this.path);
    } else {
      succeed("debootstrap", "--variant=minbase", "--include=adduser,dbus,init-system-helpers,procps,sqlite3,systemd,systemd-sysv", SUITE, this.path);
      succeed("tar", "-cf", cached, "-C", this.path, ".");
    }
    const deb = path.join(TARGET, readdirSync(TARGET).find((name) => name.endsWith(".deb")));
    cpSync(deb, path.join(this.path, "srv", "verbatim.deb"));
    const tree = path.join(this.place, "later");
    succeed("dpkg-deb", "--raw-extract", deb, tree);
    const control = path.join(tree, "DEBIAN", "control");
    writeFileSync(control, readFileSync(control, "utf8").replace(/^Version: .*$/m, "Version: 99.0.0"));
    appendFileSync(path.join(tree, SETTINGS), "\n# What came with 99.\n#NEW=\n");
    succeed("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, path.join(this.path, "srv", "later.deb"));
    rmSync(tree, { recursive: true });
  }

  /** A command in it: `{code, text}`. */
  run(...args) {
    return command("unshare", "--mount", "sh", "-c", 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"', this.path, ...args);
  }

  read(file) {
    return readFileSync(path.join(this.path, file), "utf8");
  }

  write(file, text) {
    mkdirSync(path.dirname(path.join(this.path, file)), { recursive: true });
    writeFileSync(path.join(this.path, file), text);
  }

  list(directory) {
    return readdirSync(path.join(this.path, directory));
  }

  remove(file) {
    rmSync(path.join(this.path, file), { recursive: true });
  }

  /** Unpacks the archive there. */
  unpack(directory) {
    mkdirSync(path.join(this.path, directory));
    const archive = readdirSync(TARGET).find((name) => name.endsWith(".tar.gz"));
    succeed("tar", "-xzf", path.join(TARGET, archive), "-C", path.join(this.path, directory));
  }

  has(file) {
    return existsSync(path.join(this.path, file));
  }

  dispose() {
    rmSync(this.place, { recursive: true, force: true });
  }
}
