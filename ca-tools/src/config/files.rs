//! Names of the files in `authority.directory`.

pub(crate) const ROOT: &str = "root.pem";
pub(crate) const ISSUING: &str = "issuing.pem";
pub(crate) const ISSUING_KEY: &str = "issuing.key";
pub(crate) const SIGNING: &str = "signing.pem";
pub(crate) const SIGNING_KEY: &str = "signing.key";
pub(crate) const CRL: &str = "issuing.crl";
pub(crate) const ROOT_CRL: &str = "root.crl";
pub(crate) const ALL_CRLS: &str = "all.crl.pem";
pub(crate) const ROOT_KEY: &str = "root/root.key";
