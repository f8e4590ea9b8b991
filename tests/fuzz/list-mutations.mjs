// What can be done to a published list: to its octets by whoever holds the key or not, and to what
// its manifest says by whoever does.

/** Numbers at which counting goes wrong. */
const NUMBERS = [0, 1, 2, 7, 255, 256, 4097, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

/** The octets of the head, and of a row of the table of sections (src/revocation/body.rs). */
const HEAD = 32;
const ROW = 16;

/** Members of a manifest's or a status list's claims, also such as no publisher would write. */
export const MEMBERS = [
  '"epoch":0', '"epoch":-1', '"epoch":2', '"epoch":1e400', '"epoch":1.5', '"epoch":null', '"seq":0',
  '"seq":9007199254740992', '"seq":"5"', '"seq":6', '"state":""', '"state":5', '"state":"AAAA"',
  '"body":null', '"body":{}', '"body":[]', '"body":{"sha256":"","len":0}', '"prev":null', '"prev":""',
  '"prev":{}', '"ttl":-1', '"ttl":0', '"ttl":1e300', '"ttl":"5"', '"shards":null', '"shards":{}',
  '"shards":{"sha256":"","groups":""}', '"shards":{"sha256":"AA","groups":"AQE"}',
  '"shards":{"sha256":"","groups":"____"}', '"exp":0', '"exp":1700000000', '"exp":1e300', '"exp":"x"',
  '"iat":1700000001', '"iat":-1', '"iat":null', '"iss":"me"', '"iss":["lists"]', '"sub":""', '"sub":"u2"',
  '"status_list":null', '"status_list":{}', '"status_list":{"bits":1,"lst":""}',
  '"status_list":{"bits":3,"lst":"eNpjAAAAAQAB"}', '"status_list":{"bits":8,"lst":"eNpjAAAAAQAB"}',
  '"__proto__":{"seq":1}', '"":""',
];

/** Every change of octets by its name. */
const CHANGES = {
  "as they are": (_, octets) => octets,
  "a bit flipped": (random, octets) => changed(octets, random.below(octets.length), (octet) => octet ^ (1 << random.below(8))),
  "an octet changed": (random, octets) => changed(octets, random.below(octets.length), () => random.below(256)),
  "an octet of the head": (random, octets) =>
    changed(octets, random.below(Math.min(octets.length, HEAD)), () => random.below(256)),
  "a number": (random, octets) => written(octets, 4 * random.below(octets.length / 4), numberOf(random)),
  "a row of the sections": (random, octets) =>
    changed(octets, HEAD + random.below(ROW * 8), () => random.below(16)),
  "a number of the sections": (random, octets) =>
    written(octets, HEAD + 4 * random.below((ROW * 8) / 4), numberOf(random)),
  "the number of sections": (random, octets) => changed(octets, 6 + random.below(2), () => random.below(256)),
  "two rows the other way round": (random, octets) => {
    const [one, other] = [random.below(8), random.below(8)].map((row) => HEAD + row * ROW);
    const [first, second] = [one, other].map((start) => Buffer.from(octets.subarray(start, start + ROW)));
    const copy = Buffer.from(octets);
    second.copy(copy, one);
    first.copy(copy, other);
    return copy;
  },
  "an octet put in": (random, octets) => spliced(octets, random.below(octets.length + 1), 0, [random.below(256)]),
  "a slice left out": (random, octets) => spliced(octets, random.below(octets.length), 1 + random.below(40), []),
  "a slice said twice": (random, octets) => {
    const [at, length] = [random.below(octets.length), 1 + random.below(40)];
    return spliced(octets, at, 0, octets.subarray(at, at + length));
  },
  "cut short": (random, octets) => octets.subarray(0, random.below(octets.length)),
  "something behind": (random, octets) => spliced(octets, octets.length, 0, Array(1 + random.below(40)).fill(0)),
  "a part of another": (random, octets, others) => {
    const other = random.pick(others);
    const [at, length] = [random.below(octets.length), 1 + random.below(200)];
    return spliced(octets, at, length, other.subarray(at, at + length));
  },
  another: (random, _, others) => random.pick(others),
};

const NAMES = Object.keys(CHANGES);

/** Octets changed once or a few times, and what was done to them. */
export function mutateOctets(random, octets, others) {
  const times = random.pick([1, 1, 1, 2, 3]);
  const names = Array.from({ length: times }, () => random.pick(NAMES));
  const change = (octets, name) => (octets.length === 0 ? octets : CHANGES[name](random, octets, others));
  return { octets: names.reduce(change, Buffer.from(octets)), names };
}

function numberOf(random) {
  return random.below(2) === 0 ? random.pick(NUMBERS) : random.below(64);
}

function changed(octets, at, change) {
  const copy = Buffer.from(octets);
  if (at < copy.length) copy[at] = change(copy[at]);
  return copy;
}

function written(octets, at, number) {
  const copy = Buffer.from(octets);
  if (at + 4 <= copy.length) copy.writeUInt32LE(number, at);
  return copy;
}

function spliced(octets, at, length, by) {
  return Buffer.concat([octets.subarray(0, at), Buffer.from(by), octets.subarray(at + length)]);
}
