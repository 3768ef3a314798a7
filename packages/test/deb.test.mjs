import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { DebianRoot, missing, SETTINGS, settings } from "./support/debian.mjs";
import { command, Installed } from "./support/installed.mjs";

const CHANGED = settings(39017);

describe("the Debian package", { skip: missing() }, () => {
  let root, server;

  const succeed = (...args) => {
    const { code, text } = root.run(...args);
    assert.equal(code, 0, `${args.join(" ")}: ${text}`);
    return text;
  };
  const owner = (file) => succeed("stat", "--format=%a %U:%G", file).trim();

  /** As the unit starts it: by its command line, in its directory, as its user. */
  const start = async () => {
    const unit = root.read("/usr/lib/systemd/system/verbatim.service");
    const value = (name) => unit.match(new RegExp(`^${name}=(.*)$`, "m"))[1];
    const [launcher, ...args] = value("ExecStart").split(" ");
    assert.deepEqual(args, ["serve"]);
    const [name, file] = value("Environment").split("=");
    const user = `${value("User")}:${value("Group")}`;
    server = await Installed.start({ root: root.path, directory: value("WorkingDirectory"), user, launcher, env: { [name]: file } });
  };

  before(() => {
    root = new DebianRoot();
  });

  after(() => {
    server?.dispose();
    root?.dispose();
  });

  test("is such as Debian's own checker takes", { skip: missing("lintian") }, () => {
    const { code, text } = command("lintian", "--fail-on", "error,warning", "--tag-display-limit", "0", path.join(root.path, "srv", "verbatim.deb"));
    assert.equal(code, 0, text);
  });

  test("installs, and starts nothing that is not set", () => {
    assert.match(succeed("dpkg", "--install", "/srv/verbatim.deb"), /not started; set \/etc\/verbatim\/verbatim\.env/);
    assert.equal(owner(SETTINGS), "640 root:verbatim");
    assert.equal(owner("/etc/verbatim"), "750 root:verbatim");
    assert.equal(owner("/var/lib/verbatim"), "750 verbatim:verbatim");
    assert.match(succeed("verbatim", "--version"), /^verbatim \d/);
    // Production does not begin without knowing who may come.
    const { code, text } = root.run("verbatim", "check-config");
    assert.equal(code, 78, text);
    assert.match(text, /ALLOWED_ORIGINS must be set/);
  });

  test("serves as its unit says, and writes nothing but its data", async () => {
    root.write(SETTINGS, CHANGED);
    await start();
    assert.deepEqual(await server.say("before the upgrade"), ["before the upgrade"]);
    assert.equal(succeed("verbatim", "health"), "ready\n");
    assert.equal(await server.stop(), 0, server.output);
    assert.equal(succeed("verbatim", "verify-store"), "");
    // Root's commands were the service's user's.
    assert.deepEqual(new Set(succeed("find", "/var/lib/verbatim", "-printf", "%u\n").trim().split("\n")), new Set(["verbatim"]));
  });

  test("keeps settings and messages over an upgrade", async () => {
    succeed("dpkg", "--force-confdef", "--force-confold", "--install", "/srv/later.deb");
    assert.equal(succeed("dpkg-query", "--show", "--showformat=${Version}", "verbatim"), "99.0.0");
    assert.equal(root.read(SETTINGS), CHANGED);
    assert.match(root.read(`${SETTINGS}.dpkg-dist`), /What came with 99/);
    assert.equal(owner(SETTINGS), "640 root:verbatim");
    await start();
    assert.deepEqual(await server.say("behind it"), ["before the upgrade", "behind it"]);
    assert.equal(await server.stop(), 0, server.output);
  });

  test("leaves settings when it is removed, and what people have said when it is purged", () => {
    succeed("dpkg", "--remove", "verbatim");
    assert.equal(root.read(SETTINGS), CHANGED);
    assert.ok(!root.has("/usr/lib/verbatim"));
    assert.match(succeed("dpkg", "--purge", "verbatim"), /the messages in \/var\/lib\/verbatim are kept/);
    assert.ok(!root.has("/etc/verbatim"));
    assert.ok(root.has("/var/lib/verbatim/verbatim.db"));
    // Whoever installs it again finds them.
    succeed("dpkg", "--install", "/srv/verbatim.deb");
    root.write(SETTINGS, CHANGED);
    assert.equal(succeed("verbatim", "verify-store"), "");
  });
});
