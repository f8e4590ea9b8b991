//! The history of tokens: pages as asked for, and revoking by a record.

use edge_jwt::error::Code;
use edge_jwt::history::{Naming, list, revoke};
use edge_jwt::issue::Issuer;
use edge_jwt::key::Side;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{NOW, World, entry, options, time};

const ROWS: &str = r#"{"id":1,"jti":"b","sub":"u1","exp":30,"createdAt":1000}
{"id":2,"jti":"a","sub":"u2","exp":20,"createdAt":3000,"mine":{"createdAt":9}}
{"id":3,"jti":"c","sub":"u1","exp":20,"createdAt":2000}
{"id":4,"sub":"u1","exp":null,"fingerprint":"f"}
{"id":"5","jti":"id","sub":"u1","exp":20.5,"createdAt":2000}"#;

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn page(query: &str, sub: Option<&str>) -> Value {
    json_of(&list(ROWS, query, sub).unwrap())
}

fn places(query: &str) -> Value {
    page(query, None)["places"].clone()
}

/// TD-2, TD-3, C-10: the defaults of Tiledesk's lists.
#[wasm_bindgen_test(unsupported = test)]
fn by_default_the_latest_forty_come_first() {
    let expected = json!({
        "ok": true, "perPage": 40, "count": 5, "page": 0, "sortField": "createdAt", "direction": -1,
        "places": [1, 2, 4, 0, 3],
    });
    assert_eq!(page("{}", None), expected);
    let nulls = r#"{"sortField":null,"direction":null,"page":null,"limit":null}"#;
    assert_eq!(page(nulls, None), expected);
    assert_eq!(json_of(&list("", "{}", None).unwrap())["count"], 0);
}

/// TD-1: a caller sees records of their own alone, and they alone are counted.
#[wasm_bindgen_test(unsupported = test)]
fn a_subject_sees_its_own_records_alone() {
    let own = page("{}", Some("u2"));
    assert_eq!((&own["count"], &own["places"]), (&json!(1), &json!([1])));
    assert_eq!(page("{}", Some("u1"))["places"], json!([2, 4, 0, 3]));
    assert_eq!(page("{}", Some(""))["count"], 0);
    let numbers = json_of(&list("{\"sub\":7}\n{}\n{\"sub\":[\"7\"]}", "{}", Some("7")).unwrap());
    assert_eq!(numbers["places"], json!([0]));
}

