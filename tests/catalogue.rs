//! Two promises about the tests themselves: every line of the catalogue of attacks
//! (spec/security.md 1.2) is named by a test, and every test that SECURITY.md names exists.

#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "a panic in a test is a failed test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The lines of the catalogue.
const LINES: std::ops::RangeInclusive<u8> = 1..=34;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The numbers of the comments `Catalogue 1, 2: ...` in a test source; a comment that stands
/// before no test names nothing.
fn lines_named(source: &str) -> Vec<u8> {
    let lines: Vec<_> = source.lines().map(str::trim_start).collect();
    let named = lines.iter().enumerate().filter_map(|(at, line)| {
        let numbers = line.trim_start_matches('/').strip_prefix(" Catalogue ")?.split_once(':')?.0;
        let below = lines.iter().skip(at).find(|line| !line.starts_with("//"));
        assert!(below.is_some_and(|line| begins_test(line)), "`{line}` stands before no test");
        Some(numbers.split(", ").map(|number| number.parse().unwrap()).collect::<Vec<u8>>())
    });
    named.flatten().collect()
}

/// Whether a test begins here: in Rust, in Node's test runner, or in the suite of all hosts.
fn begins_test(line: &str) -> bool {
    line.starts_with("#[test]")
        || line.starts_with("#[wasm_bindgen_test")
        || line.starts_with("test(")
        || (line.starts_with('"') && line.ends_with("=> {"))
}

#[test]
fn every_line_of_the_catalogue_is_named_by_a_test() {
    let sources = files(&root().join("tests")).into_iter().filter(|path| {
        path.extension().is_some_and(|extension| extension == "rs" || extension == "mjs")
    });
    let named: BTreeSet<u8> =
        sources.flat_map(|path| lines_named(&fs::read_to_string(path).unwrap())).collect();
    assert_eq!(named, LINES.collect());
}

/// Catalogue 26: time cannot be asserted in a test, but what compares a MAC can: the comparison of
/// `ctutils`, and no other in the whole file.
#[test]
fn macs_are_compared_in_constant_time() {
    let source = read("src/algorithm.rs");
    let verify = source.split("Verifier<Vec<u8>> for HmacKey").nth(1).unwrap();
    let body = verify.split("\n}\n").next().unwrap();
    assert!(body.contains("self.compute(message).as_slice().ct_eq(signature.as_slice())"));
    assert!(!body.contains("==") && !body.contains("!="), "{body}");
}

/// The tests that SECURITY.md names, as `` `file`: "name" ``.
fn tests_promised(text: &str) -> Vec<(&str, &str)> {
    let quotes = text.split("`: \"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let files = text.split("`: \"").map(|before| before.rsplit('`').next().unwrap());
    files.zip(quotes).collect()
}

#[test]
fn every_test_that_security_md_names_exists() {
    let text = read("SECURITY.md").split_whitespace().collect::<Vec<_>>().join(" ");
    let promised = tests_promised(&text);
    assert!(promised.len() > 30, "only {} tests are named", promised.len());
    for (file, name) in promised {
        let source = read(file);
        let is_there = if Path::new(file).extension().is_some_and(|kind| kind == "rs") {
            source.contains(&format!("fn {name}()"))
        } else {
            source.contains(&format!("{name}\"")) || source.contains(&format!("{name}`"))
        };
        assert!(is_there, "SECURITY.md names \"{name}\" in {file}");
    }
}

/// The reasons of tests/package/vectors-differences.mjs are those that SECURITY.md gives.
#[test]
fn every_difference_from_the_public_suites_stands_in_security_md() {
    let text = read("SECURITY.md").split_whitespace().collect::<Vec<_>>().join(" ");
    let lists = read("tests/package/vectors-differences.mjs");
    let reasons: Vec<_> =
        lists.lines().filter_map(|line| line.strip_prefix("  \"")?.split_once("\":")).collect();
    assert!(!reasons.is_empty());
    for (reason, _) in reasons.iter().filter(|(reason, _)| !reason.contains('/')) {
        assert!(text.contains(reason), "SECURITY.md does not say: {reason}");
    }
}
