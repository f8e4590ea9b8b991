//! Published lists: what is taken in, what is refused whole, and how far they are relied on.

use edge_jwt::claims::{Claims, Subjects};
use edge_jwt::demands::Demands;
use edge_jwt::error::Code;
use edge_jwt::revocation::{
    Builder, Built, Fault, Kind, Octets, Presented, Revocations, Settings, Shard, Status,
};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{CLAIMS, NOW, World, entry, options, time};

/// What a builder makes of entries, the number of the list among its options.
pub fn build(options_text: &str, entries: &[&str]) -> Built {
    builder(options_text, entries).build(time(NOW)).unwrap()
}

pub fn builder(options_text: &str, entries: &[&str]) -> Builder {
    let said = options_text.trim_start_matches('{');
    let mut builder = Builder::read(options(&format!(r#"{{"issuer":"me",{said}"#))).unwrap();
    for entry in entries {
        builder.add(options(entry)).unwrap();
    }
    builder
}

/// A manifest as its signer would complete it.
pub fn signed(manifest: &str) -> String {
    signed_at(manifest, NOW, NOW + 3600.0)
}

pub fn signed_at(manifest: &str, issued: f64, expires: f64) -> String {
    manifest.replacen('{', &format!(r#"{{"iss":"lists","iat":{issued},"exp":{expires},"#), 1)
}

pub fn load(list: &mut Revocations, built: &Built) -> Result<(), Fault> {
    list.load(&signed(&built.manifest), octets(&built.body), time(NOW))
}

pub fn apply(list: &mut Revocations, built: &Built) -> Result<(), Fault> {
    let (manifest, body) = built.delta.as_ref().unwrap();
    list.apply(&signed(manifest), octets(body), time(NOW))
}

pub fn octets(body: &[u8]) -> Octets {
    Octets::new(body.to_vec(), None)
}

fn list(settings: &str) -> Revocations {
    Revocations::new(Settings::read(options(settings)).unwrap())
}

fn status_at(list: &Revocations, claims: &str, seconds: f64) -> Status {
    let claims = Claims::parse(claims, Subjects::Texts).unwrap();
    list.check(&Presented { claims: &claims, kid: None, signed: b"" }, time(seconds))
}

fn status(list: &Revocations, claims: &str) -> Status {
    status_at(list, claims, NOW)
}

const T1: &str = r#"{"iss":"me","jti":"t1","iat":1699999990}"#;
const T2: &str = r#"{"iss":"me","jti":"t2","iat":1699999990}"#;
const OUT: Status = Status::Revoked(Kind::Token);

/// The first list, which throws out t1, and the second, which throws out t2 instead.
fn two() -> (Built, Built) {
    let first = build(r#"{"seq":1}"#, &[r#"{"jti":"t1"}"#]);
    let mut builder = builder(r#"{"seq":2}"#, &[r#"{"jti":"t2"}"#]);
    builder.follow(&signed(&first.manifest), first.body.clone()).unwrap();
    let second = builder.build(time(NOW)).unwrap();
    (first, second)
}

#[wasm_bindgen_test(unsupported = test)]
fn a_snapshot_and_a_delta_say_the_same_as_two_snapshots() {
    let (first, second) = two();
    let mut list = Revocations::default();
    assert_eq!(status(&list, T1), Status::Unpublished);
    load(&mut list, &first).unwrap();
    assert_eq!((status(&list, T1), status(&list, T2)), (OUT, Status::Good));
    apply(&mut list, &second).unwrap();
    assert_eq!((status(&list, T1), status(&list, T2)), (Status::Good, OUT));
    assert!(list.compact());
    assert_eq!(list.published().unwrap().snapshot(), second.body);
    assert_eq!((status(&list, T1), status(&list, T2)), (Status::Good, OUT));
}

/// Readers refuse a delta whose ends are counted otherwise than those of their list.
#[wasm_bindgen_test(unsupported = test)]
fn no_delta_is_made_where_the_partition_is_another() {
    let entry = r#"{"jti":"t1","exp":1700000600}"#;
    let first = build(r#"{"seq":1,"partition":3600}"#, &[entry]);
    for (partition, has_delta) in [(3600, true), (7200, false), (60, false)] {
        let mut next = builder(&format!(r#"{{"seq":2,"partition":{partition}}}"#), &[entry]);
        next.follow(&signed(&first.manifest), first.body.clone()).unwrap();
        let built = next.build(time(NOW)).unwrap();
        assert_eq!(built.delta.is_some(), has_delta, "{partition}");
        let mut list = Revocations::default();
        load(&mut list, &first).unwrap();
        if has_delta { apply(&mut list, &built) } else { load(&mut list, &built) }.unwrap();
        assert_eq!(status(&list, T1), OUT, "{partition}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn an_entry_without_an_issuer_is_about_the_builders_own() {
    let mut list = Revocations::default();
    let entries =
        [r#"{"jti":"t1"}"#, r#"{"jti":"t2","issuer":null}"#, r#"{"jti":"t3","issuer":"you"}"#];
    load(&mut list, &build(r#"{"seq":1}"#, &entries)).unwrap();
    for (claims, expected) in [
        (r#"{"iss":"me","jti":"t1"}"#, OUT),
        (r#"{"iss":"you","jti":"t1"}"#, Status::Good),
        (r#"{"jti":"t1"}"#, Status::Good),
        (r#"{"iss":"you","jti":"t2"}"#, OUT),
        (r#"{"jti":"t2"}"#, OUT),
        (r#"{"iss":"you","jti":"t3"}"#, OUT),
        (r#"{"iss":"me","jti":"t3"}"#, Status::Good),
    ] {
        assert_eq!(status(&list, claims), expected, "{claims}");
    }
}

/// Whatever is refused, the list at hand goes on serving.
#[wasm_bindgen_test(unsupported = test)]
fn a_list_out_of_order_is_refused_whole() {
    let (first, second) = two();
    let fork = build(r#"{"seq":2}"#, &[r#"{"jti":"t1"}"#]);
    let later = build(r#"{"seq":9}"#, &[r#"{"jti":"t1"}"#]);
    let old_epoch = build(r#"{"seq":9,"epoch":0}"#, &[r#"{"jti":"t1"}"#]);
    let mut list = Revocations::default();
    assert_eq!(apply(&mut list, &second), Err(Fault::Gap), "a delta of nothing");
    load(&mut list, &second).unwrap();
    for (refused, fault) in
        [(&first, Fault::Rollback), (&fork, Fault::Fork), (&old_epoch, Fault::Rollback)]
    {
        assert_eq!(load(&mut list, refused), Err(fault));
        assert_eq!((status(&list, T1), status(&list, T2)), (Status::Good, OUT));
    }
    assert_eq!(apply(&mut list, &second), Err(Fault::Rollback), "replayed");
    assert_eq!(load(&mut list, &second), Ok(()), "the same again, signed later");

    let mut third = builder(r#"{"seq":10}"#, &[]);
    third.follow(&signed(&later.manifest), later.body.clone()).unwrap();
    assert_eq!(apply(&mut list, &third.build(time(NOW)).unwrap()), Err(Fault::Gap));
    let mut of_fork = builder(r#"{"seq":3}"#, &[]);
    of_fork.follow(&signed(&fork.manifest), fork.body.clone()).unwrap();
    assert_eq!(apply(&mut list, &of_fork.build(time(NOW)).unwrap()), Err(Fault::WrongBase));
    assert_eq!((status(&list, T1), status(&list, T2)), (Status::Good, OUT));

    load(&mut list, &build(r#"{"seq":1,"epoch":2}"#, &[r#"{"jti":"t1"}"#])).unwrap();
    assert_eq!((status(&list, T1), status(&list, T2)), (OUT, Status::Good));
    let mut floored = self::list(r#"{"minSeq":2}"#);
    assert_eq!(load(&mut floored, &first), Err(Fault::Rollback));
    assert_eq!(load(&mut floored, &second), Ok(()));
}

#[wasm_bindgen_test(unsupported = test)]
fn octets_other_than_those_named_are_refused_whole() {
    let (first, second) = two();
    let mut list = Revocations::default();
    load(&mut list, &first).unwrap();
    let (manifest, body) = (signed(&second.manifest), &second.body);
    let mut refuse = |manifest: &str, body: &[u8], fault| {
        assert_eq!(list.load(manifest, octets(body), time(NOW)), Err(fault));
        assert_eq!((status(&list, T1), status(&list, T2)), (OUT, Status::Good));
    };
    for length in 0..body.len() {
        refuse(&manifest, &body[..length], Fault::WrongDigest);
    }
    refuse(&manifest, &[body, b"\0".as_slice()].concat(), Fault::WrongDigest);
    refuse(&manifest, &first.body, Fault::WrongDigest);
    let (delta_manifest, delta) = second.delta.as_ref().unwrap();
    refuse(&manifest, delta, Fault::WrongDigest);
    // Authentic, but not what it is shown as.
    let as_snapshot = signed(delta_manifest);
    refuse(&as_snapshot, delta, Fault::Malformed);
    for claims in [
        "{}",
        r#"{"seq":1}"#,
        &manifest.replace("\"seq\":2", "\"seq\":2.5"),
        &manifest.replace("\"len\"", "\"length\""),
    ] {
        refuse(claims, body, Fault::Malformed);
    }
    refuse(&signed_at(&second.manifest, NOW - 10.0, NOW), body, Fault::Expired);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_list_beyond_the_limits_is_refused_whole() {
    let (first, second) = two();
    for settings in [r#"{"maxBytes":60}"#, r#"{"maxEntries":1}"#] {
        let mut list = list(settings);
        let entries = [r#"{"jti":"t1"}"#, r#"{"jti":"t2"}"#];
        assert_eq!(load(&mut list, &build(r#"{"seq":1}"#, &entries)), Err(Fault::TooLarge));
        assert_eq!(status(&list, T1), Status::Unpublished);
    }
    let mut list = list(r#"{"maxEntries":2}"#);
    load(&mut list, &first).unwrap();
    assert_eq!(apply(&mut list, &second), Err(Fault::TooLarge), "one entry and two changes");
}

/// A spread list of eight ids, and those entries.
fn spread(seq: u64, entries: &[&str]) -> Builder {
    let mut builder = builder(&format!(r#"{{"seq":{seq},"maxEntries":1}}"#), entries);
    for number in 0..8 {
        builder.add(options(&format!(r#"{{"jti":"t{number}","exp":1700050000}}"#))).unwrap();
    }
    builder
}

fn load_shards(list: &mut Revocations, built: &Built) {
    for (place, shard) in built.shards.iter().enumerate() {
        list.load_shard(place, octets(shard)).unwrap();
    }
}

fn loaded(list: &Revocations, built: &Built) -> Vec<usize> {
    let places = 0..built.shards.len();
    places.filter(|place| list.published().unwrap().is_loaded(*place)).collect()
}

/// Else a reader that has seen many tokens could follow no further until its list is stale.
#[wasm_bindgen_test(unsupported = test)]
fn shards_make_room_for_what_follows_the_oldest_first() {
    let first = spread(1, &[]).build(time(NOW)).unwrap();
    let last = first.shards.len() - 1;
    let mut next = spread(2, &[r#"{"sub":"u1"}"#]);
    next.follow(&signed(&first.manifest), first.body.clone()).unwrap();
    for (index, shard) in (0..).zip(&first.shards) {
        next.follow_shard(index, shard.clone()).unwrap();
    }
    let second = next.build(time(NOW)).unwrap();
    assert_eq!(second.shards, first.shards);

    let mut roomy = Revocations::default();
    load(&mut roomy, &first).unwrap();
    load_shards(&mut roomy, &first);
    assert_eq!((roomy.len(), loaded(&roomy, &first).len()), (8, last + 1));

    let mut list = list(r#"{"maxEntries":6}"#);
    load(&mut list, &first).unwrap();
    load_shards(&mut list, &first);
    let before = loaded(&list, &first);
    assert!(list.len() <= 6 && before.ends_with(&[last]), "{before:?}");
    apply(&mut list, &second).unwrap();
    assert!(list.len() <= 6);
    assert!(before.ends_with(&loaded(&list, &first)), "the newest are left");
    assert_eq!(status(&list, r#"{"iss":"me","sub":"u1"}"#), Status::Revoked(Kind::Subject));

    let all = roomy.published().unwrap().bytes();
    let mut list = self::list(&format!(r#"{{"maxBytes":{all}}}"#));
    load(&mut list, &first).unwrap();
    load_shards(&mut list, &first);
    assert_eq!(loaded(&list, &first).len(), last + 1);
    load(&mut list, &second).unwrap();
    assert!(list.published().unwrap().bytes() <= all, "a longer snapshot, the same shards");
    assert!(loaded(&list, &first).ends_with(&[last]));
}

#[wasm_bindgen_test(unsupported = test)]
fn what_has_died_in_shards_is_forgotten_too() {
    let built = spread(1, &[r#"{"jti":"lives"}"#]).build(time(NOW)).unwrap();
    let mut list = Revocations::default();
    load(&mut list, &built).unwrap();
    load_shards(&mut list, &built);
    assert_eq!((list.len(), list.prune(time(1_800_000_000.0)), list.len()), (9, 8, 1));
}

/// Any octet may be wrong: the answer is a fault or, where it is one of a record, another list. What
/// was at hand stays as it was until then, and nothing traps.
#[wasm_bindgen_test(unsupported = test)]
fn a_changed_octet_is_found_by_the_digest_and_traps_without_it() {
    let entries = [
        r#"{"jti":"t1","exp":1700003600}"#,
        r#"{"jti":"t2"}"#,
        r#"{"sub":"u1","before":1700000000000}"#,
        r#"{"sub":"u2"}"#,
    ];
    let built = build(r#"{"seq":1}"#, &entries);
    for place in 0..built.body.len() {
        for bit in 0..8 {
            let mut body = built.body.clone();
            body[place] ^= 1 << bit;
            let mut list = Revocations::default();
            assert_eq!(
                list.load(&signed(&built.manifest), octets(&body), time(NOW)),
                Err(Fault::WrongDigest)
            );
            // As if the manifest named just these octets.
            let named = edge_jwt::revocation::sha256(&built.body);
            let trusted = Octets::new(body, Some(named));
            if list.load(&signed(&built.manifest), trusted, time(NOW)).is_ok() {
                let _ = status(&list, T1);
                list.compact();
                let _ = status(&list, T2);
            }
        }
    }
}

/// Signed or not: what `compact` reckons by must be a time.
#[wasm_bindgen_test(unsupported = test)]
fn a_list_that_says_no_time_of_its_making_is_refused() {
    let built = build(r#"{"seq":1}"#, &[r#"{"jti":"t1","exp":1700003600}"#]);
    let mut body = built.body.clone();
    body[16..24].fill(0xff);
    let named = Octets::new(body, Some(edge_jwt::revocation::sha256(&built.body)));
    let outcome = Revocations::default().load(&signed(&built.manifest), named, time(NOW));
    assert_eq!(outcome, Err(Fault::Malformed));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_list_is_stale_when_it_expires_or_grows_too_old() {
    let built = build(r#"{"seq":1,"ttl":60}"#, &[r#"{"jti":"t1"}"#]);
    let mut list = list(r#"{"maxStaleness":600}"#);
    load(&mut list, &built).unwrap();
    assert_eq!(status_at(&list, T2, NOW + 600.0), Status::Good);
    assert_eq!(status_at(&list, T2, NOW + 600.001), Status::Stale);
    assert_eq!(status_at(&list, T1, NOW + 600.001), OUT, "what it throws out stays out");
    let published = list.published().unwrap();
    assert!(!published.is_due(time(NOW + 59.0)) && published.is_due(time(NOW + 60.0)));

    let mut list = Revocations::default();
    load(&mut list, &built).unwrap();
    assert_eq!(status_at(&list, T2, NOW + 3599.0), Status::Good);
    assert_eq!(status_at(&list, T2, NOW + 3600.0), Status::Stale);
    list.lose();
    assert_eq!(status(&list, T2), Status::Stale);
}

#[wasm_bindgen_test(unsupported = test)]
fn what_becomes_of_tokens_under_a_stale_list_is_the_settings_to_say() {
    let built = build(r#"{"seq":1}"#, &[r#"{"jti":"t9"}"#]);
    let decide = |settings: &str, required: bool, publish: bool| {
        let mut world = World::new();
        world.revocations = list(settings);
        if publish {
            let expired = signed_at(&built.manifest, NOW - 60.0, NOW);
            world.revocations.load(&expired, octets(&built.body), time(NOW - 1.0)).unwrap();
        }
        if required {
            let said = r#"{"mode":"required","irrevocable":"accept"}"#;
            world.demands = options(said).read(Demands::read).unwrap();
        }
        let decision = world.decide(&super::support::token(super::support::HEADER, CLAIMS));
        decision.map(|verified| verified.unchecked).map_err(|refusal| refusal.code)
    };
    let young = r#"{"onStale":"allow-young","youngerThan":10}"#;
    let younger = r#"{"onStale":"allow-young","youngerThan":9.999}"#;
    for required in [false, true] {
        assert_eq!(decide("{}", required, true), Err(Code::StaleList));
        assert_eq!(decide(r#"{"onStale":"allow"}"#, required, true), Ok(Some(Code::StaleList)));
        assert_eq!(decide(young, required, true), Ok(Some(Code::StaleList)));
        assert_eq!(decide(younger, required, true), Err(Code::StaleList));
    }
    assert_eq!(decide("{}", true, false), Err(Code::NotCovered));
    assert_eq!(decide(r#"{"onStale":"allow"}"#, true, false), Ok(Some(Code::NotCovered)));
    assert_eq!(decide("{}", false, false), Ok(None));

    for (settings, option) in [
        (r#"{"onStale":"allow-young"}"#, "youngerThan"),
        (r#"{"onStale":"deny","youngerThan":5}"#, "youngerThan"),
        (r#"{"onStale":"perhaps"}"#, "onStale"),
        (r#"{"maxBytes":0}"#, "maxBytes"),
        (r#"{"claims":{"session":"sid"}}"#, "claims.session"),
        (r#"{"claims":{"jti":"/jti"}}"#, "claims.jti"),
    ] {
        assert_eq!(Settings::read(options(settings)).unwrap_err().option, option, "{settings}");
    }
}

/// A token from next year would stay young until then.
#[wasm_bindgen_test(unsupported = test)]
fn a_token_dated_ahead_is_not_young() {
    let built = build(r#"{"seq":1}"#, &[r#"{"jti":"t9"}"#]);
    let mut world = World::new();
    world.revocations = list(r#"{"onStale":"allow-young","youngerThan":10}"#);
    let expired = signed_at(&built.manifest, NOW - 60.0, NOW);
    world.revocations.load(&expired, octets(&built.body), time(NOW - 1.0)).unwrap();
    let code = |iat: f64| {
        let claims = CLAIMS.replace("1699999990", &iat.to_string());
        world.code_of_claims(&claims)
    };
    for (ahead, expected) in [(0.0, None), (600.0, None), (601.0, Some(Code::StaleList))] {
        assert_eq!(code(NOW + ahead), expected, "{ahead}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn what_the_host_says_itself_goes_before_what_was_published() {
    let (first, second) = two();
    let mut list = Revocations::default();
    load(&mut list, &first).unwrap();
    assert!(list.unrevoke(&entry(r#"{"jti":"t1","issuer":"me"}"#).unwrap()));
    assert_eq!(status(&list, T1), Status::Good);
    list.revoke(entry(r#"{"jti":"t2"}"#).unwrap());
    assert_eq!(status(&list, T2), OUT);
    load(&mut list, &second).unwrap();
    assert_eq!((status(&list, T1), status(&list, T2)), (Status::Good, OUT));
    list.revoke(entry(r#"{"jti":"t1","issuer":"me"}"#).unwrap());
    assert_eq!(status(&list, T1), OUT);
}

#[wasm_bindgen_test(unsupported = test)]
fn what_the_host_unsays_is_as_published_again() {
    let (first, _) = two();
    let mut list = Revocations::default();
    load(&mut list, &first).unwrap();
    let (published, own) = (entry(r#"{"jti":"t1","issuer":"me"}"#), entry(r#"{"jti":"t2"}"#));
    let (published, own) = (published.unwrap(), own.unwrap());
    list.unrevoke(&published);
    list.revoke(own);
    assert_eq!((status(&list, T1), status(&list, T2)), (Status::Good, OUT));
    list.forget(&published);
    list.forget(&own);
    assert_eq!((status(&list, T1), status(&list, T2)), (OUT, Status::Good));
}

/// A delta against half a list would take nothing back of the other half.
#[wasm_bindgen_test(unsupported = test)]
fn a_list_before_must_be_whole() {
    let entries = [r#"{"jti":"t1"}"#, r#"{"jti":"t2"}"#, r#"{"jti":"t3"}"#];
    let first = build(r#"{"seq":1,"maxEntries":1}"#, &entries);
    assert!(first.shards.len() > 1);
    let mut next = builder(r#"{"seq":2,"maxEntries":1}"#, &[]);
    next.follow(&signed(&first.manifest), first.body.clone()).unwrap();
    assert_eq!(next.build(time(NOW)).unwrap_err().option, "previous");
    let (one, other) = (first.shards[0].clone(), first.shards[1].clone());
    assert_eq!(next.follow_shard(1, other), Err(Fault::UnknownShard), "not the next");
    let mut changed = one.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(next.follow_shard(0, changed), Err(Fault::WrongDigest));
    next.follow_shard(0, one.clone()).unwrap();
    assert_eq!(next.follow_shard(0, one), Err(Fault::UnknownShard), "twice");
    for (index, shard) in (1..).zip(first.shards.iter().skip(1)) {
        next.follow_shard(index, shard.clone()).unwrap();
    }
    assert!(next.build(time(NOW)).unwrap().delta.is_some());
}

#[wasm_bindgen_test(unsupported = test)]
fn lines_may_come_in_any_pieces() {
    let lines =
        "{\"jti\":\"t1\"}\n\n  {\"sub\":\"u\u{e9}\",\"before\":1700000000000}\r\n{\"jti\":\"t2\"}";
    let whole = build(
        r#"{"seq":1}"#,
        &[r#"{"jti":"t1"}"#, "{\"sub\":\"u\u{e9}\",\"before\":1700000000000}", r#"{"jti":"t2"}"#],
    );
    for size in 1..lines.len() {
        let mut builder = builder(r#"{"seq":1}"#, &[]);
        lines.as_bytes().chunks(size).for_each(|piece| builder.add_lines(piece).unwrap());
        builder.end_lines().unwrap();
        assert_eq!(builder.build(time(NOW)).unwrap(), whole, "{size}");
    }
    for (text, problem) in [
        ("{\"jti\":\"a\"}\n{\"jti\":7}\n", "lines: line 2: jti: is not a string"),
        ("\n\nnothing\n", "lines: line 3: is not one strict JSON object"),
    ] {
        let error = builder(r#"{"seq":1}"#, &[]).add_lines(text.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), problem);
    }
    let endless = builder(r#"{"seq":1}"#, &[]).add_lines(" ".repeat(70_000).as_bytes());
    assert_eq!(endless.unwrap_err().option, "lines");
}

#[wasm_bindgen_test(unsupported = test)]
fn a_builder_is_described_without_a_slip() {
    for (text, option) in [
        (r#"{"seq":1}"#, "issuer"),
        (r#"{"issuer":"me"}"#, "seq"),
        (r#"{"issuer":"me","seq":1.5}"#, "seq"),
        (r#"{"issuer":"me","seq":1,"partition":1}"#, "partition"),
        (r#"{"issuer":"me","seq":1,"ttl":0}"#, "ttl"),
        (r#"{"issuer":"me","seq":1,"size":0}"#, "size"),
    ] {
        assert_eq!(Builder::read(options(text)).unwrap_err().option, option, "{text}");
    }
}

/// A list of 3000 ids whose fingerprints begin with 32 zeros: as many as a reader takes in.
fn of_like_prints(next: u8) -> Vec<u8> {
    let count = 3000_u16;
    let head = [b"RVL1\0\0\x01\0", [0; 16].as_slice(), &86_400_u32.to_le_bytes(), &[0; 4]].concat();
    let section = [[1, 1, 1, 0], u32::from(count).to_le_bytes(), [0; 4], [0; 4]].concat();
    let starts = (0..=256).map(|bucket| if bucket == 0 { 0 } else { u32::from(count) });
    let directory = starts.flat_map(u32::to_le_bytes).collect();
    let records = (0..count).flat_map(|n| [[0; 2], [0, next], n.to_be_bytes()].concat());
    [head, section, directory, records.collect()].concat()
}

/// More would make a search slow, so readers refuse them.
#[wasm_bindgen_test(unsupported = test)]
fn a_list_that_no_reader_would_take_in_is_not_made() {
    let mut builder = builder(r#"{"seq":1}"#, &[]);
    builder.add_list(of_like_prints(0), Shard::default()).unwrap();
    load(&mut Revocations::default(), &builder.build(time(NOW)).unwrap()).unwrap();
    builder.add_list(of_like_prints(1), Shard::default()).unwrap();
    assert_eq!(builder.build(time(NOW)).unwrap_err().option, "entries");
}

/// Entries that end on so many days, of two kinds; the last one never.
fn of_days(days: u32) -> Vec<String> {
    let kinds = ["jti", "session"];
    let exp = |day| NOW + 86_400.0 * f64::from(day);
    let entry = |day| kinds.map(|kind| format!(r#"{{"{kind}":"t{day}","exp":{}}}"#, exp(day)));
    let never = kinds.map(|kind| format!(r#"{{"{kind}":"never"}}"#));
    (1..=days).flat_map(entry).chain(never).collect()
}

#[wasm_bindgen_test(unsupported = test)]
fn entries_that_end_on_any_number_of_days_make_a_list_of_one_spelling() {
    for days in [239, 240, 700] {
        let entries = of_days(days);
        let mut entries: Vec<_> = entries.iter().map(String::as_str).collect();
        let built = build(r#"{"seq":1}"#, &entries);
        entries.reverse();
        assert_eq!(build(r#"{"seq":1}"#, &entries), built, "{days}");

        let mut list = Revocations::default();
        load(&mut list, &built).unwrap();
        assert_eq!(list.len(), entries.len());
        for day in 1..=days {
            let end = NOW + 86_400.0 * f64::from(day);
            list.prune(time(end - 1.0));
            let claims = format!(r#"{{"iss":"me","jti":"t{day}"}}"#);
            assert_eq!(status_at(&list, &claims, NOW), OUT, "{day} of {days}");
        }
        list.prune(time(NOW + 2.0 * 86_400.0 * f64::from(days)));
        assert_eq!(list.len(), 2, "what never ends is left");
    }
    let last = format!(r#"{{"jti":"t1","exp":{}}}"#, 99_999_999_999_u64);
    load(&mut Revocations::default(), &build(r#"{"seq":1}"#, &[&last, r#"{"jti":"t2"}"#])).unwrap();
}

/// Ends are rounded up further where there are more of them, and less again where there are fewer.
#[wasm_bindgen_test(unsupported = test)]
fn a_delta_leads_from_few_ends_to_many_and_back() {
    let mut list = Revocations::default();
    let mut last: Option<Built> = None;
    for (seq, days) in [(1, 3), (2, 300), (3, 900), (4, 2)] {
        let entries = of_days(days);
        let entries: Vec<_> = entries.iter().map(String::as_str).collect();
        let mut builder = builder(&format!(r#"{{"seq":{seq}}}"#), &entries);
        if let Some(last) = &last {
            builder.follow(&signed(&last.manifest), last.body.clone()).unwrap();
        }
        let built = builder.build(time(NOW)).unwrap();
        if last.is_none() { load(&mut list, &built) } else { apply(&mut list, &built) }.unwrap();
        assert!(list.compact());
        assert_eq!(list.published().unwrap().snapshot(), built.body, "{days}");
        last = Some(built);
    }
}
