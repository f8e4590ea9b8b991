//! Keys written in DER or PEM: SPKI and X.509 certificates (RFC 5280), PKCS #1 (RFC 8017),
//! PKCS #8 (RFC 5958), SEC 1 (RFC 5915), Ed25519 (RFC 8410).
//!
//! The `der` crate reads the octets; here stands only what each structure holds. (A crate for PEM
//! would bring a second base64 decoder: 3 KB gzipped for twenty lines.) Of a certificate the public
//! key alone is read: no chain, no dates, no names.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef, UintRef};
use der::{Decode, ErrorKind, Reader, SliceReader, Tag, Tagged};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::curve::Curve;
use crate::error::SetupError;
use crate::numbers::{KeyKind, Numbers, PrivateNumbers, PublicKey, PublicNumbers};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");

/// The SHA-256 of P-256 as explicit parameters (RFC 3279 section 2.3.5), with its seed and without.
/// Nothing else is compared, so that nothing can be left out of it: of a curve that is P-256 but for
/// its generator, anybody can know a private key (CVE-2020-0601).
const P256_WRITTEN_OUT: [[u8; 32]; 2] = [
    [
        0x40, 0xc3, 0xc4, 0x05, 0xab, 0xfc, 0x62, 0xe0, 0x96, 0xcb, 0x64, 0x91, 0xf8, 0x5f, 0x96,
        0x7d, 0x6d, 0x75, 0xed, 0xe7, 0x16, 0x60, 0x46, 0x29, 0x65, 0x49, 0x10, 0xc4, 0x75, 0xd4,
        0xb8, 0x46,
    ],
    [
        0x5f, 0x61, 0x9b, 0xbe, 0x96, 0x33, 0xb1, 0x96, 0xea, 0xaf, 0x36, 0x7b, 0xac, 0x88, 0xd3,
        0x7c, 0x27, 0xa2, 0x6b, 0x39, 0x3f, 0x2c, 0x5a, 0x0e, 0xea, 0x0f, 0x6e, 0x56, 0x71, 0xd0,
        0xd1, 0xda,
    ],
];

/// The numbers as written, before anyone asked whether they are fit for use.
struct Written {
    public: Option<PublicNumbers>,
    private: Option<PrivateNumbers>,
    kind: KeyKind,
}

type Read = der::Result<Written>;

/// Reads every key of a PEM text (RFC 7468); between the blocks anything may stand.
///
/// # Errors
/// `SetupError` if there is no key, or for any block that is not a key fit for use.
pub fn read_pem(text: &[u8]) -> Result<Vec<Numbers>, SetupError> {
    let text = unescaped(text);
    let mut keys = Vec::new();
    let mut block: Option<(&[u8], Zeroizing<Vec<u8>>)> = None;
    for line in text.split(|octet| *octet == b'\n').map(<[u8]>::trim_ascii) {
        if let Some(label) = between(line, b"-----BEGIN ") {
            block = Some((label, Zeroizing::new(Vec::with_capacity(text.len()))));
        } else if let Some(end) = between(line, b"-----END ") {
            let (label, body) =
                block.take().filter(|(label, _)| *label == end).ok_or_else(not_pem)?;
            keys.push(read_block(label, &body)?);
        } else if let Some((_, body)) = &mut block {
            body.extend_from_slice(line);
        }
    }
    if keys.is_empty() || block.is_some() {
        return Err(not_pem());
    }
    Ok(keys)
}

fn not_pem() -> SetupError {
    SetupError::new("pem", "is not well-formed PEM of keys")
}

fn between<'a>(line: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    line.strip_prefix(start)?.strip_suffix(b"-----")
}

/// With line breaks for the letters `\n`: PEM on one line, as environment variables hold it
/// (systems.md TD-35).
fn unescaped(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut octets = text.iter().copied().peekable();
    let mut unescaped = Zeroizing::new(Vec::with_capacity(text.len()));
    while let Some(octet) = octets.next() {
        let escapes = octet == b'\\' && octets.next_if_eq(&b'n').is_some();
        unescaped.push(if escapes { b'\n' } else { octet });
    }
    unescaped
}

