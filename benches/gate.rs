//! What a gate takes natively to decide on a route and a role, by how many routes it has:
//! `cargo bench --bench gate`. The same in JavaScript, with the way into wasm: gate.mjs.

#![expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "it measures, and nothing else"
)]

use std::hint::black_box;
use std::time::Instant;

use edge_jwt::answer::standard;
use edge_jwt::gate::request::Request;
use edge_jwt::gate::{Admission, Gate};
use edge_jwt::json::Object;
use edge_jwt::options::Options;

const CALLS: u32 = 200_000;
const CLAIMS: &str = r#"{"sub":"u1","exp":1700000600,"user":{"id":7,"role":"agent"}}"#;

fn main() {
    println!("| routes | route, µs | route and role, µs |\n|---|---|---|");
    for count in [1, 100, 1000] {
        let gate = gate(count);
        let last = count.wrapping_sub(1);
        let head = format!("GET\n/v2/things{last}/12/parts?page=2\nauthorization:Bearer a.b.c\n");
        let claims = Object::parse(CLAIMS).unwrap();
        let route = || admit(&gate, &head);
        let both = || admit(&gate, &head).is_some_and(|roles| gate.permit(roles, &claims).is_ok());
        println!("| {count} | {:.2} | {:.2} |", time(|| route().is_some()), time(both));
    }
}

fn admit(gate: &Gate, head: &str) -> Option<usize> {
    match gate.admit(&Request::parse(black_box(head).as_bytes())) {
        Ok(Admission::Token { roles, .. }) => roles,
        _ => None,
    }
}

fn gate(count: u32) -> Gate {
    let options = |text: &str| Options::from(Object::parse(text).unwrap().into_owned());
    let mut gate = Gate::read(options("{}"), standard).unwrap();
    for n in 0..count {
        let roles = r#"{"claim":"/user/role","allow":["admin","agent"]}"#;
        let path = format!("/v2/things{n}/{{id}}/parts");
        let route = format!(r#"{{"path":"{path}","access":"required","roles":{roles}}}"#);
        gate.add_route(options(&route)).unwrap();
    }
    gate
}

/// Microseconds a call.
fn time(call: impl Fn() -> bool) -> f64 {
    assert!(call());
    let started = Instant::now();
    assert!((0..CALLS).all(|_| black_box(call())));
    started.elapsed().as_nanos() as f64 / 1000.0 / f64::from(CALLS)
}
