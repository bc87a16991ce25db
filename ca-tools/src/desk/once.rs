//! A form whose answer must not be made twice: it carries a key, and a second press or a reload gets the answer of the first.
//!
//! Some answers show a secret that is kept nowhere, and people press twice. So what was made for a key waits here, in memory
//! alone, for a quarter of an hour; who presses while it is made waits for it. Afterwards, and after a restart, the page's
//! version says that it is an old one.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use certs::Timestamp;
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

use crate::password::{RandomRefusal, readable};

/// However many operators there are, so many answers wait at most; the oldest goes first.
const MOST: usize = 64;
/// Seconds for which one waits.
const WAITS: i64 = 15 * 60;

/// An answer, once it is made.
type Answer = Arc<OnceCell<Zeroizing<String>>>;

/// The answers that wait.
#[derive(Clone, Default)]
pub(crate) struct Once(Arc<Mutex<VecDeque<Kept>>>);

struct Kept {
    key: String,
    until: Timestamp,
    answer: Answer,
}

impl Once {
    /// A key for a form that is about to be shown.
    pub(crate) fn key() -> Result<Zeroizing<String>, RandomRefusal> {
        readable(24)
    }

    /// What was made for this key, or what is made now. Where that is refused, nothing is kept.
    pub(crate) async fn answer<E>(
        &self,
        (key, now): (String, Timestamp),
        make: impl Future<Output = Result<String, E>>,
    ) -> Result<Zeroizing<String>, E> {
        let answer = self.of(key, now);
        let made = answer.get_or_try_init(|| async { make.await.map(Zeroizing::new) });
        made.await.cloned()
    }

    fn of(&self, key: String, now: Timestamp) -> Answer {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|one| one.until > now);
        if let Some(known) = kept.iter().find(|one| one.key == key) {
            return Arc::clone(&known.answer);
        }
        if kept.len() >= MOST {
            kept.pop_front();
        }
        let answer = Answer::default();
        kept.push_back(Kept { key, until: now.plus(WAITS), answer: Arc::clone(&answer) });
        answer
    }
}

impl std::fmt::Debug for Once {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Once(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    async fn made(once: &Once, key: &str, now: Timestamp, text: &str) -> Result<String, ()> {
        let answer = once.answer((key.to_owned(), now), async { Ok(text.to_owned()) }).await;
        answer.map(|answer| answer.to_string())
    }

    #[tokio::test]
    async fn a_second_press_gets_the_answer_of_the_first() {
        let once = Once::default();
        assert_eq!(made(&once, "a", NOW, "first").await, Ok("first".to_owned()));
        assert_eq!(made(&once, "a", NOW, "second").await, Ok("first".to_owned()));
        assert_eq!(made(&once, "b", NOW, "other").await, Ok("other".to_owned()));
        let refused = once.answer(("c".to_owned(), NOW), async { Err(()) }).await;
        assert!(refused.is_err());
        assert_eq!(made(&once, "c", NOW, "after a refusal").await, Ok("after a refusal".to_owned()));
    }

    #[tokio::test]
    async fn no_answer_waits_for_ever_and_no_more_than_so_many_do() {
        let once = Once::default();
        for number in 0..MOST * 2 {
            made(&once, &number.to_string(), NOW, "x").await.unwrap();
        }
        assert_eq!(once.0.lock().unwrap().len(), MOST);
        made(&once, "late", NOW.plus(WAITS), "x").await.unwrap();
        assert_eq!(once.0.lock().unwrap().len(), 1);
    }
}
