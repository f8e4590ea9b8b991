//! The order of the house: a file uses only files before it, and names only the crates it may.

#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a panic in a test is a failed test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Every file and folder of `src/` from the ground up, with the outside crates that it may name.
const ORDER: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("time", &[]),
    ("token_kind", &[]),
    ("json", &["serde", "serde_json"]),
    ("json_text", &[]),
    ("pointer", &[]),
    ("options", &[]),
    ("claims", &[]),
    ("answer", &[]),
    ("random", &["base64", "getrandom", "zeroize"]),
    ("curve", &[]),
    ("algorithm", &["ctutils", "hmac", "jsonwebtoken", "sha2", "zeroize"]),
    ("numbers", &["base64", "sha2", "zeroize"]),
    (
        "full",
        &[
            "curve25519_dalek",
            "ed25519_dalek",
            "getrandom",
            "jsonwebtoken",
            "p256",
            "p384",
            "rsa",
            "sha2",
        ],
    ),
    ("asn1", &["base64", "der", "sha2", "zeroize"]),
    ("jwk", &["base64", "zeroize"]),
    ("key", &["base16ct", "base64", "zeroize"]),
    ("mac", &["base16ct", "ctutils", "hmac", "md5", "sha2"]),
    ("jws", &["base64"]),
    ("revocation", &["miniz_oxide", "sha2", "siphasher"]),
    ("demands", &[]),
    ("policy", &[]),
    ("verify", &[]),
    ("cache", &[]),
    ("issue", &[]),
    ("refresh", &[]),
    ("gate", &["base16ct"]),
    ("rows", &[]),
    ("keypair", &["base64", "zeroize"]),
    ("history", &[]),
    ("webhook", &[]),
    ("profile", &[]),
    ("profiles", &[]),
    ("wasm", &["js_sys", "wasm_bindgen", "zeroize"]),
];

/// Every outside crate, by the name that code calls it.
const CRATES: &[&str] = &[
    "base16ct",
    "base64",
    "ctutils",
    "curve25519_dalek",
    "der",
    "ed25519_dalek",
    "getrandom",
    "getrandom02",
    "hmac",
    "js_sys",
    "jsonwebtoken",
    "md5",
    "miniz_oxide",
    "p256",
    "p384",
    "rsa",
    "serde",
    "serde_json",
    "sha2",
    "siphasher",
    "wasm_bindgen",
    "zeroize",
];

fn source(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The sources of a floor: one file, or the files of a folder.
fn sources(name: &str) -> Vec<String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    if !src.join(name).is_dir() {
        return vec![source(&format!("src/{name}.rs"))];
    }
    let files = fs::read_dir(src.join(name)).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| !path.ends_with("tests.rs"));
    files.map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// The code of a floor: no comments, and no tests, which stand at a file's end.
fn code(name: &str) -> String {
    let sources = sources(name);
    let codes = sources.iter().map(|text| text.split("#[cfg(test)]\nmod tests {").next().unwrap());
    let lines = codes.flat_map(str::lines);
    lines.filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The names that follow `prefix` wherever it stands in the code.
fn names_after<'t>(code: &'t str, prefix: &str) -> BTreeSet<&'t str> {
    let ends = |c: char| !c.is_alphanumeric() && c != '_';
    code.split(prefix).skip(1).filter_map(|rest| rest.split(ends).next()).collect()
}

fn mentions(code: &str, krate: &str) -> bool {
    let path = format!("{krate}::");
    code.match_indices(&path)
        .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
}

#[test]
fn the_file_list_is_the_order() {
    let mut files: Vec<_> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|name| name != "lib")
        .collect();
    files.sort();
    let mut order: Vec<_> = ORDER.iter().map(|(name, _)| (*name).to_owned()).collect();
    order.sort();
    assert_eq!(files, order);

    let lib = source("src/lib.rs");
    let modules: Vec<_> = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")).collect();
    let order: Vec<_> = ORDER.iter().map(|(name, _)| format!("{name};")).collect();
    assert_eq!(modules, order, "lib.rs names the modules in this order");
}

#[test]
fn every_file_uses_only_files_before_it() {
    for (floor, (name, _)) in ORDER.iter().enumerate() {
        let below: BTreeSet<_> = ORDER[..floor].iter().map(|(name, _)| *name).collect();
        let code = code(name);
        for used in names_after(&code, "crate::").into_iter().filter(|used| used != name) {
            assert!(
                below.contains(used),
                "src/{name}.rs uses {used}, which does not stand below it"
            );
        }
        assert!(!code.contains("super::"), "src/{name}.rs reaches upwards with super::");
    }
}

#[test]
fn every_file_names_only_the_crates_it_may() {
    for (name, allowed) in ORDER {
        let code = code(name);
        let named: Vec<_> = CRATES.iter().filter(|krate| mentions(&code, krate)).collect();
        let allowed: Vec<_> = allowed.iter().collect();
        assert_eq!(named, allowed, "src/{name}.rs");
    }
}

#[test]
fn the_list_of_crates_is_that_of_the_manifest() {
    let manifest = source("Cargo.toml");
    let mut named = BTreeSet::new();
    let mut in_dependencies = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            in_dependencies = line.ends_with("dependencies]") && !line.contains("dev-");
        } else if let (true, Some((name, _))) = (in_dependencies, line.split_once(" = ")) {
            named.insert(name.replace('-', "_"));
        }
    }
    let listed: BTreeSet<_> = CRATES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(named, listed);
}

#[test]
fn every_file_says_first_what_it_is_for() {
    for (name, _) in ORDER {
        assert!(sources(name).iter().all(|text| text.starts_with("//! ")), "src/{name}");
    }
}

#[test]
fn the_typescript_types_list_every_code_and_stage() {
    let listed_in = |file: &str, declaration: &str| -> Vec<String> {
        let types = source(&format!("pkg-template/src/{file}"));
        let union = types.split(declaration).nth(1).unwrap().split(';').next().unwrap();
        union.split('"').skip(1).step_by(2).map(str::to_owned).collect()
    };
    let codes: Vec<_> =
        edge_jwt::error::Code::ALL.iter().map(|code| code.name().to_owned()).collect();
    assert_eq!(listed_in("types.ts", "export type Code ="), codes);

    let mut stages: Vec<_> =
        edge_jwt::error::Code::ALL.iter().map(|code| code.stage().name().to_owned()).collect();
    stages.dedup();
    assert_eq!(listed_in("types.ts", "export type Stage ="), stages);

    let faults: Vec<_> =
        edge_jwt::revocation::Fault::ALL.iter().map(|fault| fault.name().to_owned()).collect();
    assert_eq!(listed_in("list-types.ts", "export type ListCode ="), faults);
}
