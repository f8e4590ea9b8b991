//! The cache of seen tokens: what is found, what makes room, and what is judged again.

use edge_jwt::cache::Cache;
use edge_jwt::error::Code;
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::{CLAIMS, HEADER, NOW, World, entry, options, policy, time, token};

fn cache(text: &str) -> Cache {
    options(text).read(Cache::read).unwrap()
}

/// Keeps a token of the usual world, whatever its signature.
fn keep(cache: &mut Cache, text: &str) -> usize {
    let world = World::new();
    cache.keep(text.as_bytes(), world.verifier().recall(text.as_bytes()).unwrap()).unwrap()
}

/// The usual token with another end.
fn ending(end: &str) -> String {
    let text = token(HEADER, CLAIMS);
    let kept = text.len().saturating_sub(end.len());
    format!("{}{end}", text.split_at(kept).0)
}

/// Catalogue 29: by the whole text; another token of the same end takes the place, not the answer.
#[wasm_bindgen_test(unsupported = test)]
fn a_token_is_found_by_its_whole_text() {
    let mut cache = cache("{}");
    let good = token(HEADER, CLAIMS);
    let place = keep(&mut cache, &good);
    assert_eq!(cache.find(good.as_bytes()), Some(place));
    for at in 0..good.len() {
        let mut altered = good.clone().into_bytes();
        altered[at] ^= 1;
        assert_eq!(cache.find(&altered), None, "octet {at}");
    }
    let (_, tail) = good.split_at(good.len().saturating_sub(16));
    for other in ["", "short", tail, good.split_at(1).1, &format!("{good}A")] {
        assert_eq!(cache.find(other.as_bytes()), None, "{other}");
    }

    let (_, signature) = good.rsplit_once('.').unwrap();
    let other = token(HEADER, r#"{"sub":"another"}"#);
    let twin = format!("{}.{signature}", other.rsplit_once('.').unwrap().0);
    let place = keep(&mut cache, &twin);
    assert_eq!(cache.find(twin.as_bytes()), Some(place));
    assert_eq!(cache.find(good.as_bytes()), None);
    assert_eq!((cache.len(), cache.bytes()), (1, twin.len()));
}

#[wasm_bindgen_test(unsupported = test)]
fn the_oldest_makes_room() {
    let mut cache = cache(r#"{"maxEntries":2}"#);
    let [one, two, three] = ["AAA", "AAE", "AAI"].map(ending);
    let place = keep(&mut cache, &one);
    keep(&mut cache, &two);
    assert_eq!(cache.evict(), None);
    keep(&mut cache, &three);
    assert_eq!(cache.evict(), Some(place));
    assert_eq!(cache.evict(), None);
    assert_eq!(cache.find(one.as_bytes()), None);
    assert!(cache.find(two.as_bytes()).is_some() && cache.find(three.as_bytes()).is_some());

    assert_eq!(keep(&mut cache, &one), place, "a place is used again");
    let place = cache.evict().unwrap();
    assert!(cache.at(place).is_none());
    assert_eq!(cache.find(two.as_bytes()), None);
    cache.clear();
    assert!(cache.is_empty() && cache.bytes() == 0 && cache.find(one.as_bytes()).is_none());
}

#[wasm_bindgen_test(unsupported = test)]
fn the_bytes_of_the_texts_are_bounded() {
    let length = token(HEADER, CLAIMS).len();
    let mut cache = cache(&format!(r#"{{"maxBytes":{}}}"#, 2 * length));
    for end in ["AAA", "AAE", "AAI", "AAM"] {
        keep(&mut cache, &ending(end));
        while cache.evict().is_some() {}
    }
    assert_eq!((cache.len(), cache.bytes()), (2, 2 * length));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_token_kept_is_judged_by_time_policy_and_lists_as_they_are() {
    let mut world = World::new();
    let text = token(HEADER, CLAIMS);
    let kept = world.verifier().recall(text.as_bytes()).unwrap();
    let code = |world: &World, seconds| {
        world
            .verifier()
            .judge_again(&kept, text.as_bytes(), time(seconds))
            .err()
            .map(|refusal| refusal.code)
    };
    assert_eq!(code(&world, NOW), None);
    assert_eq!(code(&world, NOW + 60.0), Some(Code::Expired));
    for (described, expected) in [
        (r#"{"jti":"t1"}"#, Code::RevokedToken),
        (r#"{"sub":"u1"}"#, Code::RevokedSubject),
        (r#"{"kid":"main"}"#, Code::RevokedKey),
    ] {
        world.revocations.revoke(entry(described).unwrap());
        assert_eq!(code(&world, NOW), Some(expected));
        world.revocations.unrevoke(&entry(described).unwrap());
    }
    world.policy = policy(r#"{"issuer":"you","audience":"api"}"#).unwrap();
    assert_eq!(code(&world, NOW), Some(Code::WrongIssuer));
    world.policy = policy(r#"{"issuer":"me","audience":"api","typ":"at+jwt"}"#).unwrap();
    assert_eq!(code(&world, NOW), Some(Code::WrongType));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_cache_without_bound_is_refused() {
    for (text, option) in [
        (r#"{"maxEntries":0}"#, "maxEntries"),
        (r#"{"maxEntries":1e7}"#, "maxEntries"),
        (r#"{"maxBytes":-1}"#, "maxBytes"),
        (r#"{"maxBytes":1e300}"#, "maxBytes"),
        (r#"{"size":5}"#, "size"),
    ] {
        assert_eq!(options(text).read(Cache::read).unwrap_err().option, option);
    }
}
