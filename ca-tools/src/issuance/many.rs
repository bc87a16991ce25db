//! Certificates for many devices that never had one: the same steps, a batch at each.

use certs::DeviceNo;
use registry::Assurance;

use super::issue::{IssueRefusal, signed};
use super::issuing_ca::IssuingCa;
use crate::acts::{By, Writer};
use crate::key::PrivateKey;
use crate::rows::{Intent, KeyOrigin, Term};
use crate::sign::{HolderKey, Issued, Order, Prepared, SignRefusal, prepare, sign};

/// A key and its certificate.
pub(crate) struct Pair {
    pub(crate) key: PrivateKey,
    pub(crate) issued: Issued,
}

/// Issues a certificate each. Their keys are the caller's to keep or to drop.
pub(crate) async fn issue_many(
    writer: &Writer,
    ca: &IssuingCa,
    by: &By,
    devices: &[DeviceNo],
) -> Result<Vec<Pair>, IssueRefusal> {
    let prepared = on_all_cores(devices.to_vec(), |device| {
        let key = PrivateKey::make(ca.profile.made_key()).map_err(SignRefusal::Key)?;
        let order = Order { device, key: HolderKey::Made(&key), now: by.at, asked_days: None };
        let prepared = prepare(&order, &ca.profile, ca.issuing.certificate())?;
        Ok((key, intent(&prepared)?, prepared))
    })?;
    let intents: Vec<_> = prepared.iter().map(|(_, intent, _)| intent.clone()).collect();
    let receipts = writer.intend_all(by, &intents).await?;
    let recorded = prepared.into_iter().zip(receipts).collect();
    let pairs = on_all_cores(recorded, |((key, _, prepared), receipt): ((PrivateKey, Intent, Prepared), _)| {
        Ok(Pair { key, issued: sign(prepared.recorded(receipt)?, &ca.issuing)? })
    })?;
    let signed: Vec<_> = intents.into_iter().zip(pairs.iter().map(|pair| signed(&pair.issued))).collect();
    writer.record_all(by, &signed).await?;
    Ok(pairs)
}

fn intent(prepared: &Prepared) -> Result<Intent, SignRefusal> {
    Ok(Intent {
        serial: prepared.serial(),
        device: prepared.device(),
        validity: prepared.validity(),
        term: Term::Full,
        key: prepared.key()?,
        assurance: Assurance::Swk,
        key_origin: KeyOrigin::Server,
        issuer: prepared.issuer(),
        to_be_signed: prepared.to_be_signed(),
    })
}

/// Does the same to each, on as many threads as there are cores, and keeps their order.
fn on_all_cores<T: Send, R: Send>(
    items: Vec<T>,
    work: impl Fn(T) -> Result<R, SignRefusal> + Sync,
) -> Result<Vec<R>, SignRefusal> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    let share = items.len().div_ceil(threads).max(1);
    let mut shares = Vec::new();
    let mut items = items.into_iter().peekable();
    while items.peek().is_some() {
        shares.push(items.by_ref().take(share).collect::<Vec<_>>());
    }
    let work = &work;
    let done: Vec<Result<Vec<R>, SignRefusal>> = std::thread::scope(|scope| {
        let running: Vec<_> =
            shares.into_iter().map(|share| scope.spawn(move || share.into_iter().map(work).collect())).collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(SignRefusal::Unwritable("a thread ended early".into()))))
            .collect()
    });
    Ok(done.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}
