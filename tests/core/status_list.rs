//! Status lists: where a token's status stands, what a list says of it, and the lists that are not
//! taken in.

use edge_jwt::claims::{Claims, Subjects};
use edge_jwt::error::{Code, Refusal};
use edge_jwt::json::Object;
use edge_jwt::revocation::Standing::{Absent, Invalid, Stale, Suspended, Unknown, Valid};
use edge_jwt::revocation::{
    Fault, Format, Presented, Reference, Revocations, Settings, Standing, Status, StatusLists,
};
use miniz_oxide::deflate::{compress_to_vec, compress_to_vec_zlib};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{NOW, base64url, options, time};

const URI: &str = "https://example.com/lists/1";
const LIMIT: usize = 1 << 20;

/// The octets of section 4.1 of the draft: 16 entries of 1 bit.
const OCTETS: [u8; 2] = [0xb9, 0xa3];

/// The same as the draft writes them.
const LST: &str = "eNrbuRgAAhcBXQ";

fn load(lists: &mut StatusLists, claims: &Value) -> Result<String, Fault> {
    lists.load(&claims.to_string(), Format::StatusList, LIMIT, usize::MAX, time(NOW))
}

fn load_bitstring(lists: &mut StatusLists, claims: &Value) -> Result<String, Fault> {
    lists.load(&claims.to_string(), Format::Bitstring, LIMIT, usize::MAX, time(NOW))
}

fn status_list(bits: u8, lst: impl AsRef<str>) -> Value {
    json!({ "sub": URI, "iat": NOW - 100.0, "status_list": { "bits": bits, "lst": lst.as_ref() } })
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

fn without(mut claims: Value, name: &str) -> Value {
    claims.as_object_mut().unwrap().remove(name).unwrap();
    claims
}

fn zlib(octets: &[u8]) -> Vec<u8> {
    compress_to_vec_zlib(octets, 9)
}

fn gzip(octets: &[u8]) -> Vec<u8> {
    let crc = octets.iter().fold(u32::MAX, |crc, octet| {
        (0..8).fold(crc ^ u32::from(*octet), |crc, _| {
            if crc & 1 == 0 { crc >> 1 } else { crc >> 1 ^ 0xedb8_8320 }
        })
    });
    let length = u32::try_from(octets.len()).unwrap();
    let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let trailer = [(!crc).to_le_bytes(), length.to_le_bytes()].concat();
    [&header, &*compress_to_vec(octets, 9), &trailer].concat()
}

fn bitstring(purpose: &str, gzip: &[u8]) -> Value {
    let list = format!("u{}", base64url(gzip));
    let subject =
        json!({ "type": "BitstringStatusList", "statusPurpose": purpose, "encodedList": list });
    json!({ "id": URI, "credentialSubject": subject })
}

/// A bitstring of the least length that begins with these octets.
fn crowd(octets: &[u8]) -> Vec<u8> {
    let mut crowd = octets.to_vec();
    crowd.resize(16 * 1024, 0);
    crowd
}

fn lists_of(claims: &Value) -> StatusLists {
    let mut lists = StatusLists::default();
    assert_eq!(load(&mut lists, claims).as_deref(), Ok(URI), "{claims}");
    lists
}

fn standing(lists: &StatusLists, index: u64) -> Standing {
    lists.standing(&Reference { uri: URI, index }, time(NOW), None)
}

fn standings(lists: &StatusLists, count: u64) -> Vec<Standing> {
    (0..count).map(|index| standing(lists, index)).collect()
}

#[wasm_bindgen_test(unsupported = test)]
fn the_examples_of_the_draft_say_what_it_says() {
    let one = standings(&lists_of(&status_list(1, LST)), 17);
    let expected = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1];
    let expected = expected.map(|bit| if bit == 1 { Invalid } else { Valid });
    assert_eq!(one, [&expected[..], &[Unknown]].concat());

    let two = standings(&lists_of(&status_list(2, "eNo76fITAAPfAgc")), 13);
    let expected = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3, 4];
    let meanings = [Valid, Invalid, Suspended, Unknown, Unknown];
    assert_eq!(two, expected.map(|value: usize| meanings[value]));
}

