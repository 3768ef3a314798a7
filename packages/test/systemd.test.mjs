import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { after, before, describe, test } from "node:test";
import { WAIT_MS_MAX } from "../../conformance/support/time.mjs";
import { DebianRoot, missing, SETTINGS, settings } from "./support/debian.mjs";
import { command, Installed } from "./support/installed.mjs";

const PORT = 39018;

describe("the service under systemd", { skip: missing("systemd-nspawn", "nsenter") }, () => {
  let root, container, leader;

  const run = (...args) => command("nsenter", "--target", leader, "--all", "--", ...args);
  const succeed = (...args) => {
    const { code, text } = run(...args);
    assert.equal(code, 0, `${args.join(" ")}: ${text}\n${run("journalctl", "--no-pager", "--unit=verbatim", "--lines=40").text}`);
    return text;
  };
  const property = (name) => succeed("systemctl", "show", "--value", `--property=${name}`, "verbatim").trim();
  const until = async (complaint, isSo) => {
    for (const end = Date.now() + WAIT_MS_MAX; !isSo(); await pause(200)) {
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

  test("goes on behind an upgrade", async () => {
    const pid = property("MainPID");
    succeed("dpkg", "--force-confdef", "--force-confold", "--install", "/srv/later.deb");
    assert.equal(property("SubState"), "running");
    assert.notEqual(property("MainPID"), pid);
    assert.deepEqual(await say("third"), ["first", "second", "third"]);
  });

  test("ends in order when it is stopped, and when it is removed", () => {
    succeed("systemctl", "stop", "verbatim");
    assert.deepEqual([property("Result"), property("ExecMainStatus")], ["success", "0"]);
    succeed("systemctl", "start", "verbatim");
    const pid = property("MainPID");
    succeed("dpkg", "--remove", "verbatim");
    assert.notEqual(run("test", "-e", `/proc/${pid}`).code, 0);
  });

  test("logs nothing that should worry anybody", () => {
    const log = run("journalctl", "--no-pager", "--unit=verbatim", "--grep=Exception|cannot be|WARN").text;
    assert.doesNotMatch(log, /Exception|cannot be told/);
  });
});
