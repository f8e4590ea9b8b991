//! Every line of systems.md (the five systems) is accounted for in tests/systems.md: by tests that
//! name it, or by a reason why there is none.

#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "a panic in a test is a failed test")]

use std::fs;
use std::path::{Path, PathBuf};

/// How many lines each system has.
const SYSTEMS: &[(&str, usize)] = &[("LD", 21), ("ZM", 22), ("TD", 38), ("WP", 36), ("MO", 23)];

/// How a reason begins.
const REASONS: &[&str] = &["issue 7: ", "does not apply", "not copied: "];

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// A row of the table: the line, the files that prove it, and what is said of it.
struct Row {
    line: String,
    files: Vec<String>,
    words: String,
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(tests().join("systems.md")).unwrap();
    text.lines().filter_map(row).collect()
}

fn row(text: &str) -> Option<Row> {
    let mut cells = text.strip_prefix("| ")?.split('|').map(str::trim);
    let line = cells.next().filter(|line| is_line(line))?.to_owned();
    let files = cells.next()?.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    Some(Row { line, files, words: cells.next()?.to_owned() })
}

fn is_line(text: &str) -> bool {
    text.split_once('-').is_some_and(|(name, _)| SYSTEMS.iter().any(|(system, _)| *system == name))
}

/// Whether a text names a line, and not one whose number begins alike.
fn names(text: &str, line: &str) -> bool {
    let is_end = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    text.split(line).skip(1).any(is_end)
}

/// What stands in the comments and the names of tests of one file.
fn source(file: &str) -> Option<String> {
    fs::read_to_string(tests().join(file)).ok()
}

#[test]
fn every_line_has_one_row_in_order() {
    let expected: Vec<_> = SYSTEMS
        .iter()
        .flat_map(|(system, last)| (1..=*last).map(move |number| format!("{system}-{number}")))
        .collect();
    let found: Vec<_> = rows().into_iter().map(|row| row.line).collect();
    assert_eq!(found, expected);
}

#[test]
fn every_line_is_named_by_the_tests_that_its_row_names() {
    let missing: Vec<_> = rows()
        .iter()
        .flat_map(|Row { line, files, .. }| files.iter().map(move |file| (line, file)))
        .filter(|(line, file)| !source(file).is_some_and(|text| names(&text, line)))
        .map(|(line, file)| format!("{line} in {file}"))
        .collect();
    assert!(missing.is_empty(), "not named: {}", missing.join(", "));
}

#[test]
fn a_line_without_a_test_has_a_reason() {
    for Row { line, files, words } in rows().iter().filter(|row| row.files.is_empty()) {
        let begins = REASONS.iter().any(|reason| words.starts_with(reason));
        assert!(begins && words.len() > 25, "{line}: {words} {files:?}");
    }
}

/// A line that the core's tests or the package's name is no line without a test.
#[test]
fn no_line_is_excused_that_a_test_names() {
    let folders = ["core", "package"].map(|folder| fs::read_dir(tests().join(folder)).unwrap());
    let paths = folders.into_iter().flatten().map(|entry| entry.unwrap().path());
    let sources: Vec<_> =
        paths.filter(|path| path.is_file()).map(|path| fs::read_to_string(path).unwrap()).collect();
    for Row { line, .. } in rows().iter().filter(|row| row.files.is_empty()) {
        assert!(!sources.iter().any(|text| names(text, line)), "{line} is named by a test");
    }
}

#[test]
fn a_line_is_not_named_by_one_whose_number_begins_alike() {
    assert!(names("// WP-1, WP-12: x", "WP-1") && names("WP-12", "WP-12"));
    assert!(!names("// WP-12, WP-10", "WP-1"));
}
