// The reference, made from the declarations that the package has: one page for each entry point of its
// `exports`, and one of the command line by what it says of itself.
//
// Promises: what is exported without a comment, or refers to a type that nobody can see, is an error.
// Must not: read anything but the built package, so that the reference is of what is shipped.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { Application, ReflectionKind } from "typedoc";

import { Stop, at } from "../steps.mjs";
import { anchorsOf } from "./anchors.mjs";

const PACKAGE = at("target/npm/edge-jwt");
const ENTRIES = at("target/reference-entries");

/** What a page shows, and how: tables for what is short, no sources, which are not in the package. */
const LOOKS = {
  plugin: ["typedoc-plugin-markdown"],
  outputFileStrategy: "modules",
  readme: "none",
  disableSources: true,
  excludePrivate: true,
  excludeExternals: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  useCodeBlocks: true,
  expandObjects: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  classPropertiesFormat: "table",
  propertyMembersFormat: "table",
  typeAliasPropertiesFormat: "table",
  typeDeclarationFormat: "table",
  sort: ["kind", "alphabetical"],
  pageTitleTemplates: { module: "{name}" },
  validation: { notExported: true, invalidLink: true, notDocumented: false },
  intentionallyNotExported: ["Octets"],
};

/** Every kind of thing that must say what it is: what is exported, and the members of it. */
const EXPORTED = ReflectionKind.Class | ReflectionKind.Function | ReflectionKind.Interface
  | ReflectionKind.TypeAlias | ReflectionKind.Variable;
const MEMBERS = ReflectionKind.Property | ReflectionKind.Method | ReflectionKind.Accessor;

