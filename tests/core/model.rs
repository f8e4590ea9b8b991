//! Lists against a plain model of them: whatever is said, published, missed, merged and pruned, every
//! answer is the model's, and one content has one spelling.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "small numbers, and a panic in a test is a failed test"
)]

use std::collections::BTreeMap;

use edge_jwt::claims::{Claims, Subjects};
use edge_jwt::revocation::{Builder, Built, Presented, Revocations, Shard, Status};
use wasm_bindgen_test::wasm_bindgen_test;

use super::published::{builder, load, octets, signed, signed_at};
use super::support::{NOW, options, time};

/// The seconds of a partition, in all lists here.
const PARTITION: u64 = 3600;

/// xorshift64*, so that a run can be repeated by its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }

    fn one_of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[usize::try_from(self.below(items.len() as u64)).unwrap()]
    }
}

/// What an entry can be about, each with the claims of the tokens that it names.
const TARGETS: &[(&str, &str)] = &[
    (r#""jti":"V""#, r#""jti":"V""#),
    (r#""session":"V""#, r#""sid":"V""#),
    (r#""family":"V""#, r#""family":"V""#),
    (r#""key":"V""#, r#""data":{"user":{"api_key":"V"}}"#),
    (r#""client":"V""#, r#""azp":"V""#),
    (r#""sub":"V""#, r#""sub":"V""#),
    (r#""tenant":"V""#, r#""tenant":"V""#),
    (r#""all":true"#, r#""x":"V""#),
];

/// Those of them that can have a cut-off.
const FIRST_WITH_CUT_OFF: usize = 4;

const ISSUERS: [&str; 3] = [r#","issuer":null"#, r#","issuer":"you""#, ""];

/// A target: the place of its kind, whether it has a cut-off, its value and its issuer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    kind: usize,
    cut: bool,
    value: String,
    issuer: usize,
}

impl Key {
    fn random(random: &mut Random) -> Self {
        let kind = usize::try_from(random.below(TARGETS.len() as u64)).unwrap();
        let value = if kind == TARGETS.len() - 1 { 0 } else { random.below(12) };
        Self {
            kind,
            // Of a client alone, a cut-off is another target than no cut-off.
            cut: kind == FIRST_WITH_CUT_OFF && random.below(2) == 0,
            value: format!("v{value}"),
            issuer: usize::try_from(random.below(3)).unwrap(),
        }
    }

    fn entry(&self, before: Option<u64>, end: Option<u64>) -> String {
        let target = TARGETS[self.kind].0.replace('V', &self.value);
        let before = before.map_or_else(String::new, |ms| format!(r#","before":{ms}"#));
        let end = end.map_or_else(String::new, |seconds| format!(r#","exp":{seconds}"#));
        format!("{{{target}{}{before}{end}}}", ISSUERS[self.issuer])
    }

    /// The entry by which it is taken back.
    fn back(&self) -> String {
        self.entry(self.cut.then_some(1_700_000_000_000), None)
    }
}

/// What stands of a target: the cut-off (absent: always) and the end of its tokens (absent: never).
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stands {
    before: Option<u64>,
    end: Option<u64>,
}

/// Everything the host has said.
#[derive(Clone, Default)]
struct Model(BTreeMap<Key, Stands>);

impl Model {
    fn say(&mut self, key: Key, before: Option<u64>, end: Option<u64>) {
        let said = Stands { before, end };
        let later = |one: Option<u64>, other: Option<u64>| Some(one?.max(other?));
        let stands = self.0.get(&key).map_or(said, |known| Stands {
            before: later(known.before, said.before),
            end: later(known.end, said.end),
        });
        self.0.insert(key, stands);
    }

    /// What has expired, and the ten minutes that clocks may differ are over and the partition too, is
    /// as if it had never been said.
    fn expire(&mut self, now: u64) {
        let over = |end: u64| (end + 600).div_ceil(PARTITION) * PARTITION;
        self.0.retain(|_, stands| stands.end.is_none_or(|end| now < over(end)));
    }

    /// Whether a token of these claims is out.
    fn throws_out(&self, probe: &Probe) -> bool {
        self.0.iter().any(|(key, stands)| {
            let is_all = key.kind == TARGETS.len() - 1;
            let named = is_all || (key.kind == probe.kind && key.value == probe.value);
            let of_issuer = key.issuer == 0 || key.issuer == probe.issuer;
            named && of_issuer && stands.before.is_none_or(|before| probe.iat * 1000 < before)
        })
    }

    fn entries(&self) -> Vec<String> {
        self.0.iter().map(|(key, stands)| key.entry(stands.before, stands.end)).collect()
    }
}

/// A token that is asked about.
#[derive(Debug)]
struct Probe {
    kind: usize,
    value: String,
    issuer: usize,
    iat: u64,
    exp: u64,
}

impl Probe {
    fn random(random: &mut Random, now: u64) -> Self {
        let Key { kind, value, issuer, .. } = Key::random(random);
        let (iat, exp) = (now - random.below(50), now + 1 + random.below(20_000));
        Self { kind, value, issuer, iat, exp }
    }

    fn claims(&self) -> String {
        let claim = TARGETS[self.kind].1.replace('V', &self.value);
        let issuer = ["", r#""iss":"you","#, r#""iss":"me","#][self.issuer];
        format!(r#"{{{issuer}{claim},"iat":{},"exp":{}}}"#, self.iat, self.exp)
    }
}

fn status(list: &Revocations, probe: &Probe, now: u64) -> Status {
    let claims = probe.claims();
    let claims = Claims::parse(&claims, Subjects::Texts).unwrap();
    list.check(&Presented { claims: &claims, kid: None, signed: b"" }, time(seconds(now)))
}

fn needed(list: &Revocations, probe: &Probe) -> Vec<usize> {
    let claims = probe.claims();
    let claims = Claims::parse(&claims, Subjects::Texts).unwrap();
    list.needed_shards(&Presented { claims: &claims, kid: None, signed: b"" })
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn seconds(now: u64) -> f64 {
    now as f64
}

/// One run: a host that says and takes back, builds each list anew from what stands and beside it
/// from the list before, and readers that follow by snapshots, by deltas, or by either.
struct Run {
    random: Random,
    now: u64,
    seq: u64,
    max_entries: u64,
    model: Model,
    /// Said since the last list.
    since: Vec<(bool, String)>,
    last: Option<Built>,
    by_snapshots: Revocations,
    by_deltas: Revocations,
}

impl Run {
    fn new(seed: u64, max_entries: u64) -> Self {
        Self {
            random: Random(seed),
            now: 1_700_000_000,
            seq: 0,
            max_entries,
            model: Model::default(),
            since: Vec::new(),
            last: None,
            by_snapshots: Revocations::default(),
            by_deltas: Revocations::default(),
        }
    }

    fn step(&mut self) {
        match self.random.below(10) {
            0..6 => self.say(),
            6 => self.take_back(),
            7 => self.now += self.random.below(2000),
            _ => self.publish(),
        }
    }

    fn say(&mut self) {
        let key = Key::random(&mut self.random);
        let can_cut = key.kind > FIRST_WITH_CUT_OFF && self.random.below(2) == 0;
        let before = (key.cut || can_cut).then(|| self.now * 1000 - self.random.below(50_000));
        let end = (self.random.below(3) > 0).then(|| self.now + 1 + self.random.below(15_000));
        self.since.push((true, key.entry(before, end)));
        self.model.say(key, before, end);
    }

    fn take_back(&mut self) {
        let known: Vec<_> = self.model.0.keys().cloned().collect();
        if known.is_empty() {
            return;
        }
        let key = self.random.one_of(&known).clone();
        self.since.push((false, key.back()));
        self.model.0.remove(&key);
    }

    fn builder(&self) -> Builder {
        let Self { seq, max_entries, .. } = self;
        let settings =
            format!(r#"{{"seq":{seq},"partition":{PARTITION},"maxEntries":{max_entries}}}"#);
        builder(&settings, &[])
    }

    fn publish(&mut self) {
        self.seq += 1;
        self.model.expire(self.now);
        let built = self.build_anew();
        assert_eq!(
            self.build_on(),
            (built.manifest.clone(), built.body.clone(), built.shards.clone())
        );
        self.read(&built);
        self.last = Some(built);
        self.since.clear();
        self.compare();
    }

    /// From what stands, in any order, with the delta from the list before.
    fn build_anew(&mut self) -> Built {
        let mut builder = self.builder();
        let mut entries = self.model.entries();
        while !entries.is_empty() {
            let place = usize::try_from(self.random.below(entries.len() as u64)).unwrap();
            builder.add(options(&entries.swap_remove(place))).unwrap();
        }
        if let Some(last) = &self.last {
            builder.follow(&signed(&last.manifest), last.body.clone()).unwrap();
            for (index, shard) in (0..).zip(&last.shards) {
                builder.follow_shard(index, shard.clone()).unwrap();
            }
        }
        builder.build(time(seconds(self.now))).unwrap()
    }

    /// From the list before and what has been said since, in that order.
    fn build_on(&self) -> (String, Vec<u8>, Vec<Vec<u8>>) {
        let mut builder = self.builder();
        if let Some(last) = &self.last {
            builder.add_list(last.body.clone(), Shard::default()).unwrap();
            let bits = u8::try_from(last.shards.len().max(1).ilog2()).unwrap();
            for (index, shard) in (0..).zip(&last.shards) {
                builder.add_list(shard.clone(), Shard { bits, index }).unwrap();
            }
        }
        for (is_said, entry) in &self.since {
            let entry = options(entry);
            if *is_said { builder.add(entry) } else { builder.remove(entry) }.unwrap();
        }
        let built = builder.build(time(seconds(self.now))).unwrap();
        (built.manifest, built.body, built.shards)
    }

    fn read(&mut self, built: &Built) {
        let spread = !built.shards.is_empty();
        let lasting = |manifest: &str| signed_at(manifest, NOW, NOW + 1e7);
        let snapshot = (lasting(&built.manifest), &built.body);
        let load = |list: &mut Revocations| {
            list.load(&snapshot.0, octets(snapshot.1), time(NOW)).unwrap();
        };
        load(&mut self.by_snapshots);
        if self.by_deltas.published().is_some() && self.random.below(8) > 0 {
            let (manifest, delta) = built.delta.as_ref().unwrap();
            self.by_deltas.apply(&lasting(manifest), octets(delta), time(NOW)).unwrap();
        } else {
            load(&mut self.by_deltas);
        }
        if self.random.below(3) == 0 && self.by_deltas.compact() && !spread {
            assert_eq!(self.by_deltas.published().unwrap().snapshot(), built.body);
        }
        if self.random.below(3) == 0 {
            self.by_snapshots.prune(time(seconds(self.now)));
            self.by_deltas.prune(time(seconds(self.now)));
        }
    }

    fn compare(&mut self) {
        let built = self.last.clone().unwrap();
        for _ in 0..20 {
            let probe = Probe::random(&mut self.random, self.now);
            let expected = self.model.throws_out(&probe);
            for place in needed(&self.by_snapshots, &probe) {
                assert!(status(&self.by_snapshots, &probe, self.now) != Status::Good || expected);
                self.by_snapshots.load_shard(place, octets(&built.shards[place])).unwrap();
            }
            let answer = |list| match status(list, &probe, self.now) {
                Status::Revoked(_) => Some(true),
                Status::Good => Some(false),
                _ => None,
            };
            assert_eq!(answer(&self.by_snapshots), Some(expected), "{probe:?}");
            // Its shards are those of an older list, which it has not loaded.
            if needed(&self.by_deltas, &probe).is_empty() {
                assert_eq!(answer(&self.by_deltas), Some(expected), "{probe:?}");
            }
        }
    }
}

/// So many, because each finds another order of things; few enough for wasm without optimisation.
const RUNS: u64 = 30;

fn run_all(max_entries: u64) {
    for seed in 1..=RUNS {
        let mut run = Run::new(seed * 0x9E37_79B9, max_entries);
        for _ in 0..120 {
            run.step();
        }
        run.publish();
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn every_answer_is_the_models() {
    run_all(1000);
}

#[wasm_bindgen_test(unsupported = test)]
fn every_answer_is_the_models_where_entries_are_spread_over_shards() {
    run_all(3);
}

/// Thousands of entries, so that the directory has many buckets, and shards of their own.
#[wasm_bindgen_test(unsupported = test)]
fn large_tables_are_searched_and_merged_like_small_ones() {
    for max_entries in [10_000, 500] {
        let mut whole = builder(&format!(r#"{{"seq":1,"maxEntries":{max_entries}}}"#), &[]);
        let mut part = builder(&format!(r#"{{"seq":1,"maxEntries":{max_entries}}}"#), &[]);
        for number in 0..4000 {
            let entry = format!(r#"{{"jti":"id-{number}"}}"#);
            whole.add(options(&entry)).unwrap();
            if number % 3 == 0 {
                part.add(options(&entry)).unwrap();
            }
        }
        let built = whole.build(time(NOW)).unwrap();
        let part = part.build(time(NOW)).unwrap();
        let mut merged = builder(&format!(r#"{{"seq":1,"maxEntries":{max_entries}}}"#), &[]);
        for number in (0..4000).filter(|number| number % 3 != 0) {
            merged.add(options(&format!(r#"{{"jti":"id-{number}"}}"#))).unwrap();
        }
        let bits = u8::try_from(part.shards.len().max(1).ilog2()).unwrap();
        merged.add_list(part.body.clone(), Shard::default()).unwrap();
        for (index, shard) in (0..).zip(&part.shards) {
            merged.add_list(shard.clone(), Shard { bits, index }).unwrap();
        }
        assert_eq!(merged.build(time(NOW)).unwrap(), built);

        let mut list = Revocations::default();
        load(&mut list, &built).unwrap();
        for (place, shard) in built.shards.iter().enumerate() {
            list.load_shard(place, octets(shard)).unwrap();
        }
        assert_eq!(list.len(), 4000);
        for number in 0..8000 {
            let claims = format!(r#"{{"iss":"me","jti":"id-{number}"}}"#);
            let claims = Claims::parse(&claims, Subjects::Texts).unwrap();
            let token = Presented { claims: &claims, kid: None, signed: b"" };
            let is_out = list.check(&token, time(NOW)) != Status::Good;
            assert_eq!(is_out, number < 4000, "{number}");
        }
    }
}
