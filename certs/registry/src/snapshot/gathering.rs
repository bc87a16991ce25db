//! How is a snapshot of a million entries built without walking all over memory for each of them?
//!
//! Devices come in the order of their numbers, page by page. Certificates come in no order: they are
//! gathered by the ten thousand and laid into the table shard by shard.

use crate::record::{Certificate, Device};
use crate::snapshot::changes::Changes;
use crate::snapshot::packed::PackedCertificate;
use crate::snapshot::reading::Snapshot;
use names::OfficeNo;

/// Certificates laid in at once: a dozen a shard, in a megabyte.
const AT_ONCE: usize = 20_000;

/// A snapshot in the making.
#[derive(Debug)]
pub(crate) struct Gathering {
    snapshot: Snapshot,
    certificates: Vec<PackedCertificate>,
}

impl Gathering {
    /// Begins with the small tables, made to measure for so many certificates.
    pub(crate) fn new(registry_id: &str, certificates: usize, small: &Changes) -> Self {
        Self {
            snapshot: Snapshot::with_capacity(registry_id, certificates).apply(small),
            certificates: Vec::with_capacity(AT_ONCE.min(certificates)),
        }
    }

    /// The number of an office met before.
    pub(crate) fn office_number(&self, office: &str) -> Option<OfficeNo> {
        self.snapshot.office_number(office)
    }

    /// Adds a device.
    pub(crate) fn put_device(&mut self, device: &Device) {
        self.snapshot.put_device(device);
    }

    /// Adds a certificate.
    pub(crate) fn put_certificate(&mut self, certificate: &Certificate) {
        self.certificates.push(self.snapshot.pack_certificate(certificate));
        if self.certificates.len() >= AT_ONCE {
            self.snapshot.put_certificates(&mut self.certificates);
        }
    }

    /// The snapshot.
    pub(crate) fn finish(mut self) -> Snapshot {
        self.snapshot.put_certificates(&mut self.certificates);
        self.snapshot
    }
}
