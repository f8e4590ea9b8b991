// `node scripts/release.mjs v1.2.3`: whether the project is that release, before the workflow builds
// and publishes it: the crate, the package and the change log name one version, and the package names
// the repository that its provenance is of. Changes nothing.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { Stop, at, main } from "./steps.mjs";

/** The versions of crate and package, which must be one. */
export function readVersions() {
  const [, crate] = readFileSync(at("Cargo.toml"), "utf8").match(/^version = "(.+)"$/m);
  return { crate, npm: readManifest().version };
}

/** What keeps these from being the release of a tag: sentences, none of them if nothing does. */
export function faultsOf(tag, { crate, npm, changelog, repository }, host) {
  const version = tag.replace(/^v/, "");
  const heading = `## ${version} (`;
  const dated = changelog.split("\n").some((line) => line.startsWith(heading) && /\(\d{4}-\d\d-\d\d\)$/.test(line));
  const faults = {
    [`the tag ${tag} is none of the form v1.2.3`]: !/^v\d+\.\d+\.\d+$/.test(tag),
    [`Cargo.toml says version ${crate}`]: crate !== version,
    [`pkg-template/package.json says version ${npm}`]: npm !== version,
    [`CHANGELOG.md has no dated heading of ${version}`]: !dated,
    [`pkg-template/package.json says the repository is ${repository}, not ${host}`]:
      host !== undefined && repository !== host,
  };
  return Object.keys(faults).filter((fault) => faults[fault]);
}

function readManifest() {
  return JSON.parse(readFileSync(at("pkg-template/package.json"), "utf8"));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
    const changelog = readFileSync(at("CHANGELOG.md"), "utf8");
    const stated = { ...readVersions(), changelog, repository: readManifest().repository?.url };
    const faults = faultsOf(process.argv[2] ?? "", stated, name && `git+${server}/${name}.git`);
    if (faults.length > 0) throw new Stop(faults.join("\n"));
    console.log(`this is ${process.argv[2]}`);
  });
}
