import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import { command, Installed, succeed } from "./support/installed.mjs";

const TARGET = fileURLToPath(new URL("../target", import.meta.url));
const ROOTS = fileURLToPath(new URL("../roots/cacert.pem", import.meta.url));
const NOBODY = 65534;
const isRoot = process.getuid() === 0;
if (!isRoot && process.env.CI === "true") {
  throw new Error("the tests of the packages need root");
}

describe("the archive", { skip: !isRoot && "not root" }, () => {
  let place, tree, launcher, data, server;

  before(() => {
    place = mkdtempSync(path.join(tmpdir(), "verbatim-tree-"));
    chmodSync(place, 0o755);
    const archive = readdirSync(TARGET).find((name) => name.endsWith(".tar.gz"));
    succeed("tar", "-xzf", path.join(TARGET, archive), "-C", place);
    tree = path.join(place, archive.replace(/\.tar\.gz$/, ""));
    launcher = path.join(tree, "bin", "verbatim");
    data = path.join(place, "data");
    mkdirSync(data, { mode: 0o700 });
    chownSync(data, NOBODY, NOBODY);
  });

  after(() => {
    server?.dispose();
    rmSync(place, { recursive: true, force: true });
  });

  test("holds nothing that another than its owner may write, and nothing of its maker's", () => {
    assert.equal(succeed("find", tree, "!", "-type", "l", "-perm", "/022"), "");
    const archive = readdirSync(TARGET).find((name) => name.endsWith(".tar.gz"));
    const owners = new Set(succeed("tar", "--numeric-owner", "-tvzf", path.join(TARGET, archive)).trim().split("\n").map((line) => line.split(/\s+/)[1]));
    assert.deepEqual([...owners], ["0/0"]);
    assert.deepEqual(readdirSync(path.join(tree, "docker")).sort(), ["Dockerfile", "compose.yaml"]);
  });

  test("has a cache that its own JVM takes", () => {
    // With the mode "on" a cache that does not fit is an error.
    const { code, text } = command("env", "JAVA_OPTS=-XX:AOTMode=on", launcher, "--version");
    assert.deepEqual([code, text.startsWith("verbatim ")], [0, true], text);
  });

  test("trusts the roots of the sources, and none of this machine's", () => {
    const listed = succeed(path.join(tree, "runtime", "bin", "keytool"), "-list", "-cacerts", "-storepass", "changeit");
    const trusted = [...listed.matchAll(/fingerprint \(SHA-256\): ([\dA-F:]+)/g)].map((match) => match[1]);
    const pems = readFileSync(ROOTS, "utf8").match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
    assert.deepEqual(trusted.sort(), pems.map((pem) => new X509Certificate(pem).fingerprint256).sort());
  });

  test("can sign in to MongoDB by Kerberos", () => {
    const java = path.join(tree, "runtime", "bin", "java");
    assert.match(succeed(java, "-XshowSettings:security:providers", "--version"), /SaslClientFactory\.GSSAPI/);
    assert.match(succeed(java, "--list-modules"), /^jdk\.security\.auth@/m);
  });

  test("is called by any way to it", () => {
    const link = path.join(place, "a link");
    symlinkSync(launcher, link);
    assert.match(succeed("env", "-C", "/", link, "--help"), /^ {2}a link \[serve\]/m);
    assert.equal(command(link, "no-command").code, 2);
  });

  test("serves as nobody, without an environment, where nothing else can be written", async () => {
    const options = { directory: data, user: `${NOBODY}:${NOBODY}`, launcher, env: { HOST: "127.0.0.1", PORT: "0", DATA_DIR: data } };
    server = await Installed.start(options);
    const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
    assert.match(status, /^Uid:\t65534\t65534\t65534\t65534$/m);
    assert.match(readFileSync(`/proc/${server.pid}/maps`, "utf8"), new RegExp(`${tree}/native/libsqlitejdbc.so`));
    assert.match(readFileSync(`/proc/${server.pid}/maps`, "utf8"), new RegExp(`${tree}/native/libnetty_transport_native_epoll`));
    assert.deepEqual(await server.say("first"), ["first"]);
    const asked = ["HOST=127.0.0.1", `PORT=${server.port}`, `DATA_DIR=${data}`, launcher];
    assert.equal(succeed("env", ...asked, "health"), "ready\n");
    assert.equal(await server.stop(), 0, server.output);
    assert.equal(command("env", ...asked, "health").code, 1);
    server = await Installed.start(options);
    assert.deepEqual(await server.say("second"), ["first", "second"]);
    assert.equal(await server.stop(), 0, server.output);
    assert.equal(succeed("env", ...asked, "verify-store"), "");
    assert.doesNotMatch(server.output, /WARN|ERROR|Exception/);
  });
});
