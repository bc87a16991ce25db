//! May the body of a request be asked for yet? The backend gives its leave, or the request is over without it.

use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;

/// Waited for by one task; the first word counts.
#[derive(Debug, Default)]
pub struct Leave {
    word: AtomicU8,
    waiter: AtomicWaker,
}

/// What was said.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Word {
    /// The body is wanted.
    Given,
    /// The request has been answered, or was ended; nobody wants its body any more.
    Over,
}

const GIVEN: u8 = 1;
const OVER: u8 = 2;

impl Leave {
    /// The body is wanted.
    pub fn give(&self) {
        self.say(GIVEN);
    }

    /// The request is over.
    pub fn over(&self) {
        self.say(OVER);
    }

    fn say(&self, word: u8) {
        if self.word.compare_exchange(0, word, Ordering::AcqRel, Ordering::Acquire).is_ok() {
            self.waiter.wake();
        }
    }

    /// Ready once a word was said; else the task is woken when it is.
    pub fn poll(&self, cx: &Context<'_>) -> Poll<Word> {
        self.waiter.register(cx.waker());
        match self.word.load(Ordering::Acquire) {
            GIVEN => Poll::Ready(Word::Given),
            OVER => Poll::Ready(Word::Over),
            _ => Poll::Pending,
        }
    }
}
