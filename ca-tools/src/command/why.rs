//! `ca-tools why`: a caller does not get in. One screen, and it leaves an event.

use clap::Args;
use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use crate::clock::now;
use crate::language::{Language, Text};
use crate::ledger::{Counted, DeviceFacts, OfficeFacts, PersonFacts};
use crate::why::{self, DAYS, Login, Mend, Met, NotAnswered, Story, Within};
use crate::words;

#[derive(Args, Debug)]
pub(crate) struct Why {
    /// お問い合わせ番号（K7P3-W9QX）、ID、端末番号、事業所番号、電話番号、氏名、または画面の番号（KW-101） / a support code, an ID, a device, an office, a telephone number, a name, or a page's code
    #[arg(value_name = "REF|ID|DEV|OFFICE|TELEPHONE")]
    what: String,
}

impl Why {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        let by = context.by().await?;
        let writer = &context.writer;
        writer.may_read(&by).await?;
        let found = why::ask(&writer.ledger(), &self.what, now()).await?;
        writer.why_read(&by, &found.asked, found.about.subject().as_deref()).await?;
        let said = |language| Screen { language }.of(&found);
        Ok(Answer::done(Text::new(said(Language::Japanese), said(Language::English)), json(&found)))
    }
}

impl From<NotAnswered> for CliError {
    fn from(why: NotAnswered) -> Self {
        match why {
            NotAnswered::Refused(why) => why.into(),
            NotAnswered::Asked(_)
            | NotAnswered::Misheard(_)
            | NotAnswered::NotTold(_)
            | NotAnswered::NoRefusal(_)
            | NotAnswered::NoCode(_)
            | NotAnswered::Nobody(_)
            | NotAnswered::Several(_) => Self::Refused(why.code(), why.text()),
        }
    }
}

/// The screen, in one language.
#[derive(Clone, Copy)]
struct Screen {
    language: Language,
}

impl Screen {
    fn of(self, found: &why::Answer) -> String {
        let mut lines = Vec::new();
        if let Some(Met { reference, at, gateway, reason }) = &found.met {
            lines.push(self.row(
                "お問い合わせ番号",
                "code",
                &format!("{reference}　{}（{gateway}、{reason}）", self.time(*at)),
            ));
        }
        lines.extend(found.about.person.as_ref().map(|person| self.person(person)));
        lines.extend(found.about.device.as_ref().map(|device| self.device(device)));
        lines.extend(found.about.office.as_ref().map(|office| self.office(office)));
        if found.stories.is_empty() {
            let (ja, en) = match &found.met {
                None if found.within.is_empty() => (
                    "いま、使えない理由は見つかりません。まだ使えないときは、画面のお問い合わせ番号を聞いてください。",
                    "nothing stands in the way now; if it still does not work, ask for the code on the page",
                ),
                None => ("事業所そのものを止めているものはありません。", "nothing stops the office itself"),
                Some(_) => (
                    "この版の ca-tools が知らない理由です。gateway と ca-tools の版を合わせてください。",
                    "a reason that this release does not know: bring gateway and ca-tools to one release",
                ),
            };
            lines.push(self.say(ja, en).to_owned());
        }
        for story in &found.stories {
            lines.extend(self.story(story));
        }
        for Within { subject, name, story } in &found.within {
            lines.push(String::new());
            lines.push(format!("{subject}（{name}）{}", story.why.read(self.language)));
            lines.push(self.row("伝えること", "tell", &self.quoted(story)));
            lines.push(self.mend(&story.mend));
        }
        if found.cut {
            lines.push(
                self.say(
                    "（ほかにもあります。先頭の50件ずつを調べました）",
                    "(there are more: the first 50 were looked at)",
                )
                .to_owned(),
            );
        }
        lines.extend(self.past(found));
        lines.join("\n")
    }

    fn story(self, story: &Story) -> Vec<String> {
        let saw = &story.saw;
        let mut lines = vec![
            String::new(),
            self.row("見えた画面", "saw", &format!("{}　{}", saw.code, saw.heading.read(self.language))),
            self.under(saw.lead.read(self.language)),
        ];
        lines.extend(saw.steps(self.language).iter().map(|step| self.under(&format!("・{step}"))));
        lines.push(self.row("なぜ", "why", story.why.read(self.language)));
        lines.extend(story.since.map(|since| self.row("いつから", "since", &self.time(since))));
        lines.extend(story.until.map(|until| self.row("いつまで", "until", &self.time(until))));
        lines.push(String::new());
        lines.push(self.row("電話で伝えること", "tell them", &self.quoted(story)));
        lines.push(self.mend(&story.mend));
        lines
    }

