//! The gate: which request needs a token, where it is, which roles may pass, what a denial says.

use edge_jwt::answer::standard;
use edge_jwt::error::{Code, SetupError};
use edge_jwt::gate::place::MAX_SEGMENTS;
use edge_jwt::gate::request::Request;
use edge_jwt::gate::{Admission, Gate};
use edge_jwt::json::Object;
use serde_json::Value;
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::options;

const TOKEN: &str = "eyJh.eyJz.c2ln-_~+/==";
const BEARER: (&str, &str) = ("authorization", "Bearer eyJh.eyJz.c2ln-_~+/==");

fn gate(described: &str, routes: &[&str]) -> Result<Gate, SetupError> {
    let mut gate = Gate::read(options(described), standard)?;
    routes.iter().try_for_each(|route| gate.add_route(options(route)))?;
    Ok(gate)
}

fn request<'r>(method: &'r str, url: &'r str, fields: &[(&'r str, &'r str)]) -> Request<'r> {
    let fields = fields.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    Request { method: method.as_bytes(), url: url.as_bytes(), fields: fields.collect() }
}

/// What becomes of a request: `public`, `token`, `role N` or the code of its refusal.
fn outcome(gate: &Gate, method: &str, url: &str, fields: &[(&str, &str)]) -> String {
    match gate.admit(&request(method, url, fields)) {
        Ok(Admission::Public) => "public".to_owned(),
        Ok(Admission::Token { token, roles }) => {
            assert_eq!(token, TOKEN);
            roles.map_or_else(|| "token".to_owned(), |roles| format!("role {roles}"))
        }
        Err(code) => code.name().to_owned(),
    }
}

fn problem(described: &str, routes: &[&str]) -> String {
    gate(described, routes).unwrap_err().to_string()
}

/// `public` where nothing is asked, else `required`.
fn access(gate: &Gate, method: &str, url: &str) -> &'static str {
    match outcome(gate, method, url, &[]).as_str() {
        "public" => "public",
        "missing_token" => "required",
        other => unreachable!("{method} {url}: {other}"),
    }
}

const ADMIN: &[&str] = &[
    r#"{"path":"/admin/**","access":"required"}"#,
    r#"{"path":"/users/@me","access":"required"}"#,
    r#"{"path":"/café","access":"required"}"#,
    r#"{"path":"/**","access":"public"}"#,
];

