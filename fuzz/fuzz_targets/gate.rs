//! A request that a gate lets pass as public goes to a public place for the most careless of
//! servers too; a token that it finds is of the characters of a token.

#![no_main]

use edge_jwt::answer::standard;
use edge_jwt::gate::request::Request;
use edge_jwt::gate::{Admission, Gate};
use edge_jwt::json::Object;
use libfuzzer_sys::fuzz_target;

const OPTIONS: &str = r#"{"preflight":"guard","query":"token","cookie":"token"}"#;
const ROUTE: &str = r#"{"path":"/open/**","access":"public"}"#;

fuzz_target!(|head: &str| {
    let options = |text| Object::parse(text).expect("an object").into();
    let mut gate = Gate::read(options(OPTIONS), standard).expect("its options are right");
    gate.add_route(options(ROUTE)).expect("its route is right");
    let request = Request::parse(head.as_bytes());
    match gate.admit(&request) {
        Ok(Admission::Public) => assert_eq!(carelessly(request.url), Some("open".to_owned())),
        Ok(Admission::Token { token, roles }) => {
            assert!(!token.is_empty() && roles.is_none());
            assert!(token.bytes().all(|octet| octet.is_ascii_graphic() && octet != b','));
        }
        Err(code) => assert_eq!(code.stage().name(), "header"),
    }
});

/// The first segment for a server that undoes escapes until there are none, takes a backslash for a
/// slash, cuts parameters off, drops dots and spaces at the end of a name, and then resolves.
fn carelessly(url: &[u8]) -> Option<String> {
    let path = url.split(|octet| *octet == b'?').next()?;
    let mut text = String::from_utf8_lossy(path).into_owned();
    loop {
        let again = decoded(&text);
        if again == text {
            break;
        }
        text = again;
    }
    let text = text.replace('\\', "/");
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let path = rest.unwrap_or(&text).split_once('/')?.1.split(['?', '#', '\0']).next()?;
    let mut places = Vec::new();
    for part in path.split('/') {
        let name = part.split(';').next()?.trim();
        match name {
            "" | "." => {}
            ".." => drop(places.pop()),
            name => places.push(name.trim_end_matches(['.', ' ']).to_lowercase()),
        }
    }
    places.into_iter().next()
}

fn decoded(text: &str) -> String {
    let mut octets = Vec::new();
    let mut left = text.as_bytes();
    while let [first, rest @ ..] = left {
        let digits = rest.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(octet) if *first == b'%' => {
                octets.push(octet);
                left = &rest[2..];
            }
            _ => {
                octets.push(*first);
                left = rest;
            }
        }
    }
    String::from_utf8_lossy(&octets).into_owned()
}
