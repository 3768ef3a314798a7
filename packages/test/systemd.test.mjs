import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import { after, before, describe, test } from "node:test";
import { WAIT_MS_MAX } from "../../conformance/support/time.mjs";
import { DebianRoot, missing, SETTINGS, settings } from "./support/debian.mjs";
import { command, Installed } from "./support/installed.mjs";

const PORT = 39018;
const OPERATING = fileURLToPath(new URL("../../docs/operating.md", import.meta.url));

/** The blocks of commands behind these words of a page, up to the next heading. */
const blocks = (page, words) => {
  const [, behind] = page.split(words);
  return [...behind.split("\n#")[0].matchAll(/```sh\n([^`]*)```/g)].map((match) => match[1]);
};

describe("the service under systemd", { skip: missing("systemd-nspawn", "nsenter", "pgrep") }, () => {
  let root, container, leader;

  const run = (...args) => command("nsenter", "--target", leader, "--all", "--", ...args);
  const succeed = (...args) => {
    const { code, text } = run(...args);
    assert.equal(code, 0, `${args.join(" ")}: ${text}\n${run("journalctl", "--no-pager", "--unit=verbatim", "--lines=40").text}`);
    return text;
  };
  const property = (name) => succeed("systemctl", "show", "--value", `--property=${name}`, "verbatim").trim();
  const until = async (complaint, isSo) => {
    for (const end = Date.now() + WAIT_MS_MAX; !(await isSo()); await pause(200)) {
      assert.ok(Date.now() < end, `${complaint}\n${run("journalctl", "--no-pager", "--unit=verbatim", "--lines=40").text}`);
    }
  };
  const say = (content) => Installed.at(PORT).say(content);

  before(async () => {
    root = new DebianRoot();
    assert.equal(root.run("dpkg", "--install", "/srv/verbatim.deb").code, 0);
    container = spawn("systemd-nspawn", ["--quiet", "--register=no", "--keep-unit", "--machine=verbatim", "--directory", root.path, "--boot"], { stdio: "ignore" });
    await until("the system does not start", () => {
      leader = command("pgrep", "--parent", String(container.pid)).text.trim().split("\n")[0];
      return leader && /running|degraded/.test(run("systemctl", "is-system-running").text);
    });
  });

  after(() => {
    if (leader) {
      command("kill", "-KILL", leader);
    }
    container?.kill("SIGKILL");
    root?.dispose();
  });

  test("is not tried again with settings that are wrong", async () => {
    assert.notEqual(run("systemctl", "start", "verbatim").code, 0);
    await until("it is tried again", () => property("ActiveState") === "failed");
    assert.deepEqual([property("ExecMainStatus"), property("NRestarts")], ["78", "0"]);
  });

  test("has started when it can be reached", async () => {
    root.write(SETTINGS, settings(PORT));
    succeed("systemctl", "start", "verbatim");
    assert.deepEqual(await say("first"), ["first"]);
    assert.equal(property("SubState"), "running");
  });

  test("is well as long as it says so, and is started again when it does not", async () => {
    root.write("/etc/systemd/system/verbatim.service.d/watchdog.conf", "[Service]\nWatchdogSec=6s\n");
    succeed("systemctl", "daemon-reload");
    succeed("systemctl", "restart", "verbatim");
    const pid = property("MainPID");
    const seen = new Set();
    await until("it says nothing", () => seen.add(property("WatchdogTimestampMonotonic")).size > 3);
    assert.equal(property("MainPID"), pid);
    succeed("systemctl", "kill", "--signal=STOP", "verbatim");
    await until("nobody starts it again", () => property("NRestarts") !== "0" && property("SubState") === "running");
    assert.notEqual(property("MainPID"), pid);
    assert.deepEqual(await say("second"), ["first", "second"]);
  });

  test("is looked into by root while it runs", () => {
    const jcmd = (...args) => succeed("/usr/lib/verbatim/runtime/bin/jcmd", property("MainPID"), ...args);
    assert.match(jcmd("Thread.print"), /"store-writer"/);
    assert.match(jcmd("GC.class_histogram"), /java\.lang\.String/);
  });

  test("changes the level of its log without a restart", async () => {
    const pid = property("MainPID");
    const debug = () => run("journalctl", "--no-pager", "--unit=verbatim", "--grep=\"level\":\"DEBUG\"").code === 0;
    assert.equal(debug(), false);
    root.write("/etc/verbatim/log-level", "debug\n");
    await until("nothing is told at debug", async () => {
      // What is refused is told at debug.
      const [refused] = await once(get(`http://127.0.0.1:${PORT}/api/groups`, { agent: false }), "response");
      refused.resume();
      return debug();
    });
    assert.equal(property("MainPID"), pid);
  });

  test("goes on behind an upgrade", async () => {
    const pid = property("MainPID");
    succeed("dpkg", "--force-confdef", "--force-confold", "--install", "/srv/later.deb");
    assert.equal(property("SubState"), "running");
    assert.notEqual(property("MainPID"), pid);
    assert.deepEqual(await say("third"), ["first", "second", "third"]);
  });

  test("goes on behind an upgrade that comes while it starts", async () => {
    root.write("/etc/systemd/system/verbatim.service.d/slow.conf", "[Service]\nExecStartPre=/bin/sh -c 'while [ -e /srv/hold ]; do sleep 0.1; done'\n");
    root.write("/srv/hold", "");
    succeed("systemctl", "daemon-reload");
    succeed("systemctl", "restart", "--no-block", "verbatim");
    await until("it does not start", () => property("SubState") === "start-pre" && property("ControlPID") !== "0");
    const pid = property("ControlPID");
    const upgrade = spawn("nsenter", ["--target", leader, "--all", "--", "dpkg", "--force-confdef", "--force-confold", "--install", "/srv/later.deb"], { stdio: "ignore" });
    const ended = once(upgrade, "exit");
    await until("it is not started anew", () => !["0", pid].includes(property("ControlPID")));
    root.remove("/srv/hold");
    assert.deepEqual(await ended, [0, null]);
    assert.equal(property("SubState"), "running");
  });

  test("runs again when a removal was given up", () => {
    succeed("systemctl", "enable", "verbatim");
    succeed("systemctl", "stop", "verbatim");
    succeed("/var/lib/dpkg/info/verbatim.postinst", "abort-remove");
    assert.equal(property("SubState"), "running");
  });

  test("is backed up and restored as the page says", async () => {
    const [backUp, restore] = blocks(readFileSync(OPERATING, "utf8"), "### Of an installed service");
    succeed("sh", "-euc", backUp);
    assert.deepEqual(await say("lost"), ["first", "second", "third", "lost"]);
    succeed("sh", "-euc", restore);
    assert.deepEqual(await say("fourth"), ["first", "second", "third", "fourth"]);
    assert.match(succeed("stat", "--format=%a %U:%G", "/var/lib/verbatim/verbatim.db"), /^600 verbatim:verbatim$/m);
  });

  test("ends in order when it is stopped, and when it is removed", () => {
    succeed("systemctl", "stop", "verbatim");
    assert.deepEqual([property("Result"), property("ExecMainStatus")], ["success", "0"]);
    succeed("systemctl", "start", "verbatim");
    const pid = property("MainPID");
    succeed("dpkg", "--remove", "verbatim");
    assert.notEqual(run("test", "-e", `/proc/${pid}`).code, 0);
  });

  test("is not enabled any more when it is purged", () => {
    const link = "/etc/systemd/system/multi-user.target.wants/verbatim.service";
    assert.equal(run("test", "-L", link).code, 0);
    succeed("dpkg", "--purge", "verbatim");
    assert.notEqual(run("test", "-L", link).code, 0);
    assert.ok(!root.has("/etc/verbatim"));
  });

  test("logs nothing that should worry anybody", () => {
    const log = run("journalctl", "--no-pager", "--unit=verbatim", "--grep=Exception|cannot be|WARN").text;
    assert.doesNotMatch(log, /Exception|cannot be told/);
  });

  test("is one of the archive too, as the README in it says", async () => {
    root.remove("/etc/systemd/system/verbatim.service.d");
    root.unpack("/srv/unpacked");
    const [, readme] = root.read(`/srv/unpacked/${root.list("/srv/unpacked")[0]}/README`).split("To install it as a service:");
    const [install, start] = readme.split("Then set").map((text) => [...text.matchAll(/^ {2}(\S.*)$/gm)].map((match) => match[1]).join("\n"));
    succeed("sh", "-euc", `cd /srv/unpacked\n${install}`);
    root.write(SETTINGS, settings(PORT));
    succeed("sh", "-euc", start);
    assert.equal((await say("by the archive")).at(-1), "by the archive");
    assert.match(succeed("ps", "-o", "args=", "-p", property("MainPID")), /^\/opt\/verbatim\//);
  });
});