/// The two formats number the bits of an octet from opposite ends.
#[wasm_bindgen_test(unsupported = test)]
fn the_same_octets_read_in_the_two_formats_are_mirrored_octet_by_octet() {
    let octets = crowd(&OCTETS);
    let least_first = standings(&lists_of(&status_list(1, base64url(zlib(&octets)))), 24);
    let mut lists = StatusLists::default();
    load_bitstring(&mut lists, &bitstring("revocation", &gzip(&octets))).unwrap();
    let most_first = standings(&lists, 24);
    assert_ne!(least_first, most_first);
    for (least, most) in least_first.chunks(8).zip(most_first.chunks(8)) {
        assert!(least.iter().eq(most.iter().rev()));
    }
    // 0xb9 is 1011_1001.
    assert_eq!(most_first[..4], [Invalid, Valid, Invalid, Invalid]);
}

#[wasm_bindgen_test(unsupported = test)]
fn an_entry_past_the_end_is_unknown_for_every_width() {
    for bits in [1, 2, 4, 8] {
        let lists = lists_of(&status_list(bits, base64url(zlib(&[0; 3]))));
        let entries = 24 / u64::from(bits);
        assert_eq!(standings(&lists, entries), vec![Valid; usize::try_from(entries).unwrap()]);
        let beyond = [1 << 16, 1 << 29, 1 << 32, (1 << 53) - 1, u64::MAX];
        for index in [entries, entries + 1].into_iter().chain(beyond) {
            assert_eq!(standing(&lists, index), Unknown, "{bits} {index}");
        }
    }
    let nothing = lists_of(&status_list(1, base64url(zlib(&[]))));
    assert_eq!(standing(&nothing, 0), Unknown);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_value_without_a_meaning_here_is_unknown() {
    let octets: Vec<u8> = (0..=255).collect();
    let eight = standings(&lists_of(&status_list(8, base64url(zlib(&octets)))), 256);
    assert_eq!(eight[..3], [Valid, Invalid, Suspended]);
    assert!(eight[3..].iter().all(|standing| *standing == Unknown));
    let four = standings(&lists_of(&status_list(4, base64url(zlib(&[0x10, 0x32, 0xfc])))), 6);
    assert_eq!(four, [Valid, Invalid, Suspended, Unknown, Unknown, Unknown]);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_list_not_as_the_draft_has_it_is_malformed() {
    let list = || status_list(1, LST);
    for bits in
        [json!(0), json!(3), json!(5), json!(16), json!(-1), json!(1.5), json!("1"), json!(null)]
    {
        let claims = with(list(), "status_list", json!({ "bits": bits, "lst": LST }));
        assert_eq!(load(&mut StatusLists::default(), &claims), Err(Fault::Malformed), "{claims}");
    }
    for claims in [
        without(list(), "sub"),
        without(list(), "iat"),
        without(list(), "status_list"),
        with(list(), "sub", json!("")),
        with(list(), "sub", json!(1)),
        with(list(), "iat", json!("1")),
        with(list(), "exp", json!(null)),
        with(list(), "exp", json!(1.7e12)),
        with(list(), "ttl", json!(0)),
        with(list(), "ttl", json!(-1)),
        with(list(), "ttl", json!("43200")),
        with(list(), "ttl", json!(null)),
        with(list(), "status_list", json!([])),
        with(list(), "status_list", json!({ "bits": 1 })),
        with(list(), "status_list", json!({ "lst": LST })),
        with(list(), "status_list", json!({ "bits": 1, "lst": 5 })),
    ] {
        assert_eq!(load(&mut StatusLists::default(), &claims), Err(Fault::Malformed), "{claims}");
    }
    for text in ["", "1", "[]", "{", r#"{"sub":"u","sub":"u"}"#] {
        let mut lists = StatusLists::default();
        let loaded = lists.load(text, Format::StatusList, LIMIT, usize::MAX, time(NOW));
        assert_eq!(loaded, Err(Fault::Malformed), "{text}");
    }
    assert!(load(&mut StatusLists::default(), &with(list(), "ttl", json!(0.5))).is_ok());
}

#[wasm_bindgen_test(unsupported = test)]
fn a_list_is_one_zlib_stream_in_canonical_base64url() {
    let stream = zlib(&OCTETS);
    let behind = [&*stream, &[0]].concat();
    let dictionary = [&[0x78, 0xbb][..], &stream[2..]].concat();
    for lst in [
        String::new(),
        format!("{LST}=="),
        format!("{LST}+"),
        format!("{LST}A"),
        // The last letter with a spare bit set.
        "eNrbuRgAAhcBXR".to_owned(),
        "!!!".to_owned(),
        base64url(behind),
        base64url(dictionary),
        base64url(&stream[2..stream.len() - 4]),
        base64url(compress_to_vec(&OCTETS, 9)),
        base64url(gzip(&OCTETS)),
        base64url([&*stream, &*stream].concat()),
    ] {
        let claims = status_list(1, &lst);
        assert_eq!(load(&mut StatusLists::default(), &claims), Err(Fault::Malformed), "{lst}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_list_cut_at_any_octet_is_malformed() {
    let (zlib, gzip) = (zlib(&OCTETS), gzip(&crowd(&OCTETS)));
    let mut lists = StatusLists::default();
    for end in 0..zlib.len() {
        let claims = status_list(1, base64url(&zlib[..end]));
        assert_eq!(load(&mut lists, &claims), Err(Fault::Malformed), "{end}");
    }
    for end in 0..gzip.len() {
        let claims = bitstring("revocation", &gzip[..end]);
        assert_eq!(load_bitstring(&mut lists, &claims), Err(Fault::Malformed), "{end}");
    }
    assert!(lists.is_empty());
}

/// A bit that carries nothing, such as one of gzip's time, may be turned; an answer never is.
#[wasm_bindgen_test(unsupported = test)]
fn a_turned_bit_never_changes_an_answer() {
    let octets = crowd(&OCTETS);
    let turned = |stream: &[u8], bit: usize| {
        let mut stream = stream.to_vec();
        stream[bit / 8] ^= 1 << (bit % 8);
        stream
    };
    let (zlib, gzip) = (zlib(&OCTETS), gzip(&octets));
    let right = standings(&lists_of(&status_list(1, LST)), 17);
    for bit in 0..zlib.len() * 8 {
        let mut lists = StatusLists::default();
        if load(&mut lists, &status_list(1, base64url(turned(&zlib, bit)))).is_ok() {
            assert_eq!(standings(&lists, 17), right, "{bit}");
        }
    }
    let mut lists = StatusLists::default();
    load_bitstring(&mut lists, &bitstring("revocation", &gzip)).unwrap();
    let right = standings(&lists, 131_073);
    for bit in 0..gzip.len() * 8 {
        let mut lists = StatusLists::default();
        if load_bitstring(&mut lists, &bitstring("revocation", &turned(&gzip, bit))).is_ok() {
            assert!(standings(&lists, 131_073) == right, "{bit}");
        }
    }
}

/// Catalogue 22: a little text that would inflate to a great list.
#[wasm_bindgen_test(unsupported = test)]
fn a_list_above_the_limit_is_refused_and_the_one_at_hand_serves_on() {
    let mut lists = lists_of(&status_list(1, LST));
    let octets = vec![0; LIMIT + 1];
    let above = status_list(1, base64url(zlib(&octets)));
    assert_eq!(load(&mut lists, &above), Err(Fault::TooLarge));
    let above = with(bitstring("revocation", &gzip(&octets)), "iat", json!(NOW));
    assert_eq!(load_bitstring(&mut lists, &above), Err(Fault::TooLarge));
    assert_eq!((lists.len(), lists.bytes()), (1, 2));
    assert_eq!(standing(&lists, 0), Invalid);

    let just = status_list(1, base64url(zlib(&octets[1..])));
    assert!(load(&mut lists, &just).is_ok());
    assert_eq!((lists.len(), lists.bytes()), (1, LIMIT));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_list_takes_the_room_of_the_one_that_it_replaces() {
    let mut lists = Revocations::new(Settings::read(options(r#"{"maxBytes":100}"#)).unwrap());
    let mut load = |name: &str, octets: usize| {
        let list = with(status_list(1, base64url(zlib(&vec![0; octets]))), "sub", json!(name));
        lists.load_status_list(&list.to_string(), Format::StatusList, time(NOW))
    };
    load("one", 60).unwrap();
    assert_eq!(load("other", 41), Err(Fault::TooLarge));
    load("other", 40).unwrap();
    load("one", 60).unwrap();
    assert_eq!(load("one", 61), Err(Fault::TooLarge));
    load("one", 10).unwrap();
    load("other", 90).unwrap();
}

#[wasm_bindgen_test(unsupported = test)]
fn every_fault_leaves_the_list_at_hand() {
    let mut lists = lists_of(&status_list(1, LST));
    let list = || status_list(1, base64url(zlib(&[0; 2])));
    for (claims, fault) in [
        (with(list(), "ttl", json!(0)), Fault::Malformed),
        (status_list(1, "eNrbuRgAAhcBXA"), Fault::Malformed),
        (with(list(), "exp", json!(NOW)), Fault::Expired),
        (with(list(), "iat", json!(NOW - 100.5)), Fault::Rollback),
    ] {
        assert_eq!(load(&mut lists, &claims), Err(fault), "{claims}");
        assert_eq!(standing(&lists, 0), Invalid);
    }
    assert!(load(&mut lists, &list()).is_ok());
    assert_eq!(standing(&lists, 0), Valid);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_list_read_again_takes_the_place_of_the_one_before() {
    let mut lists = lists_of(&status_list(1, LST));
    let newer = with(status_list(2, base64url(zlib(&[2]))), "iat", json!(NOW));
    assert_eq!(load(&mut lists, &newer).as_deref(), Ok(URI));
    assert_eq!(standings(&lists, 5), [Suspended, Valid, Valid, Valid, Unknown]);
    assert_eq!(lists.len(), 1);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_list_speaks_for_its_own_name_alone() {
    let lists = lists_of(&status_list(1, LST));
    for uri in ["https://example.com/lists/1/", "https://EXAMPLE.com/lists/1", ""] {
        assert_eq!(lists.standing(&Reference { uri, index: 0 }, time(NOW), None), Absent);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_list_past_its_exp_is_stale_and_stays_so_until_it_is_forgotten() {
    let mut lists = lists_of(&with(status_list(1, LST), "exp", json!(NOW + 10.0)));
    load(&mut lists, &with(status_list(1, LST), "sub", json!("for ever"))).unwrap();
    let at = |lists: &StatusLists, seconds| {
        lists.standing(&Reference { uri: URI, index: 0 }, time(NOW + seconds), None)
    };
    assert_eq!(at(&lists, 9.999), Invalid);
    assert_eq!(at(&lists, 10.0), Stale);
    assert!(lists.forget(URI));
    assert_eq!(at(&lists, 0.0), Absent);
    assert_eq!((lists.len(), lists.bytes()), (1, 2));
    assert!(lists.forget("for ever"));
    assert!(!lists.forget("for ever"));
    assert!(lists.is_empty());
}

#[wasm_bindgen_test(unsupported = test)]
fn a_list_is_stale_when_it_grows_too_old_also_if_it_has_no_exp() {
    let status = |settings: &str, list: &Value, format: Format, index: u64, seconds: f64| {
        let mut lists = Revocations::new(Settings::read(options(settings)).unwrap());
        lists.load_status_list(&list.to_string(), format, time(NOW)).unwrap();
        let claims = json!({ "status": { "status_list": { "uri": URI, "idx": index } } });
        let claims = claims.to_string();
        let claims = Claims::parse(&claims, Subjects::Texts).unwrap();
        let token = Presented { claims: &claims, kid: None, signed: b"" };
        lists.check(&token, time(NOW + seconds))
    };
    // Signed a hundred seconds ago.
    let list = status_list(1, LST);
    let limited = r#"{"maxStaleness":600}"#;
    for (settings, index, seconds, expected) in [
        ("{}", 1, 1e9, Status::Good),
        (limited, 1, 500.0, Status::Good),
        (limited, 1, 500.001, Status::Stale),
        (limited, 99, 500.001, Status::Unknown),
        // Else where stale lists let pass, what was thrown out would come back.
        (limited, 0, 500.001, Status::Invalid),
    ] {
        let said = status(settings, &list, Format::StatusList, index, seconds);
        assert_eq!(said, expected, "{settings} {index} {seconds}");
    }
    let undated = bitstring("revocation", &gzip(&crowd(&[])));
    assert_eq!(status("{}", &undated, Format::Bitstring, 0, 0.0), Status::Good);
    assert_eq!(status(limited, &undated, Format::Bitstring, 0, 0.0), Status::Stale);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_bitstring_says_what_its_purpose_is() {
    let stream = gzip(&crowd(&[0x80]));
    for (purpose, set) in [("revocation", Invalid), ("suspension", Suspended)] {
        let mut lists = StatusLists::default();
        let claims = bitstring(purpose, &stream);
        assert_eq!(load_bitstring(&mut lists, &claims).as_deref(), Ok(URI));
        assert_eq!(standings(&lists, 2), [set, Valid]);
        assert_eq!(standing(&lists, 131_071), Valid);
        assert_eq!(standing(&lists, 131_072), Unknown);
    }
    for purpose in ["message", "refresh", ""] {
        let claims = bitstring(purpose, &stream);
        let loaded = load_bitstring(&mut StatusLists::default(), &claims);
        assert_eq!(loaded, Err(Fault::Malformed), "{purpose}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_bitstring_goes_by_the_id_of_its_credential_else_by_sub() {
    let list = || bitstring("revocation", &gzip(&crowd(&[])));
    let nested = |vc: Value| json!({ "sub": "sub", "id": "outer", "vc": vc });
    for (claims, name) in [
        (list(), URI),
        (with(list(), "sub", json!("sub")), URI),
        (with(without(list(), "id"), "sub", json!("sub")), "sub"),
        (nested(list()), URI),
        (nested(without(list(), "id")), "sub"),
    ] {
        assert_eq!(load_bitstring(&mut StatusLists::default(), &claims).as_deref(), Ok(name));
    }
    let nameless = without(list(), "id");
    let loaded = load_bitstring(&mut StatusLists::default(), &nameless);
    assert_eq!(loaded, Err(Fault::Malformed));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_bitstring_is_one_gzip_stream_of_a_crowd() {
    let octets = crowd(&OCTETS);
    let stream = gzip(&octets);
    let changed = |at: usize, octet: u8| {
        let mut stream = stream.clone();
        stream[at] ^= octet;
        stream
    };
    for stream in [
        gzip(&octets[1..]),
        zlib(&octets),
        compress_to_vec(&octets, 9),
        [&*stream, &[0]].concat(),
        [&*stream, &*stream].concat(),
        // A flag of an optional field, the checksum, the length.
        changed(3, 8),
        changed(stream.len() - 8, 1),
        changed(stream.len() - 4, 1),
    ] {
        let claims = bitstring("revocation", &stream);
        let loaded = load_bitstring(&mut StatusLists::default(), &claims);
        assert_eq!(loaded, Err(Fault::Malformed));
    }
    let mut bare = bitstring("revocation", &stream);
    bare["credentialSubject"]["encodedList"] = json!(base64url(&stream));
    let loaded = load_bitstring(&mut StatusLists::default(), &bare);
    assert_eq!(loaded, Err(Fault::Malformed), "without the mark of its alphabet");
}

/// A list of one format is none of the other.
#[wasm_bindgen_test(unsupported = test)]
fn no_format_is_guessed() {
    let (ours, theirs) = (status_list(1, LST), bitstring("revocation", &gzip(&crowd(&[]))));
    assert_eq!(load(&mut StatusLists::default(), &theirs), Err(Fault::Malformed));
    assert_eq!(load_bitstring(&mut StatusLists::default(), &ours), Err(Fault::Malformed));
}

/// What a token's claims refer to.
fn reference(claims: &Value) -> Result<Option<(String, u64)>, Refusal> {
    let text = claims.to_string();
    let object = Object::parse(&text).unwrap();
    Ok(Reference::of(&object)?.map(|found| (found.uri.to_owned(), found.index)))
}

#[wasm_bindgen_test(unsupported = test)]
fn a_token_says_where_its_status_stands() {
    let most = 9_007_199_254_740_991_u64;
    for index in [0, 1, 131_072, most] {
        let claims = json!({ "status": { "status_list": { "uri": URI, "idx": index } } });
        assert_eq!(reference(&claims), Ok(Some((URI.to_owned(), index))));
        for written in [json!(index), json!(index.to_string())] {
            let entry = json!({ "statusListCredential": URI, "statusListIndex": written });
            for claims in [
                json!({ "credentialStatus": entry }),
                json!({ "vc": { "credentialStatus": entry } }),
            ] {
                assert_eq!(reference(&claims), Ok(Some((URI.to_owned(), index))), "{claims}");
            }
        }
    }
}

/// `status` is a word that many tokens use for something else.
#[wasm_bindgen_test(unsupported = test)]
fn a_token_that_names_no_list_has_no_reference() {
    for claims in [
        json!({}),
        json!({ "status": "active" }),
        json!({ "status": null }),
        json!({ "status": { "identifier_list": { "uri": URI, "id": "x" } } }),
        json!({ "status_list": { "uri": URI, "idx": 0 } }),
        json!({ "vc": { "status": { "status_list": { "uri": URI, "idx": 0 } } } }),
    ] {
        assert_eq!(reference(&claims), Ok(None), "{claims}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_reference_not_well_formed_is_an_invalid_claim() {
    for entry in [
        json!(null),
        json!("list"),
        json!([]),
        json!({}),
        json!({ "uri": URI }),
        json!({ "idx": 0 }),
        json!({ "uri": "", "idx": 0 }),
        json!({ "uri": 1, "idx": 0 }),
        json!({ "uri": URI, "idx": "0" }),
        json!({ "uri": URI, "idx": -1 }),
        json!({ "uri": URI, "idx": 0.5 }),
        json!({ "uri": URI, "idx": 1e300 }),
        json!({ "uri": URI, "idx": null }),
    ] {
        let claims = json!({ "status": { "status_list": entry } });
        assert_eq!(
            reference(&claims),
            Err(Refusal::about(Code::InvalidClaim, "status")),
            "{claims}"
        );
    }
    let entry = json!({ "statusListCredential": URI, "statusListIndex": "7" });
    for (name, value) in [
        ("statusListIndex", json!("")),
        ("statusListIndex", json!("+7")),
        ("statusListIndex", json!("-7")),
        ("statusListIndex", json!("0x7")),
        ("statusListIndex", json!(" 7")),
        ("statusListIndex", json!("99999999999999999999")),
        ("statusListIndex", json!(7.5)),
        ("statusListCredential", json!({})),
        ("statusSize", json!(2)),
    ] {
        let claims = json!({ "credentialStatus": with(entry.clone(), name, value) });
        let refusal = Refusal::about(Code::InvalidClaim, "credentialStatus");
        assert_eq!(reference(&claims), Err(refusal), "{claims}");
    }
}

/// Which of two would speak for the token is not for a reader to choose.
#[wasm_bindgen_test(unsupported = test)]
fn a_token_with_two_references_is_refused() {
    let ours = json!({ "status_list": { "uri": URI, "idx": 0 } });
    let theirs = json!({ "statusListCredential": URI, "statusListIndex": "7" });
    for claims in [
        json!({ "status": ours, "credentialStatus": theirs }),
        json!({ "status": ours, "vc": { "credentialStatus": theirs } }),
        json!({ "credentialStatus": theirs, "vc": { "credentialStatus": theirs } }),
        json!({ "credentialStatus": [theirs, theirs] }),
    ] {
        assert!(reference(&claims).is_err(), "{claims}");
    }
}