fn read_block(label: &[u8], body: &[u8]) -> Result<Numbers, SetupError> {
    let der = Zeroizing::new(STANDARD.decode(body).map_err(|_| not_pem())?);
    let written = match label {
        b"PUBLIC KEY" => spki(&der),
        b"RSA PUBLIC KEY" => rsa_public(&der),
        b"CERTIFICATE" => certificate(&der),
        b"PRIVATE KEY" => pkcs8(&der),
        b"RSA PRIVATE KEY" => rsa_private(&der),
        b"EC PRIVATE KEY" => ec_private(&der, None),
        _ => return Err(SetupError::new("pem", "holds a block that is no plain key")),
    };
    check(written, "pem")
}

/// Reads one key in DER, whichever of the forms it has.
///
/// # Errors
/// `SetupError` if it has none of them, or is not fit for use.
pub fn read_der(octets: &[u8]) -> Result<Numbers, SetupError> {
    let written = spki(octets)
        .or_else(|_| pkcs8(octets))
        .or_else(|_| rsa_public(octets))
        .or_else(|_| rsa_private(octets))
        .or_else(|_| ec_private(octets, None))
        .or_else(|_| certificate(octets));
    check(written, "der")
}

fn check(written: Read, option: &'static str) -> Result<Numbers, SetupError> {
    let Written { public, private, kind } =
        written.map_err(|_| SetupError::new(option, "is not a key in a form that is known"))?;
    Ok(Numbers { public: public.map(PublicKey::check).transpose()?, private, kind })
}

fn certificate(octets: &[u8]) -> Read {
    let mut certificate = sequence(octets)?;
    let mut fields = sequence(certificate.tlv_bytes()?)?;
    // Before the key: version (if not the first), serial, signature, issuer, validity, subject.
    let first = AnyRef::decode(&mut fields)?;
    let before = if first.tag() == Tag::Integer { 4 } else { 5 };
    for _ in 0..before {
        AnyRef::decode(&mut fields)?;
    }
    spki(fields.tlv_bytes()?)
}

fn spki(octets: &[u8]) -> Read {
    let mut fields = sequence(octets)?;
    let kind = algorithm(fields.tlv_bytes()?)?;
    let key = bits(BitStringRef::decode(&mut fields)?)?;
    fields.finish()?;
    match kind {
        KeyKind::Rsa => rsa_public(key),
        KeyKind::Ec(curve) => Ok(public(point(curve, key)?, kind)),
        KeyKind::Ed25519 => Ok(public(PublicNumbers::Ed25519 { x: key.to_vec() }, kind)),
    }
}

fn pkcs8(octets: &[u8]) -> Read {
    let mut fields = sequence(octets)?;
    UintRef::decode(&mut fields)?;
    let kind = algorithm(fields.tlv_bytes()?)?;
    let key = <&OctetStringRef>::decode(&mut fields)?.as_bytes();
    match kind {
        KeyKind::Rsa => rsa_private(key),
        KeyKind::Ec(curve) => ec_private(key, Some(curve)),
        KeyKind::Ed25519 => ed25519_private(key, fields),
    }
}

fn ed25519_private(key: &[u8], mut rest: SliceReader<'_>) -> Read {
    let seed = <&OctetStringRef>::from_der(key)?.as_bytes();
    let mut public = None;
    while !rest.is_finished() {
        // [1] IMPLICIT BIT STRING: no unused bits, then the point.
        if let (1, [0, x @ ..]) = tagged(&mut rest)? {
            public = Some(PublicNumbers::Ed25519 { x: x.to_vec() });
        }
    }
    if seed.len() != 32 {
        return Err(malformed());
    }
    let private = Some(PrivateNumbers::Scalar(seed.to_vec().into()));
    Ok(Written { public, private, kind: KeyKind::Ed25519 })
}

fn rsa_public(octets: &[u8]) -> Read {
    let mut fields = sequence(octets)?;
    let numbers = PublicNumbers::Rsa { n: number(&mut fields)?, e: number(&mut fields)? };
    fields.finish()?;
    Ok(public(numbers, KeyKind::Rsa))
}

