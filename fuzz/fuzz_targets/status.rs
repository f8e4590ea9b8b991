//! A status list is taken in if another reader inflates it too, and then says of every token what
//! that reader's octets say; a list that is refused changes nothing.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use edge_jwt::revocation::{Fault, Format, Reference, Standing, StatusLists};
use edge_jwt::time::Timestamp;
use libfuzzer_sys::fuzz_target;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF as AT_ONCE;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

const LIMIT: usize = 1 << 16;

fuzz_target!(|stream: &[u8]| {
    let mut lists = StatusLists::default();
    // A stored block of the octet 1: the first entry is set.
    load(&mut lists, &[1, 1, 0, 0xfe, 0xff, 1], &[0, 2, 0, 2]).unwrap();
    match inflate(stream) {
        Some((octets, length)) => {
            load(&mut lists, &stream[..length], &adler32(&octets).to_be_bytes()).unwrap();
            assert!(says(&lists, &octets));
        }
        None => {
            load(&mut lists, stream, &[]).unwrap_err();
            assert!(says(&lists, &[1]));
        }
    }
});

fn load(lists: &mut StatusLists, stream: &[u8], checksum: &[u8]) -> Result<String, Fault> {
    let lst = URL_SAFE_NO_PAD.encode([&[0x78, 0x9c], stream, checksum].concat());
    let claims = format!(r#"{{"sub":"u","iat":1,"status_list":{{"bits":1,"lst":"{lst}"}}}}"#);
    lists.load(&claims, Format::StatusList, LIMIT, usize::MAX, now())
}

/// Whether the list says this, and nothing behind it.
fn says(lists: &StatusLists, octets: &[u8]) -> bool {
    let standing = |index| lists.standing(&Reference { uri: "u", index }, now(), None);
    let bits = octets.iter().flat_map(|octet| (0..8).map(move |bit| octet >> bit & 1));
    let standings = bits.map(|bit| if bit == 1 { Standing::Invalid } else { Standing::Valid });
    standings.chain([Standing::Unknown]).zip(0..).all(|(said, index)| standing(index) == said)
}

fn now() -> Timestamp {
    Timestamp::from_seconds(1.0).unwrap()
}

/// What the other reader finds, and in how many octets.
fn inflate(stream: &[u8]) -> Option<(Vec<u8>, usize)> {
    let mut octets = vec![0; LIMIT];
    let mut state = DecompressorOxide::new();
    let (end, length, written) = decompress(&mut state, stream, &mut octets, 0, AT_ONCE);
    octets.truncate(written);
    (end == TINFLStatus::Done).then_some((octets, length))
}

fn adler32(octets: &[u8]) -> u32 {
    let add = |(low, high): (u32, u32), octet: &u8| {
        let low = (low + u32::from(*octet)) % 65_521;
        (low, (high + low) % 65_521)
    };
    let (low, high) = octets.iter().fold((1, 0), add);
    high << 16 | low
}
