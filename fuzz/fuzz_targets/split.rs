//! A token is taken apart just when it is three parts of base64url, each in its one spelling.

#![no_main]

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use edge_jwt::jws::{Compact, decode};
use libfuzzer_sys::fuzz_target;

/// Reads every spelling there is, and writes without padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

fuzz_target!(|token: &[u8]| {
    let parts: Vec<_> = token.split(|octet| *octet == b'.').collect();
    let octets: Option<Vec<_>> = parts.iter().map(|part| LENIENT.decode(part).ok()).collect();
    let octets = octets.filter(|octets| {
        octets.len() == 3
            && octets.iter().zip(&parts).all(|(o, p)| LENIENT.encode(o).as_bytes() == *p)
    });
    let compact = Compact::parse(token).ok().and_then(|compact| {
        let Compact { header, payload, signature, signing_input } = compact;
        assert_eq!(signing_input, &token[..token.len() - parts[2].len() - 1]);
        Some(vec![decode(header).ok()?, payload, signature])
    });
    assert_eq!(compact, octets);
});