/// TD-3: pages count from 0, and the query of an address is text.
#[wasm_bindgen_test(unsupported = test)]
fn pages_follow_one_another_without_gap_or_overlap() {
    for (query, expected) in [
        (r#"{"limit":2}"#, json!([1, 2])),
        (r#"{"limit":"2","page":"1"}"#, json!([4, 0])),
        (r#"{"limit":2,"page":2}"#, json!([3])),
        (r#"{"limit":2,"page":3}"#, json!([])),
        (r#"{"limit":1000,"page":9007199254740991}"#, json!([])),
        (r#"{"page":"9223372036854775807"}"#, json!([])),
    ] {
        assert_eq!(places(query), expected, "{query}");
    }
    let second = page(r#"{"limit":"2","page":"1"}"#, None);
    assert_eq!(
        (&second["perPage"], &second["page"], &second["count"]),
        (&json!(2), &json!(1), &json!(5))
    );
}

/// C-10: equals stay as they were given and what has no value comes last, in both directions.
#[wasm_bindgen_test(unsupported = test)]
fn records_are_sorted_by_the_field_that_is_asked_for() {
    for (query, expected) in [
        (r#"{"direction":1}"#, json!([0, 2, 4, 1, 3])),
        (r#"{"direction":"1"}"#, json!([0, 2, 4, 1, 3])),
        (r#"{"direction":"-1"}"#, json!([1, 2, 4, 0, 3])),
        (r#"{"sortField":"exp","direction":1}"#, json!([1, 2, 4, 0, 3])),
        (r#"{"sortField":"jti","direction":1}"#, json!([1, 0, 2, 4, 3])),
        (r#"{"sortField":"jti"}"#, json!([4, 2, 0, 1, 3])),
        (r#"{"sortField":"id","direction":1}"#, json!([0, 1, 2, 3, 4])),
        (r#"{"sortField":"id"}"#, json!([4, 3, 2, 1, 0])),
        (r#"{"sortField":"sub","direction":1}"#, json!([0, 2, 3, 4, 1])),
        (r#"{"sortField":"client"}"#, json!([0, 1, 2, 3, 4])),
    ] {
        assert_eq!(places(query), expected, "{query}");
    }
    for field in ["createdAt", "iat", "exp", "jti", "sub", "kind", "id", "family", "client", "kid"]
    {
        let rows = format!("{{\"{field}\":-2.5}}\n{{\"{field}\":-3}}\n{{\"{field}\":0}}\n{{}}");
        let query = format!(r#"{{"sortField":"{field}","direction":1}}"#);
        let sorted = json_of(&list(&rows, &query, None).unwrap());
        assert_eq!(sorted["places"], json!([1, 0, 2, 3]), "{field}");
    }
}

/// The order is that of the standard library's own stable sort, whatever the rows.
#[wasm_bindgen_test(unsupported = test)]
fn many_records_are_sorted_as_the_standard_library_sorts() {
    let value = |row: usize| (row * 7919) % 13;
    let rows: Vec<_> = (0..500).map(|row| format!("{{\"iat\":{}}}", value(row))).collect();
    let mut expected: Vec<_> = (0..500).collect();
    expected.sort_by_key(|row| value(*row));
    let query = r#"{"sortField":"iat","direction":1,"limit":1000}"#;
    assert_eq!(json_of(&list(&rows.join("\n"), query, None).unwrap())["places"], json!(expected));
}

/// TD-2, C-10: a query is a stranger's, so what is wrong with it is said and not thrown.
#[wasm_bindgen_test(unsupported = test)]
fn a_query_that_makes_no_sense_is_refused_as_data() {
    for (query, option) in [
        (r#"{"sortField":"password"}"#, "sortField"),
        (r#"{"sortField":""}"#, "sortField"),
        (r#"{"sortField":"mine"}"#, "sortField"),
        (r#"{"sortField":"CreatedAt"}"#, "sortField"),
        (r#"{"sortField":["jti"]}"#, "sortField"),
        (r#"{"direction":0}"#, "direction"),
        (r#"{"direction":"desc"}"#, "direction"),
        (r#"{"direction":"+1"}"#, "direction"),
        (r#"{"page":-1}"#, "page"),
        (r#"{"page":"-1"}"#, "page"),
        (r#"{"page":1.5}"#, "page"),
        (r#"{"page":"01"}"#, "page"),
        (r#"{"page":" 1"}"#, "page"),
        (r#"{"page":""}"#, "page"),
        (r#"{"page":"1e3"}"#, "page"),
        (r#"{"page":"99999999999999999999"}"#, "page"),
        (r#"{"page":1e300}"#, "page"),
        (r#"{"page":["1","2"]}"#, "page"),
        (r#"{"page":true}"#, "page"),
        (r#"{"limit":0}"#, "limit"),
        (r#"{"limit":-1}"#, "limit"),
        (r#"{"limit":"1001"}"#, "limit"),
        (r#"{"sub":"u2"}"#, "sub"),
        (r#"{"$where":"1"}"#, "$where"),
        ("[]", "query"),
        (r#"{"page":1,"page":1}"#, "query"),
    ] {
        let refused = page(query, Some("u1"));
        assert_eq!(refused["ok"], false, "{query}");
        assert_eq!(
            (&refused["code"], &refused["option"]),
            (&json!("invalid_query"), &json!(option))
        );
        assert!(refused["message"].is_string() && refused["places"].is_null(), "{query}");
    }
}

fn revoked(naming: Naming, name: &str, sub: Option<&str>) -> Value {
    json_of(&revoke(ROWS, naming, name, sub).unwrap())
}

/// TD-4, TD-5: by `jti` or by the record's own id, which are not mixed up; not even for a `jti` that
/// is "id".
#[wasm_bindgen_test(unsupported = test)]
fn a_record_is_revoked_by_its_jti_or_by_its_own_id() {
    let by_jti = revoked(Naming::Jti, "c", None);
    assert_eq!(by_jti, json!({ "ok": true, "place": 2, "entry": { "jti": "c", "exp": 20 } }));
    let named_id = revoked(Naming::Jti, "id", None);
    assert_eq!(named_id["entry"]["jti"], "id");
    assert_eq!(named_id["entry"]["exp"], 20.5);
    assert_eq!(revoked(Naming::Id, "3", None), by_jti);
    assert_eq!(revoked(Naming::Id, "5", None)["place"], 4);
    let print = json!({ "ok": true, "place": 3, "entry": { "token": "f" } });
    assert_eq!(revoked(Naming::Id, "4", None), print);
    for (naming, name) in [
        (Naming::Jti, "3"),
        (Naming::Id, "c"),
        (Naming::Jti, ""),
        (Naming::Jti, "null"),
        (Naming::Id, "03"),
        (Naming::Id, "u1"),
    ] {
        assert_eq!(revoked(naming, name, None)["code"], "not_found", "{name}");
    }
    let nothing = json_of(&revoke(r#"{"id":1,"jti":null}"#, Naming::Id, "1", None).unwrap());
    assert_eq!(nothing["code"], "irrevocable_token");
    let issued =
        json_of(&revoke(r#"{"id":1,"jti":"a","iss":"me"}"#, Naming::Id, "1", None).unwrap());
    assert_eq!(issued["entry"], json!({ "jti": "a", "issuer": "me" }));
    assert!(revoke("[]", Naming::Id, "1", None).is_err());
}

/// TD-1: nobody revokes what is another's by knowing its name.
#[wasm_bindgen_test(unsupported = test)]
fn a_subject_revokes_its_own_records_alone() {
    assert_eq!(revoked(Naming::Jti, "a", Some("u2"))["ok"], true);
    assert_eq!(revoked(Naming::Jti, "a", Some("u1"))["code"], "not_found");
    assert_eq!(revoked(Naming::Id, "2", Some("u1"))["code"], "not_found");
}

/// TD-4, TD-5: from issuing to throwing out, by the record alone, with or without a `jti`.
#[wasm_bindgen_test(unsupported = test)]
fn the_entry_throws_out_the_records_token() {
    for jti in [r#""t1""#, "null"] {
        let mut world = World::new();
        let issuer =
            options(r#"{"issuer":"me","audience":"api"}"#).read(Issuer::read).ok().unwrap();
        let wishes = format!(r#"{{"jti":{jti}}}"#);
        let issue = |sub: &str| {
            let claims = format!(r#"{{"sub":"{sub}"}}"#);
            issuer.issue(&claims, options(&wishes), &world.keys, time(NOW), Side::Here).unwrap()
        };
        let (out, other) = (issue("u1"), issue("u2"));
        let id = json_of(&out.record)["id"].as_str().unwrap().to_owned();
        let rows = [other.record, out.record].join("\n");
        let answer = json_of(&revoke(&rows, Naming::Id, &id, Some("u1")).unwrap());
        assert_eq!((&answer["place"], &answer["entry"]["exp"]), (&json!(1), &json!(1_700_003_600)));
        world.revocations.revoke(entry(&answer["entry"].to_string()).unwrap());
        assert_eq!(world.code(&out.token), Some(Code::RevokedToken), "{jti}");
        // Two tokens of one `jti` share their fate; a fingerprint is one token's own.
        let fate = if jti == "null" { None } else { Some(Code::RevokedToken) };
        assert_eq!(world.code(&other.token), fate, "{jti}");
    }
}