fn rsa_private(octets: &[u8]) -> Read {
    let mut fields = sequence(octets)?;
    if UintRef::decode(&mut fields)?.as_bytes() != [0] {
        return Err(malformed());
    }
    let public = PublicNumbers::Rsa { n: number(&mut fields)?, e: number(&mut fields)? };
    let mut secret = || number(&mut fields).map(Zeroizing::new);
    let private = [secret()?, secret()?, secret()?, secret()?, secret()?, secret()?];
    fields.finish()?;
    let private = Some(PrivateNumbers::Rsa(Box::new(private)));
    Ok(Written { public: Some(public), private, kind: KeyKind::Rsa })
}

fn ec_private(octets: &[u8], curve: Option<Curve>) -> Read {
    let mut fields = sequence(octets)?;
    UintRef::decode(&mut fields)?;
    let d = <&OctetStringRef>::decode(&mut fields)?.as_bytes();
    let (mut curve, mut encoded) = (curve, None);
    while !fields.is_finished() {
        match tagged(&mut fields)? {
            (0, parameters) => curve = Some(self::curve(parameters)?),
            (1, key) => encoded = Some(bits(BitStringRef::from_der(key)?)?),
            _ => return Err(malformed()),
        }
    }
    let (Some(curve), Some(encoded)) = (curve, encoded) else { return Err(malformed()) };
    if d.len() != curve.octets() {
        return Err(malformed());
    }
    let private = Some(PrivateNumbers::Scalar(d.to_vec().into()));
    Ok(Written { public: Some(point(curve, encoded)?), private, kind: KeyKind::Ec(curve) })
}

fn algorithm(octets: &[u8]) -> der::Result<KeyKind> {
    let mut fields = sequence(octets)?;
    match ObjectIdentifier::decode(&mut fields)? {
        RSA => Ok(KeyKind::Rsa),
        EC => curve(fields.tlv_bytes()?).map(KeyKind::Ec),
        ED25519 => Ok(KeyKind::Ed25519),
        _ => Err(malformed()),
    }
}

/// The curve that parameters name; or P-256, written out to the last octet as openssl does.
fn curve(parameters: &[u8]) -> der::Result<Curve> {
    match ObjectIdentifier::from_der(parameters) {
        Ok(P256) => Ok(Curve::P256),
        Ok(P384) => Ok(Curve::P384),
        Ok(P521) => Ok(Curve::P521),
        Err(_) if P256_WRITTEN_OUT.contains(&Sha256::digest(parameters).into()) => Ok(Curve::P256),
        _ => Err(malformed()),
    }
}

/// An uncompressed point (SEC 1 section 2.3.3); its length is checked with the key.
fn point(curve: Curve, encoded: &[u8]) -> der::Result<PublicNumbers> {
    let [4, coordinates @ ..] = encoded else { return Err(malformed()) };
    let (x, y) = coordinates.split_at_checked(curve.octets()).ok_or_else(malformed)?;
    Ok(PublicNumbers::Ec { curve, x: x.to_vec(), y: y.to_vec() })
}

fn public(numbers: PublicNumbers, kind: KeyKind) -> Written {
    Written { public: Some(numbers), private: None, kind }
}

fn sequence(octets: &[u8]) -> der::Result<SliceReader<'_>> {
    let any = AnyRef::from_der(octets)?;
    any.tag().assert_eq(Tag::Sequence)?;
    SliceReader::new(any.value())
}

/// A field with a tag of its own: the tag's number and the content.
fn tagged<'a>(fields: &mut SliceReader<'a>) -> der::Result<(u32, &'a [u8])> {
    let any = AnyRef::decode(fields)?;
    match any.tag() {
        Tag::ContextSpecific { number, .. } => Ok((number.value(), any.value())),
        _ => Err(malformed()),
    }
}

fn number(fields: &mut SliceReader<'_>) -> der::Result<Vec<u8>> {
    Ok(UintRef::decode(fields)?.as_bytes().to_vec())
}

fn bits(bits: BitStringRef<'_>) -> der::Result<&[u8]> {
    bits.as_bytes().ok_or_else(malformed)
}

fn malformed() -> der::Error {
    ErrorKind::Failed.into()
}
