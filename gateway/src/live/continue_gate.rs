//! May the body of a request be asked for yet (`Expect: 100-continue`)? The backend lets it come, or the request is over
//! without it.

use std::task::{Context, Poll};

use super::once_signal::{OnceSignal, Signalled};

/// Waited for by one task; the first word counts.
#[derive(Debug, Default)]
pub struct ContinueGate(OnceSignal<ContinueDecision>);

/// What was said.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ContinueDecision {
    /// The body is wanted.
    Proceed,
    /// The request has been answered, or was ended; nobody wants its body any more.
    Abandoned,
}

impl Signalled for ContinueDecision {
    fn number(self) -> u8 {
        match self {
            Self::Proceed => 1,
            Self::Abandoned => 2,
        }
    }

    fn of(number: u8) -> Option<Self> {
        [Self::Proceed, Self::Abandoned].into_iter().find(|word| word.number() == number)
    }
}

impl ContinueGate {
    /// The body is wanted.
    pub fn open(&self) {
        self.0.say(ContinueDecision::Proceed);
    }

    /// The request is over.
    pub fn close(&self) {
        self.0.say(ContinueDecision::Abandoned);
    }

    /// Ready once a word was said; else the task is woken when it is.
    pub fn poll(&self, cx: &Context<'_>) -> Poll<ContinueDecision> {
        self.0.poll(cx)
    }
}
