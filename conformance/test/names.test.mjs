import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { pageModule } from "../support/page-module.mjs";
import { PageSocket, settled } from "../support/page-socket.mjs";

const { Members } = await pageModule("members.js");
const { Names } = await pageModule("names.js");
const { People } = await pageModule("people.js");

const GROUP = "a".repeat(24);
const MINUTE_MS = 60_000;
const user = (username) => ({ _id: username, username });

describe("the page's names", () => {
  let socket, people, members, names;

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    socket = new PageSocket();
    people = new People();
    members = new Members(people, null, () => "ada");
    names = new Names(socket, people, members);
    members.take({ _id: GROUP, ownerId: "ada", members: [] });
  });

  afterEach(() => mock.timers.reset());

  const asked = () => socket.count("get_group_members");
  const after = async (ms) => {
    mock.timers.tick(ms);
    await settled();
  };

  test("are not asked for when a newcomer says hers by being online", async () => {
    names.want(["grace"]);
    people.learn(user("grace"));
    await after(MINUTE_MS / 2);
    assert.equal(asked(), 0);
  });

  test("are asked for once when several are wanted", async () => {
    socket.people = [user("grace"), user("linus")];
    names.want(["grace"]);
    names.want(["linus"]);
    await after(1_000);
    assert.equal(asked(), 1);
    assert.equal(people.nameOf("linus"), "linus");
  });

  test("are asked for at once in a group that is opened", () => {
    names.want(["grace"]);
    names.now();
    assert.equal(asked(), 1);
  });

  test("that were not to be had are asked for again, at most once a minute", async () => {
    names.want(["grace"]);
    await after(1_000);
    assert.equal(asked(), 1);
    for (let second = 0; second < 59; second++) {
      names.want(["grace"]);
      await after(1_000);
    }
    assert.equal(asked(), 1);
    socket.people = [user("grace")];
    await after(1_000);
    await after(10_000);
    assert.equal(asked(), 2);
    assert.equal(people.nameOf("grace"), "grace");
    names.want(["grace"]);
    await after(5 * MINUTE_MS);
    assert.equal(asked(), 2);
  });

  test("that one group did not have another may", async () => {
    names.want(["grace"]);
    await after(1_000);
    members.take({ _id: "b".repeat(24), ownerId: "ada", members: [] });
    names.clear();
    socket.people = [user("grace")];
    names.want(["grace"]);
    await after(1_000);
    assert.equal(people.nameOf("grace"), "grace");
  });

  test("are asked for again after a failure", async () => {
    socket.request = async () => {
      throw new Error("The connection broke.");
    };
    names.want(["grace"]);
    await after(1_000);
    delete socket.request;
    socket.people = [user("grace")];
    names.want(["grace"]);
    await after(1_000);
    assert.equal(people.nameOf("grace"), "grace");
  });
});
