//! A key and its certificate into the container that a device takes.

use certs::Timestamp;
use zeroize::Zeroizing;

use super::certificate::Format;
use super::stop::Stop;
use crate::container::{ContainerRefusal, Contents, FilePassword, P12, ProfileSigner, mobileconfig, p12};
use crate::issuance::Vault;
use crate::key::PrivateKey;
use crate::language::Text;
use crate::sign::Issued;

/// A file and what opens it.
pub(super) struct Packed {
    pub(super) file: Zeroizing<Vec<u8>>,
    pub(super) password: FilePassword,
}

/// What a format needs beside the key and the certificate.
pub(super) enum Packing {
    P12(P12),
    Mobileconfig(Box<ProfileSigner>, Timestamp),
}

impl Packing {
    /// Opens what the format needs; `None` for PEM, which is no container.
    pub(super) fn of(
        format: Format,
        now: Timestamp,
        signer: impl FnOnce() -> Result<ProfileSigner, Stop>,
    ) -> Result<Option<Self>, Stop> {
        Ok(match format {
            Format::P12 => Some(Self::P12(P12::Modern)),
            Format::P12Compat => Some(Self::P12(P12::Compat)),
            Format::Mobileconfig => Some(Self::Mobileconfig(Box::new(signer()?), now)),
            Format::Pem => None,
        })
    }

    /// Packs.
    pub(super) fn pack(&self, vault: &Vault, (key, issued): (&PrivateKey, &Issued)) -> Result<Packed, Stop> {
        let contents = Contents::of(key, issued, vault.issuing.certificate(), &vault.root)?;
        let password = FilePassword::draw()?;
        let file = match self {
            Self::P12(dialect) => p12(&contents, *dialect, &password)?,
            Self::Mobileconfig(signer, now) => mobileconfig(&contents, &password, signer, *now)?.into(),
        };
        Ok(Packed { file, password })
    }
}

impl From<ContainerRefusal> for Stop {
    fn from(refusal: ContainerRefusal) -> Self {
        let why = refusal.to_string();
        Self::Refused("not_packed", Text::new(format!("ファイルを作成できません：{why}"), why))
    }
}
