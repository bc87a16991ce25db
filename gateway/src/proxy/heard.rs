//! What has a backend said on one connection since it was last asked?
//!
//! hyper tells that an answer could not be read, but not what stood in it; and that a connection has ended, but not whether
//! an answer had begun. The one is needed to say why a backend failed, the other to know whether a request may be sent
//! once more. So the octets are watched where they come in.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hyper_util::client::legacy::Error;

/// Octets of an answer that are kept until its head has been read: the whole head, in all but the oddest cases.
const KEPT: usize = 2 << 10;

/// Nobody waits for the head of an answer.
const IDLE: u8 = 0;
/// A request went out, and nothing has come back.
const ASKED: u8 = 1;
/// An answer has begun.
const BEGUN: u8 = 2;

/// What was heard on one connection to a backend. It travels with every answer that came over it.
#[derive(Clone)]
pub struct Heard(Arc<Watched>);

struct Watched {
    upstream: Arc<str>,
    speaks: Speaks,
    phase: AtomicU8,
    answered: AtomicBool,
    ended: AtomicBool,
    head: Mutex<Vec<u8>>,
}

/// What is spoken on a connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Speaks {
    /// One exchange after the other, in text.
    Http1,
    /// Many at once, in frames.
    Http2,
}

impl Heard {
    /// Nothing yet, from this upstream.
    pub(super) fn nothing(upstream: &Arc<str>, speaks: Speaks) -> Self {
        Self(Arc::new(Watched {
            upstream: Arc::clone(upstream),
            speaks,
            phase: AtomicU8::new(IDLE),
            answered: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            head: Mutex::default(),
        }))
    }

    /// On the connection where this went wrong; nothing where there was none yet.
    pub(super) fn before(error: &Error) -> Option<Self> {
        let mut told = http::Extensions::new();
        error.connect_info()?.get_extras(&mut told);
        told.remove()
    }

    /// Whose connection it is.
    pub(super) fn upstream(&self) -> &str {
        &self.0.upstream
    }

    pub(super) fn speaks(&self) -> Speaks {
        self.0.speaks
    }

    /// Octets go out.
    pub(super) fn asked(&self) {
        let _more_of_the_same = self.0.phase.compare_exchange(IDLE, ASKED, Ordering::AcqRel, Ordering::Relaxed);
    }

    /// Octets came in.
    pub(super) fn hears(&self, octets: &[u8]) {
        let phase = self.0.phase.load(Ordering::Acquire);
        if phase == IDLE {
            return;
        }
        if self.0.speaks == Speaks::Http1 {
            let mut head = self.0.head.lock().unwrap_or_else(PoisonError::into_inner);
            if phase == ASKED {
                head.clear();
            }
            let room = KEPT.saturating_sub(head.len()).min(octets.len());
            head.extend_from_slice(&octets[..room]);
        }
        self.0.phase.store(BEGUN, Ordering::Release);
    }

    /// The head of an answer has been read.
    pub(super) fn answered(&self) {
        self.0.answered.store(true, Ordering::Release);
        self.0.phase.store(IDLE, Ordering::Release);
    }

    /// Nothing more comes, or nothing more goes.
    pub(super) fn ended(&self) {
        self.0.ended.store(true, Ordering::Release);
    }

    /// Whether a connection that had been answered on before was asked again and then ended, without an octet of an answer.
    /// Over HTTP/2 octets are about many requests; there the head of an answer comes whole or not at all, and this is asked
    /// only where it did not come.
    pub(super) fn died_unheard(&self) -> bool {
        let begun = match self.0.speaks {
            Speaks::Http1 => self.0.phase.load(Ordering::Acquire) != ASKED,
            Speaks::Http2 => false,
        };
        self.0.answered.load(Ordering::Acquire) && self.0.ended.load(Ordering::Acquire) && !begun
    }

    /// How the answer began that could not be read; nothing where none had begun.
    pub(super) fn beginning(&self) -> Vec<u8> {
        if self.0.phase.load(Ordering::Acquire) == BEGUN {
            self.0.head.lock().unwrap_or_else(PoisonError::into_inner).clone()
        } else {
            Vec::new()
        }
    }
}

impl fmt::Debug for Heard {
    /// Not what was said: it is about people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Heard").field("upstream", &self.0.upstream).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard() -> Heard {
        Heard::nothing(&Arc::from("care-record"), Speaks::Http1)
    }

    #[test]
    fn only_a_connection_that_had_answered_and_then_said_nothing_died_unheard() {
        let heard = heard();
        assert!(!heard.died_unheard());
        heard.asked();
        assert!(!heard.died_unheard(), "it never answered");
        heard.hears(b"HTTP/1.1 200 OK\r\n");
        heard.answered();
        assert!(!heard.died_unheard(), "nobody has asked again");
        heard.hears(b"the rest of a body");
        heard.asked();
        assert!(!heard.died_unheard(), "it has not ended");
        heard.ended();
        assert!(heard.died_unheard());
        heard.hears(b"H");
        assert!(!heard.died_unheard(), "an answer has begun");
        heard.asked();
        assert!(!heard.died_unheard(), "the same request goes on");
    }

    #[test]
    fn over_http_2_what_was_heard_may_have_been_anybodys() {
        let heard = Heard::nothing(&Arc::from("care-record"), Speaks::Http2);
        heard.asked();
        heard.hears(b"frames");
        heard.ended();
        assert!(!heard.died_unheard(), "it never answered");
        heard.answered();
        heard.asked();
        heard.hears(b"frames");
        assert!(heard.died_unheard());
        assert_eq!(heard.beginning(), b"");
    }

    #[test]
    fn what_is_kept_is_the_beginning_of_the_last_answer_and_no_more() {
        let heard = heard();
        heard.asked();
        heard.hears(b"first");
        assert_eq!(heard.beginning(), b"first");
        heard.answered();
        assert_eq!(heard.beginning(), b"");
        heard.asked();
        assert_eq!(heard.beginning(), b"");
        heard.hears(b"sec");
        heard.hears(b"ond");
        assert_eq!(heard.beginning(), b"second");
        heard.hears(&[b'x'; KEPT * 2]);
        assert_eq!(heard.beginning().len(), KEPT);
        assert!(!format!("{heard:?}").contains("second"));
    }
}
