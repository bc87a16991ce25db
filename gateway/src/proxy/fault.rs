//! Why did a backend not answer? In words, each cause in its own.
//!
//! `client error (SendRequest)` helps nobody. What hyper, rustls and the kernel say is told from its top to its root, and
//! before it stands what it means; where an answer could not be read, its octets are looked at again.

use std::error::Error;
use std::io::{self, ErrorKind};

use access_log::RequestId;
use rustls::CertificateError;

use super::heard::{Heard, Speaks};
use super::unread;

/// Why a backend's answer did not come, or was not passed on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum BackendFault {
    #[error("its answer broke off")]
    AnswerBrokeOff,
    #[error("its answer stood still for too long")]
    AnswerStoodStill,
    #[error("its certificate is not accepted")]
    Certificate,
    #[error("its certificate is for another name")]
    CertificateName,
    #[error("it closed the connection instead of answering")]
    Closed,
    #[error("it asks for a login of the connection (NTLM, Negotiate), and a connection to a backend is nobody's")]
    ConnectionLogin,
    #[error("the client sent a login of the connection (NTLM, Negotiate), and a connection to a backend is nobody's")]
    ConnectionLoginSent,
    #[error("line {0} of its answer has a control character")]
    ControlCharacter(usize),
    #[error("line {0} of its answer has a field name that is none")]
    FieldName(usize),
    #[error("line {0} of its answer is folded")]
    Folded(usize),
    #[error("it ended the connection within the head of its answer")]
    HeadBrokeOff,
    #[error("the head of its answer is too large")]
    HeadTooLarge,
    #[error("it broke off in HTTP/2")]
    Http2,
    #[error("its answer has a length that is no number")]
    Length,
    #[error("its answer has two lengths that differ")]
    Lengths,
    #[error("line {0} of its answer has no colon")]
    NoColon(usize),
    #[error("what it said is not HTTP")]
    NotHttp,
    #[error("line {0} of its answer has a NUL")]
    Nul(usize),
    #[error("it could not be asked")]
    Other,
    #[error("it refuses connections")]
    Refused,
    #[error("it reset the connection instead of answering")]
    Reset,
    #[error("it did not answer in time")]
    Silent,
    #[error("its answer has no status line")]
    StatusLine,
    #[error("TLS with it failed")]
    Tls,
    #[error("its answer is in a transfer coding that nobody asked for")]
    TransferCoding,
    #[error("it switches to another protocol, which nobody asked for")]
    UnaskedUpgrade,
    #[error("it cannot be reached")]
    Unreachable,
    #[error("it was not reached in time")]
    UnreachedInTime,
    #[error("it speaks another version of HTTP")]
    Version,
}

/// A request that a backend did not answer: what that means, and all that was said of it.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{fault}: {cause}")]
pub(super) struct Unanswered {
    fault: BackendFault,
    cause: String,
}

impl Unanswered {
    pub(super) fn because(error: &hyper_util::client::legacy::Error) -> Self {
        let heard = Heard::before(error);
        Self { fault: BackendFault::of(error, error.is_connect(), heard.as_ref()), cause: chain(error) }
    }

    /// One line says it, with what leads from it to the request and back.
    pub(super) fn tell(&self, upstream: &str, id: RequestId) {
        tell(upstream, id, (self.fault, &self.cause));
    }
}