/** Writes the reference into a folder, in place of what is there. */
export async function makeReference(folder) {
  const entries = entryPoints();
  const app = await Application.bootstrapWithPlugins({ ...LOOKS, ...sourcesOf(entries), out: folder });
  const project = await app.convert();
  if (project === undefined) throw new Stop("the declarations of the package do not compile");
  tidy(project);
  const silent = undocumentedOf(project);
  if (silent.length > 0) throw new Stop(`without a comment that says what it is:\n${silent.join("\n")}`);
  project.packageName = "edge-jwt"; // of which no type may be missing
  app.validate(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Stop("see what TypeDoc says above");
  rmSync(folder, { recursive: true, force: true });
  await app.outputs.writeOutput({ name: "markdown", path: folder }, project);
  mendLinks(folder);
  writeFileSync(join(folder, "command-line.md"), commandLine());
  writeFileSync(join(folder, "README.md"), contents(entries));
}

/** The entry points: their page, under which names they are imported, and what each is for. */
function entryPoints() {
  const { exports } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
  const byTypes = new Map();
  for (const [subpath, { types }] of Object.entries(exports)) {
    if (types === undefined) continue;
    byTypes.set(types, [...(byTypes.get(types) ?? []), subpath.replace(/^\./, "edge-jwt")]);
  }
  return [...byTypes].map(([types, names]) => {
    const page = names[0].replace("edge-jwt/", "");
    return { types, names, page, ...introductionOf(types) };
  });
}

/** What the source of an entry point opens with: its first sentence, and all of it. */
function introductionOf(types) {
  const source = readFileSync(at("pkg-template/src", types.replace(/^\.\/lib\//, "").replace(/\.d\.ts$/, ".ts")), "utf8");
  const [head] = /^(\/\/.*\n)+/.exec(source);
  const text = head.replace(/^\/\/ ?/gm, "").trim().replace(/^`[^`]+`: /, "");
  const [first] = text.split(/(?<=\.)\s/);
  return { text: capital(text), first: first.replace(/\s+/g, " ").replace(/\.$/, "") };
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** One declaration for each entry point, whose name is its page's, and a project that has them. */
function sourcesOf(entries) {
  rmSync(ENTRIES, { recursive: true, force: true });
  mkdirSync(ENTRIES, { recursive: true });
  const entryPoints = entries.map(({ page, names, types, text }) => {
    const path = join(ENTRIES, `${page}.d.ts`);
    const from = relative(dirname(path), join(PACKAGE, types)).replace(/\.d\.ts$/, ".js");
    const also = names.length > 1 ? `\n\nThe same from ${list(names.slice(1).map((name) => `\`${name}\``))}.` : "";
    const comment = `${text}${also}\n\n@module ${names[0]}`.replace(/^/gm, " * ");
    writeFileSync(path, `/**\n${comment}\n */\nexport * from "${from}";\n`);
    return path;
  });
  const tsconfig = join(ENTRIES, "tsconfig.json");
  const compilerOptions = {
    ...{ target: "ES2022", lib: ["ES2022", "DOM", "DOM.Iterable"], types: ["node"] },
    ...{ module: "NodeNext", moduleResolution: "NodeNext", strict: true, skipLibCheck: true },
  };
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions, files: entryPoints }));
  return { entryPoints, tsconfig };
}

const list = (names) => names.join(", ").replace(/, ([^,]+)$/, " and $1");

/** Takes out what is made of what inside, which is no user's concern, and shows what each code means. */
function tidy(project) {
  const constructors = project.getReflectionsByKind(ReflectionKind.Constructor);
  for (const each of constructors.filter(({ inheritedFrom }) => inheritedFrom)) project.removeReflection(each);
  for (const reflection of Object.values(project.reflections)) {
    hideInside(reflection);
    showCodes(reflection);
  }
}

function hideInside(reflection) {
  for (const part of [reflection, ...(reflection.signatures ?? [])]) {
    delete part.overwrites;
    delete part.inheritedFrom;
    delete part.implementationOf;
  }
  if (reflection.name === "__namedParameters") reflection.name = "options";
  if (reflection.extendedTypes?.some(({ name }) => name === "Resident")) {
    delete reflection.extendedTypes;
    delete reflection.typeHierarchy;
  }
}

/** What stands above each of several texts goes into a list behind what is said of all of them. */
function showCodes({ type, comment }) {
  const { types = [], elementSummaries } = type ?? {};
  if (elementSummaries === undefined || types.some(({ type }) => type !== "literal")) return;
  const text = (text) => ({ kind: "text", text });
  const items = types.flatMap((code, place) => [text(`\n- \`${code}\`: `), ...elementSummaries[place]]);
  comment?.summary.push(text("\n"), ...items);
}

/** The names of all that says nothing of itself. */
function undocumentedOf(project) {
  const exported = project.getReflectionsByKind(EXPORTED);
  const members = project.getReflectionsByKind(MEMBERS).filter(({ parent }) =>
    parent.kindOf(ReflectionKind.ClassOrInterface));
  const partsOf = (thing) => [thing, thing.getSignature, ...(thing.signatures ?? [])];
  const isSilent = (thing) => !partsOf(thing).some((part) => part?.hasComment());
  return [...exported, ...members].filter(isSilent).map((thing) => thing.getFullName());
}

/** The plugin takes `Profile.claims` and `ProfileClaims` for one name, and gives the second a number. */
function mendLinks(folder) {
  const pages = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".md"));
  for (const page of pages.map((name) => join(folder, name))) {
    const mended = readFileSync(page, "utf8").replace(/\]\(([\w./-]*)#([\w-]+)-\d+\)/g, (link, to, name) => {
      const target = to === "" ? page : join(dirname(page), to);
      const isThere = anchorsOf(readFileSync(target, "utf8")).has(link.slice(link.indexOf("#") + 1, -1));
      return isThere ? link : `](${to}#${name})`;
    });
    writeFileSync(page, mended);
  }
}

/** What each command says of itself. */
function commandLine() {
  const ask = (...words) => execFileSync("node", [join(PACKAGE, "lib/cli/main.js"), ...words, "--help"], { encoding: "utf8" });
  const overview = ask();
  const commands = [...overview.matchAll(/^  (\w+(?: \w+)?) {2,}\S/gm)].map(([, name]) => name);
  const pages = commands.map((name) => `## ${name}\n\n\`\`\`text\n${ask(...name.split(" "))}\`\`\``);
  return ["# edge-jwt on the command line", `\`\`\`text\n${overview}\`\`\``, ...pages].join("\n\n").concat("\n");
}

function contents(entries) {
  const rows = entries.map(({ page, names, first }) =>
    `| [${list(names.map((name) => `\`${name}\``))}](${names[0]}.md) | ${first} |`);
  return [
    "# Reference",
    "Made by `npm run reference` from the types and comments that the package has; a test says when it is old.",
    ["| import | what it is |", "|---|---|", ...rows, "| [`npx edge-jwt`](command-line.md) | the command line |"].join("\n"),
  ].join("\n\n").concat("\n");
}
