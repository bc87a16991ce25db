//! An answer, as the page shows it.

use pages::Language;
use pages::refusals::Reason;

use super::super::fact::{Fact, named};
use super::super::may::{May, Right};
use crate::calendar::minute;
use crate::why::{Answer, Counted, Login, Mend, Story, Within};

/// One story.
pub(super) struct StoryShown {
    /// Of an office: which device or person of it.
    pub(super) of: Option<Fact>,
    pub(super) tell: String,
    pub(super) code: String,
    pub(super) heading: String,
    pub(super) lead: String,
    pub(super) steps: Vec<&'static str>,
    pub(super) facts: Vec<Fact>,
    pub(super) mend: Mending,
}

/// What mends it, for this reader.
pub(super) enum Mending {
    /// The page of an act, and its button's words.
    Button { path: String, words: String },
    /// Who can, where the reader cannot; or why nobody needs to.
    Sentence(String),
}

/// A reason, and how often it was met.
pub(super) struct Refused {
    pub(super) heading: String,
    pub(super) times: i64,
    pub(super) first: String,
    pub(super) last: String,
}

/// Whom it is about.
pub(super) fn about(found: &Answer) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(met) = &found.met {
        facts.push(Fact::new("お問い合わせ番号", format!("{}　{}（{}）", met.reference, minute(met.at), met.gateway)));
    }
    if let Some(person) = &found.about.person {
        let said = named(person.id.as_str(), &person.name);
        facts.push(Fact::new("人", said).leading(format!("/console/people/{}", person.id)));
    }
    if let Some(device) = &found.about.device {
        let said = named(&device.no.to_string(), &device.label);
        facts.push(Fact::new("端末", said).leading(format!("/console/devices/{}", device.no)));
    }
    if let Some(office) = &found.about.office {
        let said = named(office.no.as_str(), &office.name);
        facts.push(Fact::new("事業所", said).leading(format!("/console/offices/{}", office.no)));
        facts.push(Fact::new("電話", format!("{}　担当者 {}", office.telephone, office.contact)));
    }
    facts
}

impl StoryShown {
    /// Every story of an answer.
    pub(super) fn all(found: &Answer, may: &May) -> Vec<Self> {
        let own = found.stories.iter().map(|story| Self::of(story, None, may));
        let within = found.within.iter().map(|Within { subject, name, story }| {
            let noun = if subject.starts_with("DEV-") { "devices" } else { "people" };
            let said = named(subject, name);
            Self::of(story, Some(Fact::new("", said).leading(format!("/console/{noun}/{subject}"))), may)
        });
        own.chain(within).collect()
    }

    fn of(story: &Story, of: Option<Fact>, may: &May) -> Self {
        let mut facts = vec![Fact::new("なぜ", story.why.ja.clone())];
        facts.extend(story.since.map(|since| Fact::new("いつから", minute(since))));
        facts.extend(story.until.map(|until| Fact::new("いつまで", minute(until))));
        Self {
            of,
            tell: story.tell.ja.clone(),
            code: story.saw.code.clone(),
            heading: story.saw.heading.ja.clone(),
            lead: story.saw.lead.ja.clone(),
            steps: story.saw.steps(Language::Japanese).to_vec(),
            facts,
            mend: Mending::of(&story.mend, may),
        }
    }
}

impl Mending {
    fn of(mend: &Mend, may: &May) -> Self {
        match mend {
            Mend::Act(act) => {
                let right = if act.approves() { Right::Approve } else { Right::Change };
                if may.has(right) {
                    Self::Button { path: act.address(), words: act.button().ja }
                } else {
                    Self::Sentence(format!("「{}」で直ります。{}", act.button().ja, right.who()))
                }
            }
            Mend::Nothing(why) => Self::Sentence(why.ja.clone()),
        }
    }
}

/// What they were refused in the last days.
pub(super) fn refused(found: &Answer) -> Vec<Refused> {
    let shown = |Counted { reason, times, first, last }: &Counted| Refused {
        heading: match Reason::read(reason, None) {
            Some(known) => format!("{}（{}）", known.heading(Language::Japanese), known.code()),
            None => reason.clone(),
        },
        times: *times,
        first: minute(*first),
        last: minute(*last),
    };
    found.refused.iter().map(shown).collect()
}

/// How they got in.
pub(super) fn logins(found: &Answer) -> Vec<String> {
    let shown = |Login { at, login, device }: &Login| {
        let device = device.map(|no| no.to_string()).unwrap_or_default();
        format!("{}　{}　{device}", minute(*at), login.as_deref().unwrap_or_default())
    };
    found.logins.iter().map(shown).collect()
}