impl BackendFault {
    fn of(error: &(dyn Error + 'static), connecting: bool, heard: Option<&Heard>) -> Self {
        let io = causes(error).find_map(|cause| cause.downcast_ref::<io::Error>());
        if connecting {
            return io.map_or(Self::Unreachable, Self::of_connecting);
        }
        let beginning = heard.map(Heard::beginning).unwrap_or_default();
        let begun = !beginning.is_empty();
        if heard.is_some_and(|heard| heard.speaks() == Speaks::Http2) {
            return Self::Http2;
        }
        if let Some(io) = io {
            let reset = matches!(io.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe);
            return match (of_tls(io), reset, begun) {
                (Some(fault), ..) => fault,
                (None, true, true) => Self::HeadBrokeOff,
                (None, true, false) => Self::Reset,
                (None, false, _) => Self::Other,
            };
        }
        let Some(hyper) = causes(error).find_map(|cause| cause.downcast_ref::<hyper::Error>()) else {
            return Self::Other;
        };
        if hyper.is_parse_too_large() {
            Self::HeadTooLarge
        } else if hyper.is_parse() {
            unread::why(&beginning)
        } else if hyper.is_incomplete_message() && begun {
            Self::HeadBrokeOff
        } else if hyper.is_incomplete_message() || hyper.is_canceled() || hyper.is_closed() {
            Self::Closed
        } else {
            Self::Other
        }
    }

    fn of_connecting(error: &io::Error) -> Self {
        if let Some(fault) = of_tls(error) {
            fault
        } else if error.kind() == ErrorKind::ConnectionRefused {
            Self::Refused
        } else if error.kind() == ErrorKind::TimedOut {
            Self::UnreachedInTime
        } else {
            Self::Unreachable
        }
    }

    /// As [`Unanswered::tell`], where the gateway itself found it out; `cause` is what it learnt it from, if that says more.
    pub(super) fn tell(self, upstream: &str, id: RequestId, cause: Option<&(dyn Error + 'static)>) {
        tell(upstream, id, (self, &cause.map(chain).unwrap_or_default()));
    }
}

fn tell(upstream: &str, id: RequestId, (fault, cause): (BackendFault, &str)) {
    let (reference, why, cause) = (id.reference(), fault.to_string(), Some(cause).filter(|cause| !cause.is_empty()));
    tracing::warn!(upstream, request_id = %id, "ref" = %reference, why, cause, "the backend failed");
}

/// What TLS found wrong; a backend may refuse our certificate only after the handshake.
fn of_tls(error: &io::Error) -> Option<BackendFault> {
    let tls = error.get_ref()?.downcast_ref::<rustls::Error>()?;
    let rustls::Error::InvalidCertificate(why) = tls else { return Some(BackendFault::Tls) };
    let other = matches!(why, CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. });
    Some(if other { BackendFault::CertificateName } else { BackendFault::Certificate })
}

fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error: &&'e (dyn Error + 'static)| error.source())
}

/// What is said of an error, from its top to its root; nothing twice.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut told: Vec<String> = Vec::new();
    for cause in causes(error).map(ToString::to_string) {
        if told.last().is_none_or(|last| *last != cause) {
            told.push(cause);
        }
    }
    told.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Said(&'static str, #[source] Option<Box<dyn Error + 'static>>);

    #[test]
    fn a_cause_is_told_from_its_top_to_its_root_and_nothing_twice() {
        let root = Box::new(io::Error::from(ErrorKind::ConnectionReset));
        let told = chain(&Said("top", Some(Box::new(Said("middle", Some(Box::new(Said("middle", Some(root)))))))));
        assert_eq!(told, "top: middle: connection reset");
    }

    #[test]
    fn what_keeps_a_connection_from_coming_about_is_told_apart() {
        let tls = |error| io::Error::new(ErrorKind::InvalidData, rustls::Error::InvalidCertificate(error));
        for (error, fault) in [
            (ErrorKind::ConnectionRefused.into(), BackendFault::Refused),
            (ErrorKind::TimedOut.into(), BackendFault::UnreachedInTime),
            (ErrorKind::NotFound.into(), BackendFault::Unreachable),
            (tls(CertificateError::NotValidForName), BackendFault::CertificateName),
            (tls(CertificateError::UnknownIssuer), BackendFault::Certificate),
            (tls(CertificateError::Expired), BackendFault::Certificate),
            (io::Error::new(ErrorKind::InvalidData, rustls::Error::HandshakeNotComplete), BackendFault::Tls),
        ] {
            assert_eq!(BackendFault::of(&error, true, None), fault, "{error}");
        }
    }
}