#[wasm_bindgen_test(unsupported = test)]
fn a_path_that_servers_read_differently_is_refused_outright() {
    let gate = gate("{}", ADMIN).unwrap();
    for path in [
        // Dot segments, also encoded, also with what a file system drops.
        "/.",
        "/..",
        "/x/../admin",
        "/x/./admin",
        "/./admin",
        "/x/..",
        "/x/%2e%2e/admin",
        "/x/%2E./admin",
        "/x/.%2e/admin",
        "/%2e/admin",
        "/x/..%20/admin",
        "/x/...%20./admin",
        "/x/.%20/admin",
        "/x/%20../admin",
        "/x/.../admin",
        "/admin.",
        "/admin%20",
        "/%20admin",
        "/admin%C2%A0",
        // Slashes of other kinds.
        "//",
        "//admin",
        "/admin//x",
        "/x//../admin",
        "/admin//",
        "///",
        "/x\\admin",
        "/x\\..\\admin",
        "\\admin",
        "/x%2fadmin",
        "/x%2F..%2Fadmin",
        "/x%5cadmin",
        "/%5C..%5Cadmin",
        // Escapes of what needs none, and escapes within escapes.
        "/%61dmin",
        "/%61%64%6d%69%6e",
        "/adm%69n",
        "/%41dmin",
        "/%61dmin/x",
        "/x%2Dy",
        "/x%7Ey",
        "/%2561dmin",
        "/%252561dmin",
        "/x%252fadmin",
        "/100%25",
        // No octet of any path.
        "/admin%00",
        "/x%00/admin",
        "/admin%0a",
        "/admin%0D%0A",
        "/admin%7f",
        "/admin%09",
        "/%C2%85admin",
        "/ad\u{0}min",
        "/admin\n",
        "/admin\t",
        "/ad min",
        "/admin\u{7f}",
        // Octets that are not UTF-8: overlong, a surrogate, beyond the last character, cut off.
        "/%c0%afadmin",
        "/%c0%ae%c0%ae/admin",
        "/%c1%a1dmin",
        "/%e0%80%af",
        "/%f0%80%80%af",
        "/%ed%a0%80",
        "/%f5%80%80%80",
        "/%c3",
        "/%ff",
        "/caf%e9",
        "/café",
        // Escapes that are none.
        "/%zz",
        "/%",
        "/%6",
        "/admin%",
        "/%+1",
        "/%u0061dmin",
        "/%-1",
        // Parameters, which some servers cut off, and what ends a path for others.
        "/admin;x=1",
        "/admin;",
        "/;/admin",
        "/x;/../admin",
        "/admin%3b",
        "/admin%3Fx",
        "/admin%23x",
        "/admin#x",
        "/#/admin",
        // A literal that not every server finds behind an escape.
        "/users/%40me",
    ] {
        assert_eq!(outcome(&gate, "GET", path, &[BEARER]), "ambiguous_request", "{path:?}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_path_with_one_reading_is_matched_whatever_it_looks_like() {
    let gate = gate("{}", ADMIN).unwrap();
    for (url, expected) in [
        ("/admin", "required"),
        ("/admin/", "required"),
        ("/admin/x/y", "required"),
        ("/admin?x=/../", "required"),
        ("/admin/%C3%A9", "required"),
        ("/admin/a%20b", "required"),
        ("/admin/.hidden", "required"),
        ("/admin/a..b", "required"),
        ("https://host/admin", "required"),
        ("http://host:8080/admin", "required"),
        ("http://[::1]:8080/admin?", "required"),
        ("/caf%C3%A9", "required"),
        ("/caf%c3%a9/", "required"),
        ("/users/@me", "required"),
        // Nothing of the kind is named by a rule.
        ("/", "public"),
        ("", "public"),
        ("?x", "public"),
        ("https://host", "public"),
        ("https://host?/admin", "public"),
        ("/Admin", "public"),
        ("/administrator", "public"),
        ("/x/admin", "public"),
        ("/users/%40you", "public"),
        ("/a:b@c!$&'()*+,=[]|^`{}", "public"),
        ("/wp/v2/posts/12", "public"),
    ] {
        let url = if url.is_empty() || url.starts_with('?') {
            ["http://h", url].concat()
        } else {
            url.to_owned()
        };
        assert_eq!(access(&gate, "GET", &url), expected, "{url}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_url_that_could_go_elsewhere_is_refused() {
    let gate = gate(r#"{"access":"public"}"#, &[]).unwrap();
    for url in [
        "",
        "*",
        "host:443",
        "admin",
        "?x",
        "http:/admin",
        "http:///admin",
        "http://a@b/",
        "http://a:b@c/",
        "http://@b/",
        "http://a\\@b/",
        "http://a\\b/",
        "http://a%2fb/",
        "http://a b/",
        "HTTP://a/",
        "ftp://a/",
        "file:///admin",
        "javascript://a/",
        "data:,x",
        "http://a/#x",
        "http://a/\u{e9}",
        "/x?\u{e9}",
        "/x?a b",
        "/x?\n",
        "/x?a#b",
        "/x?\u{0}",
    ] {
        assert_eq!(outcome(&gate, "GET", url, &[]), "ambiguous_request", "{url:?}");
    }
    let long = |count: usize| "/a".repeat(count);
    assert_eq!(outcome(&gate, "GET", &long(MAX_SEGMENTS), &[]), "public");
    assert_eq!(outcome(&gate, "GET", &long(MAX_SEGMENTS + 1), &[]), "ambiguous_request");
    assert_eq!(outcome(&gate, "GET", &"/".repeat(1 << 20), &[]), "ambiguous_request");
}

// MO-12: the case of a route makes no difference, and its trailing slash neither.
#[wasm_bindgen_test(unsupported = test)]
fn case_is_left_out_of_account_where_that_is_asked_for() {
    let routes = &[
        r#"{"path":"/api/v1/Token","access":"public"}"#,
        r#"{"path":"/api/v1/token-validate/","access":"public"}"#,
    ];
    let any = gate(r#"{"pathCase":"any"}"#, routes).unwrap();
    for path in ["/api/v1/token", "/API/V1/TOKEN", "/api/v1/Token/", "/api/V1/token-validate"] {
        assert_eq!(access(&any, "POST", path), "public", "{path}");
    }
    for path in ["/api/v1", "/api/v1/token/x", "/api/v1/tokens", "/wp/v2/posts", "/xapi/v1/token"] {
        assert_eq!(access(&any, "POST", path), "required", "{path}");
    }
    let exact = gate("{}", routes).unwrap();
    assert_eq!(access(&exact, "POST", "/api/v1/Token"), "public");
    assert_eq!(access(&exact, "POST", "/api/v1/token"), "required");
    assert_eq!(problem(r#"{"pathCase":"some"}"#, &[]), "pathCase: is not any or exact");
    let twice = [r#"{"path":"/a","access":"public"}"#, r#"{"path":"/A","access":"required"}"#];
    assert!(gate("{}", &twice).is_ok());
    assert_eq!(
        problem(r#"{"pathCase":"any"}"#, &twice),
        "routes.path: has two rules for one method"
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn the_most_specific_rule_wins_in_every_order() {
    let rules = [
        ("/**", "", 0),
        ("/a/**", "", 1),
        ("/a/**", "\"POST\"", 2),
        ("/a/{x}", "", 3),
        ("/a/{x}", "\"GET\"", 4),
        ("/a/b", "", 5),
        ("/a/b", "[\"PUT\",\"DELETE\"]", 6),
        ("/a/{x}/c", "", 7),
        ("/a/b/{y}/d", "\"GET\"", 8),
        ("/{x}/b", "", 9),
    ];
    for turn in 0..rules.len() {
        let turned = rules[turn..].iter().chain(&rules[..turn]);
        let numbers: Vec<_> = turned.clone().map(|(.., number)| number).collect();
        let routes: Vec<_> = turned
            .map(|(path, method, number)| {
                let method = if method.is_empty() { "null" } else { method };
                format!(
                    r#"{{"path":"{path}","method":{method},"access":"required","roles":{{"claim":"/r","allow":"{number}"}}}}"#
                )
            })
            .collect();
        let routes: Vec<_> = routes.iter().map(String::as_str).collect();
        let gate = gate("{}", &routes).unwrap();
        for (method, path, expected) in [
            ("GET", "/", 0),
            ("GET", "/x", 0),
            ("GET", "/x/y/z", 0),
            ("GET", "/a", 1),
            ("POST", "/a", 2),
            ("POST", "/a/b/c/d", 2),
            ("PATCH", "/a/b/c/d", 1),
            ("GET", "/a/b/c/d", 8),
            ("HEAD", "/a/b/c/d", 8),
            ("POST", "/a/x", 3),
            ("GET", "/a/x", 4),
            ("HEAD", "/a/x", 4),
            ("GET", "/a/b", 5),
            ("DELETE", "/a/b", 6),
            ("PUT", "/a/b/", 6),
            ("GET", "/a/b/c", 7),
            ("GET", "/x/b", 9),
            ("GET", "/x/b/c", 0),
        ] {
            let place = numbers.iter().position(|number| **number == expected).unwrap();
            let found = outcome(&gate, method, path, &[BEARER]);
            assert_eq!(found, format!("role {place}"), "{method} {path}");
        }
    }
}

// WP-13: what needs no token, each exactly there and for its methods alone.
#[wasm_bindgen_test(unsupported = test)]
fn a_public_route_is_public_there_and_for_its_methods_alone() {
    let gate = gate(
        r#"{"base":"/wp-json","outside":"public","routeQuery":"rest_route"}"#,
        &[
            r#"{"path":"/**","method":"GET","access":"optional"}"#,
            r#"{"path":"/**","method":"OPTIONS","access":"public"}"#,
            r#"{"path":"/wp/v2/token","method":"POST","access":"public"}"#,
            r#"{"path":"/wp/v2/key-pair","method":["POST","DELETE"],"access":"public"}"#,
        ],
    )
    .unwrap();
    for (method, url, expected) in [
        ("GET", "/wp-json/wp/v2/posts", "public"),
        ("HEAD", "/wp-json/wp/v2/posts", "public"),
        ("POST", "/wp-json/wp/v2/posts", "missing_token"),
        ("OPTIONS", "/wp-json/wp/v2/posts", "public"),
        ("POST", "/wp-json/wp/v2/token", "public"),
        ("PUT", "/wp-json/wp/v2/token", "missing_token"),
        ("POST", "/wp-json/wp/v2/token/x", "missing_token"),
        ("POST", "/wp-json/x/wp/v2/token", "missing_token"),
        ("POST", "/wp-json/wp/v2/posts?x=/wp/v2/token", "missing_token"),
        ("POST", "/wp-json/wp/v2/key-pair", "public"),
        ("DELETE", "/wp-json/wp/v2/key-pair", "public"),
        ("PATCH", "/wp-json/wp/v2/key-pair", "missing_token"),
        ("POST", "/wp-login.php", "public"),
        ("POST", "/wp-json", "missing_token"),
        ("POST", "/WP-JSON/wp/v2/posts", "public"),
        ("POST", "/wp-json%21/wp/v2/posts", "public"),
        ("POST", "/wp%2Djson/wp/v2/posts", "ambiguous_request"),
    ] {
        assert_eq!(outcome(&gate, method, url, &[]), expected, "{method} {url}");
    }
}

// WP-14: GET with a bad token is refused, GET without a token passes.
#[wasm_bindgen_test(unsupported = test)]
fn an_optional_token_must_be_good_if_it_is_there() {
    let gate = gate("{}", &[r#"{"path":"/**","method":"GET","access":"optional"}"#]).unwrap();
    assert_eq!(outcome(&gate, "GET", "/x", &[]), "public");
    assert_eq!(outcome(&gate, "GET", "/x", &[BEARER]), "token");
    assert_eq!(outcome(&gate, "POST", "/x", &[]), "missing_token");
    for bad in ["", "Bearer", "Basic eyJh.eyJz.c2ln", "Bearer a b"] {
        let found = outcome(&gate, "GET", "/x", &[("authorization", bad)]);
        assert_eq!(found, "unsupported_scheme", "{bad:?}");
    }
}

// MO-13: only one namespace is guarded. MO-18: routes are entered without domain and base.
#[wasm_bindgen_test(unsupported = test)]
fn what_no_rule_matches_is_as_the_gate_says() {
    let routes = &[
        r#"{"path":"/wp/v2/**","access":"required"}"#,
        r#"{"path":"/wp/v2/posts","access":"public"}"#,
    ];
    let open =
        gate(r#"{"access":"public","base":["/wp-json","/index.php/wp-json"]}"#, routes).unwrap();
    let shut = gate(r#"{"base":"/wp-json"}"#, routes).unwrap();
    for (url, in_open, in_shut) in [
        ("/wp-json/wp/v2/posts", "public", "public"),
        ("https://host/wp-json/wp/v2/posts/", "public", "public"),
        ("/wp-json/wp/v2/users", "required", "required"),
        ("/index.php/wp-json/wp/v2/users", "required", "required"),
        ("/index.php/wp-json/other", "public", "required"),
        ("/wp-json/other/v1", "public", "required"),
        ("/", "required", "required"),
        ("/elsewhere", "required", "required"),
    ] {
        assert_eq!(access(&open, "GET", url), in_open, "{url}");
        assert_eq!(access(&shut, "GET", url), in_shut, "{url}");
    }
}

// WordPress goes by the path behind whichever script the server runs (PATH_INFO).
#[wasm_bindgen_test(unsupported = test)]
fn a_script_before_the_base_leads_past_no_rule() {
    let routes = &[r#"{"path":"/open","access":"public"}"#];
    let described = r#"{"base":["/blog/wp-json","/blog/index.php/wp-json"],"scripts":".php","#;
    for outside in ["public", "required"] {
        let described = format!(r#"{described}"outside":"{outside}"}}"#);
        let gate = gate(&described, routes).unwrap();
        for (path, expected) in [
            ("/blog/wp-json/x", "required"),
            ("/blog/index.php/wp-json/x", "required"),
            ("/blog/index.php/wp-json/open", "public"),
            ("/blog/index.php/wp-json/index.php/open", "required"),
            ("/blog/index.php/index.php/wp-json/x", "ambiguous_request"),
            ("/blog/wp-blog-header.php/wp-json/open", "ambiguous_request"),
            ("/blog/wp/Index.PHP/wp-json/x", "ambiguous_request"),
            ("/index.php/wp-json/x", "ambiguous_request"),
            ("/index.php/blog/wp-json/x", "ambiguous_request"),
            ("/index%2Ephp/wp-json/x", "ambiguous_request"),
            ("/index.php/wp%2Djson/x", "ambiguous_request"),
            ("/index.php/page", outside),
            ("/index.php", outside),
            ("/php/wp-json/x", outside),
        ] {
            let found = outcome(&gate, "POST", path, &[]).replace("missing_token", "required");
            assert_eq!(found, expected, "{path}");
        }
    }
    for wrong in [r#"{"scripts":".php"}"#, r#"{"base":"/x","scripts":""}"#] {
        assert!(problem(wrong, &[]).starts_with("scripts: "), "{wrong}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_route_named_by_the_query_is_matched_or_refused() {
    let gate = gate(
        r#"{"base":"/wp-json","outside":"public","routeQuery":"rest_route","access":"public"}"#,
        &[r#"{"path":"/wp/v2/users","access":"required"}"#],
    )
    .unwrap();
    for (query, expected) in [
        ("", "public"),
        ("page=2", "public"),
        ("rest_route=/wp/v2/users", "missing_token"),
        ("rest_route=%2Fwp%2Fv2%2Fusers", "missing_token"),
        ("rest_route=/%77p/v2/users/", "missing_token"),
        ("rest%5Froute=/wp/v2/users", "missing_token"),
        ("a=b&rest_route=/wp/v2/users&c=d", "missing_token"),
        ("rest_route=/wp/v2/posts", "public"),
        ("rest_routes=/wp/v2/users", "public"),
        ("xrest_route=/wp/v2/users", "public"),
        // Said twice, or said so that only some servers read it.
        ("rest_route=/wp/v2/posts&rest_route=/wp/v2/users", "ambiguous_request"),
        ("rest_route=/wp/v2/posts&rest.route=/wp/v2/users", "ambiguous_request"),
        ("rest.route=/wp/v2/users", "ambiguous_request"),
        ("rest+route=/wp/v2/users", "ambiguous_request"),
        ("rest%20route=/wp/v2/users", "ambiguous_request"),
        ("rest%5Broute=/wp/v2/users", "ambiguous_request"),
        ("%20rest_route=/wp/v2/users", "ambiguous_request"),
        ("+rest_route=/wp/v2/users", "ambiguous_request"),
        ("rest_route[]=/wp/v2/users", "ambiguous_request"),
        ("rest_route[%FF]=/wp/v2/users", "ambiguous_request"),
        ("rest_route%00x=/wp/v2/users", "ambiguous_request"),
        ("REST_ROUTE=/wp/v2/users", "ambiguous_request"),
        ("a=b;rest_route=/wp/v2/users", "ambiguous_request"),
        ("rest_route=/wp/v2/users;x", "ambiguous_request"),
        // No route.
        ("rest_route", "ambiguous_request"),
        ("rest_route=", "ambiguous_request"),
        ("rest_route=wp/v2/users", "ambiguous_request"),
        ("rest_route=/wp/v2//users", "ambiguous_request"),
        ("rest_route=/wp/v2/x/../users", "ambiguous_request"),
        ("rest_route=/wp/v2/x%2F..%2Fusers", "ambiguous_request"),
        ("rest_route=/wp/v2/users%00", "ambiguous_request"),
        ("rest_route=/wp/v2/%2575sers", "ambiguous_request"),
        ("rest_route=/wp/v2/users?x", "ambiguous_request"),
        ("rest_route=/wp/v2/users%zz", "ambiguous_request"),
        ("rest_route=/wp/v2/users%ff", "ambiguous_request"),
        ("rest_route=/wp/v2/users+", "ambiguous_request"),
    ] {
        for path in ["/", "/index.php", "/any/page"] {
            let url = [path, "?", query].concat();
            assert_eq!(outcome(&gate, "GET", &url, &[]), expected, "{url}");
        }
        if query.starts_with("rest_route=/wp/v2/users") {
            let both = ["/wp-json/wp/v2/posts?", query].concat();
            assert_eq!(outcome(&gate, "GET", &both, &[]), "ambiguous_request", "{both}");
        }
    }
    let at = self::gate(r#"{"base":"/~a@b","outside":"public"}"#, &[]).unwrap();
    assert_eq!(access(&at, "GET", "/~a@b/x"), "required");
    assert_eq!(outcome(&at, "GET", "/~a%40b/x", &[]), "ambiguous_request");
    assert_eq!(access(&at, "GET", "/~a%40c/x"), "public");
    let any = [r#"{"path":"/Users","access":"public"}"#];
    let any = self::gate(r#"{"base":"/j","routeQuery":"r","pathCase":"any"}"#, &any).unwrap();
    assert_eq!(access(&any, "GET", "/?r=/uSERS"), "public");
}

#[wasm_bindgen_test(unsupported = test)]
fn a_request_that_names_two_methods_or_two_paths_is_refused() {
    let gate = gate("{}", &[r#"{"path":"/**","method":"GET","access":"public"}"#]).unwrap();
    for (method, url, field, expected) in [
        ("GET", "/x?_method=DELETE", None, "ambiguous_request"),
        ("GET", "/x?_method=delete", None, "ambiguous_request"),
        ("GET", "/x?_METHOD=DELETE", None, "ambiguous_request"),
        ("GET", "/x?.method=DELETE", None, "ambiguous_request"),
        ("GET", "/x?%5Fmethod=DELETE", None, "ambiguous_request"),
        ("GET", "/x?_method[]=DELETE", None, "ambiguous_request"),
        ("GET", "/x?_method=GET&_method=DELETE", None, "ambiguous_request"),
        ("GET", "/x?_method=GET;_method=DELETE", None, "ambiguous_request"),
        ("GET", "/x?_method", None, "ambiguous_request"),
        (
            "OPTIONS",
            "/x?_method=DELETE",
            Some(("access-control-request-method", "GET")),
            "ambiguous_request",
        ),
        ("HEAD", "/x?_method=DELETE", None, "ambiguous_request"),
        ("GET", "/x", Some(("x-http-method-override", "DELETE")), "ambiguous_request"),
        ("GET", "/x", Some(("x-http-method-override", "")), "ambiguous_request"),
        ("GET", "/x", Some(("x-http-method", "DELETE")), "ambiguous_request"),
        ("GET", "/x", Some(("x-method-override", "PUT")), "ambiguous_request"),
        ("GET", "/x", Some(("x-original-url", "/admin")), "ambiguous_request"),
        ("GET", "/x", Some(("x-rewrite-url", "/admin")), "ambiguous_request"),
        ("GET", "/x?a", Some(("x-rewrite-url", "/x")), "ambiguous_request"),
        ("get", "/x", None, "ambiguous_request"),
        ("Get", "/x", None, "ambiguous_request"),
        ("", "/x", None, "ambiguous_request"),
        ("GET ", "/x", None, "ambiguous_request"),
        ("GE\u{212a}", "/x", None, "ambiguous_request"),
        // Said twice, but the same.
        ("GET", "/x?_method=GET", None, "public"),
        ("GET", "/x?a_method=DELETE", None, "public"),
        ("GET", "/x", Some(("x-http-method-override", "GET")), "public"),
        ("GET", "http://h/x?a", Some(("x-original-url", "/x?a")), "public"),
        ("HEAD", "/x", None, "public"),
        ("PROPFIND", "/x", None, "missing_token"),
        ("M-SEARCH", "/x", None, "missing_token"),
    ] {
        let fields: Vec<_> = field.into_iter().collect();
        assert_eq!(outcome(&gate, method, url, &fields), expected, "{method} {url} {field:?}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_preflight_passes_unless_it_is_to_be_guarded() {
    let asked = [("access-control-request-method", "DELETE")];
    let pass = gate("{}", &[]).unwrap();
    assert_eq!(outcome(&pass, "OPTIONS", "/x", &asked), "public");
    assert_eq!(outcome(&pass, "OPTIONS", "/x", &[]), "missing_token");
    assert_eq!(outcome(&pass, "GET", "/x", &asked), "missing_token");
    assert_eq!(outcome(&pass, "OPTIONS", "/x/../y", &asked), "ambiguous_request");
    let guard = gate(r#"{"preflight":"guard"}"#, &[]).unwrap();
    assert_eq!(outcome(&guard, "OPTIONS", "/x", &asked), "missing_token");
    assert_eq!(outcome(&guard, "OPTIONS", "/x", &[asked[0], BEARER]), "token");
}

// WP-12: the token is the text after the literal `Bearer `. MO-6: there in any case. TD-17: only
// after `JWT`, in any case. TD-27: a header of one part is none.
#[wasm_bindgen_test(unsupported = test)]
fn a_header_is_one_scheme_and_one_token_or_no_token_at_all() {
    let bearer = gate("{}", &[]).unwrap();
    let exact = gate(r#"{"schemeCase":"exact"}"#, &[]).unwrap();
    let jwt = gate(r#"{"schemes":["JWT"]}"#, &[]).unwrap();
    let both = gate(r#"{"schemes":["Bearer","JWT"],"schemeCase":"exact"}"#, &[]).unwrap();
    let no = "unsupported_scheme";
    for (value, expected) in [
        ("Bearer {t}", ["token", "token", no, "token"]),
        ("bearer {t}", ["token", no, no, no]),
        ("BEARER {t}", ["token", no, no, no]),
        ("JWT {t}", [no, no, "token", "token"]),
        ("jwt {t}", [no, no, "token", no]),
        ("Bearer  {t}", ["token", "token", no, "token"]),
        (" Bearer {t}\t ", ["token", "token", no, "token"]),
        ("", [no; 4]),
        (" ", [no; 4]),
        ("Bearer", [no; 4]),
        ("Bearer ", [no; 4]),
        ("Bearer   ", [no; 4]),
        ("JWT", [no; 4]),
        ("{t}", [no; 4]),
        ("Bearer\t{t}", [no; 4]),
        ("Bearer \t{t}", [no; 4]),
        ("Bearer\u{a0}{t}", [no; 4]),
        ("Bearer:{t}", [no; 4]),
        ("Bearer={t}", [no; 4]),
        ("Bearer{t}", [no; 4]),
        ("Basic {t}", [no; 4]),
        ("Token {t}", [no; 4]),
        ("Bearer {t} {t}", [no; 4]),
        ("Bearer {t}, Bearer {t}", [no; 4]),
        ("Bearer {t},", [no; 4]),
        ("Bearer {t};x", [no; 4]),
        ("Bearer \"{t}\"", [no; 4]),
        ("Bearer token={t} x", [no; 4]),
        ("Basic x, Bearer {t}", [no; 4]),
        ("Bearer Bearer {t}", [no; 4]),
        ("Bearer {t}\u{e9}", [no; 4]),
        ("B\u{e9}arer {t}", [no; 4]),
        ("Bearer \u{fffd}", [no; 4]),
        ("Bearer {t}\0", [no; 4]),
        ("\u{feff}Bearer {t}", [no; 4]),
        ("Bearer %65yJh", [no; 4]),
    ] {
        let value = value.replace("{t}", TOKEN);
        let fields = [("authorization", value.as_str())];
        let found = [&bearer, &exact, &jwt, &both].map(|gate| outcome(gate, "GET", "/", &fields));
        assert_eq!(found, expected, "{value:?}");
    }
    assert_eq!(outcome(&bearer, "GET", "/", &[BEARER, BEARER]), no, "sent twice");
    assert_eq!(outcome(&bearer, "GET", "/", &[]), "missing_token");
    let long = ["Bearer ", &"a".repeat(1 << 20)].concat();
    let Ok(Admission::Token { token, .. }) =
        bearer.admit(&request("GET", "/", &[("authorization", &long)]))
    else {
        unreachable!("a long token is for the verifier to refuse");
    };
    assert_eq!(token.len(), 1 << 20);
}

// WP-11, MO-7: headers are asked in order. MO-17: a header of one's own takes the usual one's place.
#[wasm_bindgen_test(unsupported = test)]
fn the_first_header_that_is_there_decides() {
    let order =
        gate(r#"{"headers":["Authorization","redirect_http_authorization"]}"#, &[]).unwrap();
    let british = gate(r#"{"headers":["authorization","authorisation"]}"#, &[]).unwrap();
    let own = gate(r#"{"headers":"X-Api-Token"}"#, &[]).unwrap();
    let value = BEARER.1;
    for (gate, fields, expected) in [
        (&order, vec![BEARER], "token"),
        (&order, vec![("redirect_http_authorization", value)], "token"),
        (&order, vec![("redirect_http_authorization", "Basic x"), BEARER], "token"),
        (
            &order,
            vec![("redirect_http_authorization", value), ("authorization", "Basic x")],
            "unsupported_scheme",
        ),
        (
            &order,
            vec![("redirect_http_authorization", value), ("authorization", "")],
            "unsupported_scheme",
        ),
        (&british, vec![("authorisation", value)], "token"),
        (&british, vec![("authorization", "x"), ("authorisation", value)], "unsupported_scheme"),
        (&own, vec![BEARER], "missing_token"),
        (&own, vec![BEARER, ("x-api-token", "Bearer")], "unsupported_scheme"),
        (&own, vec![("authorization", "Basic x"), ("x-api-token", value)], "token"),
    ] {
        assert_eq!(outcome(gate, "GET", "/", &fields), expected, "{fields:?}");
    }
    let names = own.fields();
    assert!(names.contains(&"x-api-token") && !names.contains(&"authorization"));
}

// TD-17: `?secret_token=` where that is asked for. TD-27: and nowhere else.
#[wasm_bindgen_test(unsupported = test)]
fn query_and_cookie_are_looked_at_only_where_that_is_asked_for() {
    let usual = gate("{}", &[]).unwrap();
    let query = gate(r#"{"schemes":"JWT","query":"secret_token","cookie":null}"#, &[]).unwrap();
    let cookie = gate(r#"{"cookie":"session","query":null}"#, &[]).unwrap();
    let all = gate(r#"{"cookie":"session","query":"secret_token"}"#, &[]).unwrap();
    let (miss, bad, twice) = ("missing_token", "unsupported_scheme", "ambiguous_request");
    for (gate, url, fields, expected) in [
        (&usual, "/?secret_token={t}&access_token={t}", &[][..], miss),
        (&usual, "/", &[("cookie", "session={t}; token={t}")], miss),
        (&query, "/?secret_token={t}", &[], "token"),
        (&query, "/?a=b&secret_token={q}", &[], "token"),
        (&query, "/?secret_token={t}", &[("cookie", "session=x")], "token"),
        (&query, "/?secret_token={t}", &[("authorization", "JWT {t}")], "token"),
        (&query, "/?secret_token=x", &[("authorization", "JWT {t}")], "token"),
        (&query, "/?secret_token={t}", &[("authorization", "Bearer {t}")], bad),
        (&query, "/?secret_token={t}", &[("authorization", "")], bad),
        (&query, "/?secret_token=", &[], bad),
        (&query, "/?secret_token", &[], bad),
        (&query, "/?secret_token=JWT+{t}", &[], bad),
        (&query, "/?secret_token={t}%00", &[], bad),
        (&query, "/?secret_token={t}%zz", &[], twice),
        (&query, "/?secret_token={t}&secret_token={t}", &[], twice),
        (&query, "/?secret_token={t}&secret.token=x", &[], twice),
        (&query, "/?secret_token[]={t}", &[], twice),
        (&query, "/?SECRET_TOKEN={t}", &[], twice),
        (&query, "/?secret_tokens={t}", &[], miss),
        (&cookie, "/", &[("cookie", "session={t}")], "token"),
        (&cookie, "/", &[("cookie", "a=b;session={t} ; c=\u{e9}")], "token"),
        (&cookie, "/", &[("cookie", "a=b"), ("cookie", "session={t}")], "token"),
        (&cookie, "/", &[("cookie", "xsession={t}; Session={t}; session")], miss),
        (&cookie, "/", &[("cookie", "a=session={t}")], miss),
        (&cookie, "/", &[("cookie", "")], miss),
        (&cookie, "/", &[("cookie", "session=")], bad),
        (&cookie, "/", &[("cookie", "session=\"{t}\"")], bad),
        (&cookie, "/", &[("cookie", "session={t},x")], bad),
        (&cookie, "/", &[("cookie", "session={t}; session={t}")], twice),
        (&cookie, "/", &[("cookie", "session={t}"), ("cookie", "session=x")], twice),
        (&all, "/?secret_token={t}", &[("cookie", "session=bad!")], "token"),
        (&all, "/?secret_token=", &[("cookie", "session={t}")], bad),
        (&all, "/", &[("authorization", "x"), ("cookie", "session={t}")], bad),
    ] {
        let fill = |text: &str| {
            text.replace("{t}", TOKEN.trim_end_matches("+/=="))
                .replace("{q}", "eyJh%2EeyJz%2Ec2ln-_~")
        };
        let filled: Vec<_> = fields.iter().map(|(name, value)| (*name, fill(value))).collect();
        let fields: Vec<_> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let url = fill(url);
        let found = match gate.admit(&request("GET", &url, &fields)) {
            Ok(Admission::Token { token, .. }) => {
                assert_eq!(token, "eyJh.eyJz.c2ln-_~");
                "token"
            }
            Ok(Admission::Public) => "public",
            Err(code) => code.name(),
        };
        assert_eq!(found, expected, "{url} {fields:?}");
    }
}

fn permits(gate: &Gate, roles: usize, claims: &str) -> bool {
    match gate.permit(roles, &Object::parse(claims).unwrap()) {
        Ok(()) => true,
        Err(refusal) => {
            assert_eq!(refusal.code, Code::ForbiddenRole);
            false
        }
    }
}

// LD-10: a closed list of roles.
#[wasm_bindgen_test(unsupported = test)]
fn a_list_of_roles_that_may_pass_lets_those_pass_alone() {
    let gate = gate(
        r#"{"roles":{"claim":"/user/role","allow":["agent","admin","teamleader","sponsor","manager"]}}"#,
        &[],
    )
    .unwrap();
    assert_eq!(outcome(&gate, "GET", "/", &[BEARER]), "role 0");
    for (claims, expected) in [
        (r#"{"user":{"role":"agent"}}"#, true),
        (r#"{"user":{"role":["visitor","manager"]}}"#, true),
        (r#"{"user":{"role":"Agent"}}"#, false),
        (r#"{"user":{"role":"agent "}}"#, false),
        (r#"{"user":{"role":"owner"}}"#, false),
        (r#"{"user":{"role":""}}"#, false),
        (r#"{"user":{"role":[]}}"#, false),
        (r#"{"user":{"role":["agent",1]}}"#, false),
        (r#"{"user":{"role":[["agent"]]}}"#, false),
        (r#"{"user":{"role":{"agent":true}}}"#, false),
        (r#"{"user":{"role":null}}"#, false),
        (r#"{"user":{"role":true}}"#, false),
        (r#"{"user":"agent"}"#, false),
        (r#"{"role":"agent"}"#, false),
        ("{}", false),
    ] {
        assert_eq!(permits(&gate, 0, claims), expected, "{claims}");
    }
    assert!(!permits(&gate, 1, r#"{"user":{"role":"agent"}}"#), "a rule that is not there");
}

// MO-19: both senses of the list, and all roles where there is none.
#[wasm_bindgen_test(unsupported = test)]
fn a_list_of_roles_that_may_not_pass_stops_those_and_whoever_says_none() {
    let routes = &[
        r#"{"path":"/own","access":"required","roles":{"claim":"/role","allow":"editor"}}"#,
        r#"{"path":"/none","access":"required","roles":null}"#,
        r#"{"path":"/open","access":"public"}"#,
        r#"{"path":"/usual","access":"optional"}"#,
    ];
    let denying =
        gate(r#"{"roles":{"claim":"/role","deny":["subscriber","banned"]}}"#, routes).unwrap();
    for (claims, expected) in [
        (r#"{"role":"editor"}"#, true),
        (r#"{"role":["editor","author"]}"#, true),
        (r#"{"role":"Subscriber"}"#, true),
        (r#"{"role":"subscriber"}"#, false),
        (r#"{"role":["editor","banned"]}"#, false),
        (r#"{"role":[]}"#, false),
        (r#"{"role":[1]}"#, false),
        (r#"{"role":5}"#, false),
        ("{}", false),
    ] {
        assert_eq!(permits(&denying, 0, claims), expected, "{claims}");
    }
    for (path, expected) in [
        ("/x", "role 0"),
        ("/usual", "role 0"),
        ("/own", "role 1"),
        ("/none", "token"),
        ("/open", "public"),
    ] {
        assert_eq!(outcome(&denying, "GET", path, &[BEARER]), expected, "{path}");
    }
    let all = gate("{}", routes).unwrap();
    assert_eq!(outcome(&all, "GET", "/x", &[BEARER]), "token", "all roles by default");
}

#[wasm_bindgen_test(unsupported = test)]
fn misuse_is_named() {
    for (described, problem_said) in [
        (r#"{"acess":"public"}"#, "acess: is not an option here"),
        (r#"{"access":"open"}"#, "access: is not public, optional or required"),
        (r#"{"headers":[]}"#, "headers: is not a string or a list of strings"),
        (r#"{"headers":["a b"]}"#, "headers: holds what is not a name"),
        (r#"{"headers":["a:b"]}"#, "headers: holds what is not a name"),
        (r#"{"schemes":["Bearer "]}"#, "schemes: holds what is not a name"),
        (r#"{"schemes":[""]}"#, "schemes: holds what is not a name"),
        (r#"{"schemeCase":"lower"}"#, "schemeCase: is not any or exact"),
        (r#"{"query":""}"#, "query: is not a name"),
        (r#"{"cookie":"a=b"}"#, "cookie: is not a name"),
        (r#"{"preflight":true}"#, "preflight: is not a string"),
        (r#"{"base":"wp-json"}"#, "base: is not a path such as /wp-json"),
        (r#"{"base":"/"}"#, "base: is not a path such as /wp-json"),
        (r#"{"base":"/{a}"}"#, "base: is not a path such as /wp-json"),
        (r#"{"base":"/a/**"}"#, "base: is not a path such as /wp-json"),
        (r#"{"routeQuery":"r"}"#, "routeQuery: is not an option here"),
        (r#"{"outside":"public"}"#, "outside: is not an option here"),
        (
            r#"{"roles":{"claim":"role","allow":"a"}}"#,
            "roles.claim: holds what is not a JSON pointer, such as /data/user/id",
        ),
        (r#"{"roles":{"claim":"/r"}}"#, "roles.allow: must be said, or deny, and not both"),
        (
            r#"{"roles":{"claim":"/r","allow":"a","deny":"b"}}"#,
            "roles.allow: must be said, or deny, and not both",
        ),
    ] {
        assert_eq!(problem(described, &[]), problem_said, "{described}");
    }
    for (route, problem_said) in [
        (r#"{"access":"public"}"#, "routes.path: must be said"),
        (r#"{"path":"/a"}"#, "routes.access: must be said: a value to check, or null for any"),
        (r#"{"path":"/a","access":"public","x":1}"#, "routes.x: is not an option here"),
        (
            r#"{"path":"/a","access":"public","method":"get"}"#,
            "routes.method: is not in upper case, or is HEAD, which follows GET",
        ),
        (
            r#"{"path":"/a","access":"public","method":"HEAD"}"#,
            "routes.method: is not in upper case, or is HEAD, which follows GET",
        ),
        (
            r#"{"path":"/a","access":"public","method":""}"#,
            "routes.method: is not in upper case, or is HEAD, which follows GET",
        ),
        (
            r#"{"path":"/a","access":"public","roles":{"claim":"/r","allow":"a"}}"#,
            "routes.roles: are not looked at where access is public",
        ),
    ] {
        assert_eq!(problem("{}", &[route]), problem_said, "{route}");
    }
    for path in [
        "", "a", "//", "/a//b", "/a/../b", "/.", "/a\\\\b", "/a%20b", "/a;b", "/a?b", "/a#b", "/{",
        "/{}", "/{a", "/a}", "/x{a}", "/{a}{b}", "/{a}x", "/*", "/**/a", "/a/*", "/a**", "/a/***",
        "/a/**/", "/ a", "/a.", "/{a b }",
    ] {
        let route = format!(r#"{{"path":"{path}","access":"public"}}"#);
        assert_eq!(
            problem("{}", &[&route]),
            "routes.path: is not a path such as /a/{id}",
            "{path}"
        );
    }
    for (one, other) in
        [("/a", "/a"), ("/a", "/a/"), ("/{a}", "/{b}"), ("/a/**", "/a/**"), ("/**", "/**")]
    {
        let route = |path: &str, method: &str| {
            format!(r#"{{"path":"{path}","method":{method},"access":"public"}}"#)
        };
        for methods in [["null", "null"], ["\"GET\"", "\"GET\""], ["[\"PUT\",\"GET\"]", "\"GET\""]]
        {
            let routes = [route(one, methods[0]), route(other, methods[1])];
            let said = problem("{}", &[&routes[0], &routes[1]]);
            assert_eq!(said, "routes.path: has two rules for one method", "{routes:?}");
        }
        assert!(gate("{}", &[&route(one, "\"GET\""), &route(other, "null")]).is_ok());
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn every_code_has_a_standard_answer_that_may_be_sent() {
    for code in Code::ALL {
        let answer = standard(&(*code).into());
        let expected = match code {
            Code::AmbiguousRequest => (400, "invalid_request"),
            Code::ForbiddenRole => (403, "insufficient_scope"),
            Code::StaleList | Code::NotCovered | Code::InternalError => {
                (503, "temporarily_unavailable")
            }
            _ => (401, "invalid_token"),
        };
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((answer.status, body["error"].as_str().unwrap()), expected, "{}", code.name());
        assert_eq!(body["code"], code.name());
        assert_eq!(body["error_description"], code.message());

        // RFC 6750 section 3: the characters that these attributes may have.
        let challenges: Vec<_> = answer.headers.iter().collect();
        match (challenges.as_slice(), expected.0) {
            ([], 503) => {}
            ([(name, challenge)], _) => {
                assert_eq!(*name, "WWW-Authenticate");
                let named = format!(
                    r#"Bearer error="{}", error_description="{}""#,
                    expected.1,
                    code.message()
                );
                let is_absent = matches!(code, Code::MissingToken | Code::UnsupportedScheme);
                assert_eq!(*challenge, if is_absent { "Bearer".to_owned() } else { named });
                assert!(code.message().bytes().all(|b| b.is_ascii() && !b"\"\\".contains(&b)));
            }
            _ => unreachable!("{}: {challenges:?}", code.name()),
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_denial_holds_the_refusal_and_the_answer_and_nothing_of_the_request() {
    let gate = gate("{}", &[]).unwrap();
    let fields = [("authorization", "Basic c2VjcmV0")];
    let code = gate.admit(&request("GET", "/secret", &fields)).unwrap_err();
    let text = gate.denial_json(&code.into());
    assert!(!text.contains("c2VjcmV0") && !text.contains("/secret"));
    let denial: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(denial["outcome"], "deny");
    assert_eq!(denial["decision"]["code"], "unsupported_scheme");
    assert_eq!(denial["decision"]["stage"], "header");
    assert_eq!(denial["response"]["status"], 401);
    assert_eq!(denial["response"]["headers"]["Content-Type"], "application/json");
    assert_eq!(denial["response"]["headers"]["WWW-Authenticate"], "Bearer");
}
