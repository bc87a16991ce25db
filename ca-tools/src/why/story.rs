//! One story: what a caller saw, why, since when, until when, the sentence to tell them, and what mends it.
//!
//! A pure decision: facts and now in, story out.

use certs::Timestamp;
use pages::Language;
use pages::refusals::Reason;

use super::mend::Mend;
use super::sentence::{Circumstances, mended, said, was};
use super::standing::{CallerStanding, Holds, Span};
use crate::language::Text;

/// What the caller saw, in the words of the page.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Saw {
    /// `KW-101`.
    pub(crate) code: String,
    pub(crate) heading: Text,
    /// What the page says it means.
    pub(crate) lead: Text,
    /// What it asks its reader to do next.
    pub(crate) steps: [Vec<&'static str>; 2],
}

/// Whether it would be met again now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stands {
    /// It would.
    Now,
    /// It would not: something was done about it since.
    Mended,
    /// It was about that one moment; or the registry cannot know.
    Passing,
}

/// What there is to say of one reason.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Story {
    pub(crate) reason: Reason,
    pub(crate) saw: Saw,
    pub(crate) stands: Stands,
    pub(crate) why: Text,
    pub(crate) since: Option<Timestamp>,
    pub(crate) until: Option<Timestamp>,
    /// 電話で伝えること.
    pub(crate) tell: Text,
    pub(crate) mend: Mend,
}

impl Stands {
    /// The word for programs.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Mended => "mended",
            Self::Passing => "passing",
        }
    }
}

impl Saw {
    /// What the page of this reason shows.
    pub(crate) fn of(reason: Reason) -> Self {
        let text = |of: fn(Reason, Language) -> &'static str| {
            Text::new(of(reason, Language::Japanese), of(reason, Language::English))
        };
        Self {
            code: reason.code().to_owned(),
            heading: text(Reason::heading),
            lead: text(Reason::lead),
            steps: [reason.steps(Language::Japanese).to_vec(), reason.steps(Language::English).to_vec()],
        }
    }

    /// What its reader is asked to do next.
    pub(crate) fn steps(&self, language: Language) -> &[&'static str] {
        match language {
            Language::Japanese => &self.steps[0],
            Language::English => &self.steps[1],
        }
    }
}

impl Story {
    /// The story of a refusal that was met. Where its reason is gone and another stands in the way, that one is told.
    pub(crate) fn met(reason: Reason, standing: &CallerStanding, now: Timestamp) -> Self {
        match standing.holds(reason, now) {
            Holds::Yes(span) => Self::new(reason, standing, (Stands::Now, span), now),
            Holds::Passing => Self::new(reason, standing, (Stands::Passing, Span::default()), now),
            Holds::No => {
                let over = Self::new(reason, standing, (Stands::Mended, Span::default()), now);
                let why = was(&over.why);
                match Self::now(standing, now).into_iter().next() {
                    None => Self {
                        why,
                        tell: mended(),
                        mend: Mend::Nothing(Text::new(
                            "もう直っています。まだ使えないときは、新しいお問い合わせ番号を聞いてください。",
                            "it is mended; if it still does not work, ask for the new code",
                        )),
                        ..over
                    },
                    Some(next) => Self {
                        why: Text::new(
                            format!("{}いまは別の理由があります：{}", why.ja, next.why.ja),
                            format!("{}. Now there is another: {}", why.en, next.why.en),
                        ),
                        stands: Stands::Now,
                        since: next.since,
                        until: next.until,
                        tell: next.tell,
                        mend: next.mend,
                        ..over
                    },
                }
            }
        }
    }

    /// What stands in the way now, the first of it first.
    pub(crate) fn now(standing: &CallerStanding, now: Timestamp) -> Vec<Self> {
        let held = standing.obstacles(now).into_iter();
        held.map(|(reason, span)| Self::new(reason, standing, (Stands::Now, span), now)).collect()
    }

    fn new(reason: Reason, standing: &CallerStanding, (stands, span): (Stands, Span), now: Timestamp) -> Self {
        let sentences = said(reason, Circumstances { standing, span, now });
        Self {
            reason,
            saw: Saw::of(reason),
            stands,
            why: sentences.why,
            since: span.since,
            until: span.until,
            tell: sentences.tell,
            mend: Mend::of(reason, standing, now),
        }
    }
}
