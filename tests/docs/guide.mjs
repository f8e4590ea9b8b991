// Follows a guide literally, from an empty folder on: its files under their names, its commands in
// their order. Only the ports are others, as for somebody who has something running there.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { quietIn } from "../../scripts/worker.mjs";
import { installInto } from "../package/install.mjs";
import { blocksOf, runCommands, runScript } from "./page.mjs";

/** The ports that guides name. */
const PORTS = ["8787", "8788"];

/** Where other libraries are that guides install, of the versions that the benches measure. */
const BENCHES = fileURLToPath(new URL("../../benches", import.meta.url));

/** For how many milliseconds a command is repeated, and a server waited for. */
const PATIENCE = 60_000;

/**
 * Does what a guide says, up to its end. Answers the folder, and `here`, which says where the guide's
 * ports are; what stays running ends with the test `t`.
 */
export async function follow(t, name) {
  const ports = await Promise.all(PORTS.map(freePort));
  const here = (text) => PORTS.reduce((said, port, place) => said.replaceAll(port, ports[place]), text);
  const page = readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");
  // As `npm init -y` makes a project, in which plain `.js` is no module to Node.
  const texts = { "package.json": '{ "private": true, "type": "commonjs" }\n' };
  const folder = installInto(`guide-${name}`, { texts });
  installOthers(folder);
  const env = quietIn(folder);
  for (const block of blocksOf(here(page))) await take(t, block, folder, env);
  return { folder, here };
}

function installOthers(folder) {
  const { dependencies } = JSON.parse(readFileSync(join(BENCHES, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies).filter((name) => !name.startsWith("@"))) {
    symlinkSync(join(BENCHES, "node_modules", name), join(folder, "node_modules", name));
  }
}

async function take(t, { mark, name, text }, folder, env) {
  if (mark === "file") return writeFileSync(join(folder, name), text);
  if (mark === "stays") return stay(t, { port: name, command: text, folder, env });
  if (name === "sh") return runCommands(folder, env, text);
  if (name === "sh until") return until(() => runCommands(folder, env, text));
  writeFileSync(join(folder, "example.mjs"), text);
  return runScript(folder, "example.mjs", text);
}

/** Starts what goes on running, and waits until it answers, whatever it is. */
async function stay(t, { port, command, folder, env }) {
  const stdio = ["ignore", "pipe", "pipe"];
  const child = spawn("bash", ["-c", command], { cwd: folder, env, stdio, detached: true });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => (said += piece));
  t.after(async () => {
    if (child.exitCode !== null) return;
    const gone = once(child, "exit");
    process.kill(-child.pid, "SIGTERM");
    await gone;
  });
  await until(async () => {
    await fetch(`http://localhost:${port}/`, { signal: AbortSignal.timeout(5000) }).catch(() => {
      throw new Error(`${command.trim()} does not answer:\n${said}`);
    });
  });
}

/** Tries again until it succeeds; after too long it fails with what it failed with last. */
async function until(step) {
  const end = performance.now() + PATIENCE;
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if (performance.now() > end) throw error;
      await pause(250);
    }
  }
}

async function freePort() {
  const server = createServer().listen(0);
  await once(server, "listening");
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return String(port);
}
