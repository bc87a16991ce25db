//! One word, said once from outside: one side waits for it, any other may say it.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;

/// What a [`OnceSignal`] may say: each word has a number of its own, from 1 on.
pub(super) trait Signalled: Copy {
    /// Its number.
    fn number(self) -> u8;
    /// The word of this number.
    fn of(number: u8) -> Option<Self>;
}

/// Waited for by one task at a time. The first word counts; later ones change nothing.
#[derive(Debug)]
pub(super) struct OnceSignal<T> {
    word: AtomicU8,
    waiter: AtomicWaker,
    words: PhantomData<T>,
}

impl<T> Default for OnceSignal<T> {
    fn default() -> Self {
        Self { word: AtomicU8::new(0), waiter: AtomicWaker::new(), words: PhantomData }
    }
}

impl<T: Signalled> OnceSignal<T> {
    /// Says it; says whether this was the first word.
    pub(super) fn say(&self, word: T) -> First {
        let first = self.word.compare_exchange(0, word.number(), Ordering::AcqRel, Ordering::Acquire).is_ok();
        self.waiter.wake();
        if first { First::Yes } else { First::No }
    }

    /// What was said, if anything was.
    pub(super) fn get(&self) -> Option<T> {
        T::of(self.word.load(Ordering::Acquire))
    }

    /// Ready once a word was said; else the task is woken when it is.
    pub(super) fn poll(&self, cx: &Context<'_>) -> Poll<T> {
        if let Some(word) = self.get() {
            return Poll::Ready(word);
        }
        self.waiter.register(cx.waker());
        self.get().map_or(Poll::Pending, Poll::Ready)
    }
}

/// Whether it was the word that counted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum First {
    /// It was.
    Yes,
    /// Somebody had said one before.
    No,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use std::task::{Wake, Waker};

    use super::*;

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    struct Word(u8);

    impl Signalled for Word {
        fn number(self) -> u8 {
            self.0
        }

        fn of(number: u8) -> Option<Self> {
            (number != 0).then_some(Self(number))
        }
    }

    #[test]
    fn the_first_word_counts_and_wakes_whoever_waits_for_it() {
        let (signal, woken) = (OnceSignal::default(), Arc::new(Woken::default()));
        let waker = Waker::from(Arc::clone(&woken));
        let cx = Context::from_waker(&waker);
        assert_eq!((signal.poll(&cx), signal.get()), (Poll::Pending, None));
        assert_eq!(signal.say(Word(1)), First::Yes);
        assert_eq!(woken.0.load(Ordering::SeqCst), 1);
        assert_eq!(signal.say(Word(2)), First::No);
        assert_eq!((signal.poll(&cx), signal.get()), (Poll::Ready(Word(1)), Some(Word(1))));
    }
}
