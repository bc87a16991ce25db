//! Which algorithms does this PKCS#12 file really use?
//!
//! "Wrong password" is all that a device says of a file it cannot read. So what the library wrote
//! is taken apart again (RFC 7292 §4) before it is handed out.

use der::asn1::ObjectIdentifier;

use super::contents::ContainerRefusal;

pub(super) const PBES2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.13");
pub(super) const PBE_SHA1_3DES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.1.3");
pub(super) const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
pub(super) const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const ENCRYPTED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.6");
const SHROUDED_KEY_BAG: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.12.10.1.2");

/// What a file must use, and nothing else.
#[derive(Clone, Copy, Debug)]
pub(super) struct Required {
    pub(super) cipher: ObjectIdentifier,
    pub(super) mac: ObjectIdentifier,
}

/// Holds every cipher of a file, and its MAC, against what it must use.
pub(super) fn examine(file: &[u8], required: Required) -> Result<(), ContainerRefusal> {
    let pfx = Element::only(file)?.parts()?;
    let [_version, safes, mac] = pfx.as_slice() else {
        return Err(odd("no MAC"));
    };
    // MacData ::= SEQUENCE { DigestInfo { algorithm, digest }, salt, iterations }
    mac.part(0)?.algorithm()?.must_be(required.mac)?;
    let (DATA, safes) = safes.typed()? else {
        return Err(odd("a public-key signature"));
    };
    for safe in Element::only(safes.content)?.parts()? {
        let (kind, content) = safe.typed()?;
        if kind == DATA {
            for bag in Element::only(content.content)?.parts()? {
                let (kind, key) = bag.typed()?;
                if kind != SHROUDED_KEY_BAG {
                    return Err(odd("a bag that is not encrypted"));
                }
                key.algorithm()?.must_be(required.cipher)?;
            }
        } else if kind == ENCRYPTED_DATA {
            // EncryptedData ::= SEQUENCE { version, EncryptedContentInfo { type, algorithm, … } }
            content.part(1)?.part(1)?.part(0)?.must_be(required.cipher)?;
        } else {
            return Err(odd(&kind.to_string()));
        }
    }
    Ok(())
}

/// One DER element.
#[derive(Clone, Copy)]
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
}

impl<'a> Element<'a> {
    /// The first element, and what follows it.
    fn first(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (&tag, rest) = bytes.split_first()?;
        let (&length, rest) = rest.split_first()?;
        let (length, rest) = if length < 0x80 {
            (usize::from(length), rest)
        } else {
            let (digits, rest) =
                rest.split_at_checked(usize::from(length & 0x7f)).filter(|(digits, _)| digits.len() <= 4)?;
            (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
        };
        let (content, rest) = rest.split_at_checked(length)?;
        Some((Self { tag, content }, rest))
    }

    fn only(bytes: &'a [u8]) -> Result<Self, ContainerRefusal> {
        match Self::first(bytes) {
            Some((element, [])) => Ok(element),
            Some((_, [_, ..])) | None => Err(odd("a structure that cannot be read")),
        }
    }

    fn parts(self) -> Result<Vec<Self>, ContainerRefusal> {
        let mut rest = self.content;
        let mut parts = Vec::new();
        while !rest.is_empty() {
            let (part, after) = Self::first(rest).ok_or_else(|| odd("a structure that cannot be read"))?;
            parts.push(part);
            rest = after;
        }
        Ok(parts)
    }

    fn part(self, at: usize) -> Result<Self, ContainerRefusal> {
        self.parts()?.get(at).copied().ok_or_else(|| odd("a structure that cannot be read"))
    }

    /// `SEQUENCE { type, [0] EXPLICIT content, … }`: the type, and the content.
    fn typed(self) -> Result<(ObjectIdentifier, Self), ContainerRefusal> {
        Ok((self.part(0)?.oid()?, Self::only(self.part(1)?.content)?))
    }

    /// The identifier in the `AlgorithmIdentifier` that comes first.
    fn algorithm(self) -> Result<Self, ContainerRefusal> {
        self.part(0)?.part(0)
    }

    fn oid(self) -> Result<ObjectIdentifier, ContainerRefusal> {
        const OBJECT_IDENTIFIER: u8 = 0x06;
        let oid = ObjectIdentifier::from_bytes(self.content).ok().filter(|_| self.tag == OBJECT_IDENTIFIER);
        oid.ok_or_else(|| odd("a structure that cannot be read"))
    }

    fn must_be(self, required: ObjectIdentifier) -> Result<(), ContainerRefusal> {
        let found = self.oid()?;
        if found == required { Ok(()) } else { Err(odd(&found.to_string())) }
    }
}

fn odd(what: &str) -> ContainerRefusal {
    ContainerRefusal::Algorithm(what.to_owned())
}