    fn past(self, found: &why::Answer) -> Vec<String> {
        let mut lines = vec![String::new()];
        let title = |ja: &str, en: &str| match self.language {
            Language::Japanese => format!("{ja}（{DAYS}日間）"),
            Language::English => format!("{en} ({DAYS} days)"),
        };
        if !found.refused.is_empty() {
            lines.push(title("止められた記録", "refusals"));
        }
        for Counted { reason, times, first, last } in &found.refused {
            let heading = pages::refusals::Reason::read(reason, None);
            let heading = heading.map_or(reason.as_str(), |known| known.heading(self.language));
            let span = if first == last {
                self.time(*last)
            } else {
                format!("{} – {}", self.time(*first), self.time(*last))
            };
            lines.push(format!("  {heading}（{reason}）×{times}　{span}"));
        }
        if found.not_kept > 0 {
            lines.push(match self.language {
                Language::Japanese => format!(
                    "  控えきれなかった記録が {} 件あります（gateway のアクセス記録にあります）。",
                    found.not_kept
                ),
                Language::English => {
                    format!("  {} more were told and not kept: they are in the gateways' access logs", found.not_kept)
                }
            });
        }
        if !found.logins.is_empty() {
            lines.push(title("ログインできた記録", "logins"));
        }
        for Login { at, login, device } in &found.logins {
            let device = device.map(|no| no.to_string()).unwrap_or_default();
            lines.push(format!("  {}　{}　{device}", self.time(*at), login.as_deref().unwrap_or("-")));
        }
        if lines.len() == 1 {
            lines.clear();
        }
        lines
    }

    fn mend(self, mend: &Mend) -> String {
        match mend {
            Mend::Act(act) => {
                let button = act.button();
                self.row("直すには", "mend", &format!("ca-tools {}　［{}］", act.command(), button.read(self.language)))
            }
            Mend::Nothing(why) => self.row("直すには", "mend", why.read(self.language)),
        }
    }

    fn person(self, person: &PersonFacts) -> String {
        self.row("人", "person", &format!("{}（{}）", person.name, person.id))
    }

    fn device(self, device: &DeviceFacts) -> String {
        self.row("端末", "device", &format!("{}（{}）", device.no, device.label))
    }

    fn office(self, office: &OfficeFacts) -> String {
        let contact = self.say("担当者", "contact");
        let OfficeFacts { no, name, telephone, contact: who, .. } = office;
        self.row("事業所", "office", &format!("{name}（{no}）　{telephone}　{contact} {who}"))
    }

    fn quoted(self, story: &Story) -> String {
        match self.language {
            Language::Japanese => format!("「{}」", story.tell.ja),
            Language::English => format!("“{}”", story.tell.en),
        }
    }

    fn say(self, ja: &'static str, en: &'static str) -> &'static str {
        self.language.pick(ja, en)
    }

    fn row(self, ja: &'static str, en: &'static str, value: &str) -> String {
        match self.language {
            Language::Japanese => format!("{ja}　{value}"),
            Language::English => format!("{en}: {value}"),
        }
    }

    fn under(self, text: &str) -> String {
        format!("  {text}")
    }

    fn time(self, at: certs::Timestamp) -> String {
        words::said("at", &at.to_string(), &[], self.language)
    }
}

fn json(found: &why::Answer) -> Json {
    let time = |at: Option<certs::Timestamp>| at.map(|at| at.to_string());
    let office = |office: &OfficeFacts| {
        json!({ "office": office.no, "name": office.name, "telephone": office.telephone, "contact": office.contact,
            "state": office.state.as_str() })
    };
    let stories: Vec<_> = found.stories.iter().map(story).collect();
    let within =
        |within: &Within| json!({ "subject": within.subject, "name": within.name, "story": story(&within.story) });
    let refused = |Counted { reason, times, first, last }: &Counted| json!({ "reason": reason, "times": times, "first": first.to_string(), "last": last.to_string() });
    let login =
        |Login { at, login, device }: &Login| json!({ "at": at.to_string(), "login_id": login, "device": device });
    let met = found.met.as_ref().map(|Met { reference, at, gateway, reason }| {
        json!({ "ref": reference, "at": at.to_string(), "gateway": gateway, "reason": reason })
    });
    json!({
        "asked": found.asked,
        "met": met,
        "office": found.about.office.as_ref().map(office),
        "device": found.about.device.as_ref().map(|device| json!({
            "device": device.no, "label": device.label, "stage": device.stage.as_str(), "suspended": device.held.is_some(),
        })),
        "person": found.about.person.as_ref().map(|person| json!({
            "login_id": person.id, "name": person.name, "state": person.state.as_str(),
            "locked_until": time(person.locked_until),
        })),
        "stories": stories,
        "within": found.within.iter().map(within).collect::<Vec<_>>(),
        "cut": found.cut,
        "refused": found.refused.iter().map(refused).collect::<Vec<_>>(),
        "logins": found.logins.iter().map(login).collect::<Vec<_>>(),
        "not_kept": found.not_kept,
    })
}

fn story(story: &Story) -> Json {
    let mend = match &story.mend {
        Mend::Act(act) => {
            json!({ "command": act.command(), "page": act.address(), "button": act.button().ja, "approver": act.approves() })
        }
        Mend::Nothing(why) => json!({ "nothing": why.ja }),
    };
    json!({
        "reason": story.reason.as_str(),
        "code": story.saw.code,
        "saw": { "heading": story.saw.heading.ja, "lead": story.saw.lead.ja, "next": story.saw.steps(Language::Japanese) },
        "stands": story.stands.as_str(),
        "why": story.why.ja,
        "since": story.since.map(|at| at.to_string()),
        "until": story.until.map(|at| at.to_string()),
        "tell": story.tell.ja,
        "mend": mend,
    })
}
