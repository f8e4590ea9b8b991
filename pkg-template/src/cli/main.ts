#!/usr/bin/env node
// The command line of edge-jwt: finds the command, runs it, says what it answers, and ends with 0
// (good), 1 (a token or a list is refused) or 2 (misuse, or files that are not to be had).
//
// Answers go to standard output, all else to standard error. Nobody ever sees a stack trace, a key,
// or the text of a token that was handed over.

import { readFileSync } from "node:fs";

import { SetupError } from "../hosts/node.js";
import { type Answer, COMMON, type Command, Misuse, checkWords } from "./command.js";
import { isOn, isRefused, readArguments } from "./command.js";
import { KEYGEN } from "./keygen.js";
import { CHECK, DIFF, SHOW } from "./revocations.js";
import { BUILD } from "./revocations-build.js";
import { help, json, overview, visible } from "./speech.js";
import { INSPECT, ISSUE, VERIFY } from "./tokens.js";

/** In the order of the help. */
const COMMANDS: Command[] = [KEYGEN, ISSUE, VERIFY, INSPECT, BUILD, SHOW, CHECK, DIFF];

const [GOOD, REFUSED, MISUSED] = [0, 1, 2];

async function main(given: string[]): Promise<number> {
  const command = COMMANDS.find(({ name }) => startsWith(given, name.split(" ")));
  try {
    if (command === undefined) return generally(given);
    return await run(command, given.slice(command.name.split(" ").length));
  } catch (error) {
    const call = command === undefined ? "edge-jwt" : `edge-jwt ${command.name}`;
    complain(`${problemOf(error, command)}; see ${call} --help`);
    return MISUSED;
  }
}

async function run(command: Command, rest: string[]): Promise<number> {
  const given = readArguments(command, rest);
  if (isOn(given, "help")) {
    say(help(command));
    return GOOD;
  }
  checkWords(command, given);
  return tell(await command.run(given), isOn(given, "json"));
}

function tell(answer: Answer, asJson: boolean): number {
  if (isRefused(answer)) {
    say(json(answer.refused));
    complain(answer.line);
    return REFUSED;
  }
  say(asJson ? json(answer.said) : answer.text);
  return GOOD;
}

/** What is said where no command is named. */
function generally([first, ...rest]: string[]): number {
  const group = COMMANDS.filter(({ name }) => name.split(" ")[0] === first);
  const isHelp = [first, ...rest].some((word) => word === "--help" || word === "-h");
  if (isHelp) say(overview(group.length > 0 ? group : COMMANDS));
  else if (first === "--version") say(version());
  else if (group.length > 0) throw new Misuse(`${first}`, "needs the name of what to do");
  else throw new Misuse("COMMAND", first === undefined ? "is missing" : "is none that there is");
  return GOOD;
}

function startsWith(words: string[], beginning: string[]): boolean {
  return beginning.every((word, place) => words[place] === word);
}

function version(): string {
  const path = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}

/** What went wrong, by the option that is at fault. */
function problemOf(error: unknown, command: Command | undefined): string {
  if (error instanceof Misuse) return error.message;
  const isOurs = !(error instanceof SetupError) || error.code === "internal_error";
  if (isOurs) return "it failed, perhaps for lack of memory, and through no fault of the call";
  const { option, message } = error;
  const name = ALIASES[option] ?? option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const isOption = command !== undefined && Object.hasOwn({ ...command.options, ...COMMON }, name);
  return isOption ? `--${name}: ${message.slice(option.length + 2)}` : message;
}

/** Options of the library that go by another name here. */
const ALIASES: Record<string, string> = { keys: "key", modulusLength: "bits", accessTtl: "ttl" };

/** A word so long may be a token, or part of a secret, in a place where a name should be. */
const LONG_WORD = /[^\s:;]{41,}/g;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function complain(line: string): void {
  process.stderr.write(`edge-jwt: ${visible(line).replace(LONG_WORD, "(...)")}\n`);
}

/** Whoever reads may stop reading: the answer's exit code stands. A full disk is another matter. */
function watch(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    if (stream === process.stdout) complain("standard output: cannot be written");
    process.exit(MISUSED);
  });
}

watch(process.stdout);
watch(process.stderr);
// Until it is known better: nothing that ends early counts as good.
process.exitCode = MISUSED;
process.exitCode = await main(process.argv.slice(2));
