//! Pieces of a body, either way: why one did not come, what of trailers goes on, how much more there is.

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::headers::HeaderSanitizer;

/// Why a body broke off.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Broken {
    /// It is larger than a body may be.
    #[error("the body is larger than allowed")]
    TooLarge,
    /// The right under which it ran has ended.
    #[error("the request was ended")]
    Cut,
    /// The side it came from broke it off.
    #[error("the body broke off")]
    Source,
}

pub(super) fn without_reserved(frame: Frame<Bytes>, sanitizer: &HeaderSanitizer) -> Frame<Bytes> {
    match frame.into_trailers() {
        Ok(mut trailers) => {
            sanitizer.clean_trailers(&mut trailers);
            Frame::trailers(trailers)
        }
        Err(data) => data,
    }
}

/// So many more than this.
pub(super) fn longer(hint: &SizeHint, octets: u64) -> SizeHint {
    let mut longer = SizeHint::new();
    longer.set_lower(hint.lower() + octets);
    if let Some(upper) = hint.upper() {
        longer.set_upper(upper + octets);
    }
    longer
}
