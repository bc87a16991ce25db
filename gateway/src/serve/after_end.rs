//! The certificate of this device ended some days ago. The refusal leads to the desk's page for the next one, with our word
//! which device was shown here: on that the desk mails a number to the office's contact, and nothing else.

use certs::{DeviceNo, Timestamp};
use pages::Reader;
use serde::Serialize;

use super::request_context::RequestContext;
use crate::refusal::Refusal;

/// Seconds after its end for which the desk renews a certificate so: 30 days.
const OPEN: i64 = 30 * 86_400;
/// No upstream's audience: the desk takes it for this one page.
const AUDIENCE: &str = "renewal-after-end";

#[derive(Serialize)]
struct RenewalClaims {
    aud: &'static str,
    device: String,
}

/// Our word, where the page of this refusal should carry it.
pub(super) fn word(context: &RequestContext, refusal: Refusal) -> Option<String> {
    let (device, ended) = shown(context, refusal)?;
    let open = ended < context.now && context.now <= ended.plus(OPEN);
    if !open || context.preferences.reader != Reader::Browser {
        return None;
    }
    let claims = RenewalClaims { aud: AUDIENCE, device: device.to_string() };
    let word = context.rules.keys.sign(&claims, context.now).ok()?;
    word.to_str().ok().map(str::to_owned)
}

/// The device whose ended certificate was shown; or, where the browser hides it, is remembered.
fn shown(context: &RequestContext, refusal: Refusal) -> Option<(DeviceNo, Timestamp)> {
    if refusal == Refusal::Expired {
        return context.hints.known.as_ref().map(|known| (known.device, known.not_after));
    }
    context.hints.remembered.filter(|_| refusal == Refusal::NoCert).map(|seen| (seen.device, seen.not_after))
}
