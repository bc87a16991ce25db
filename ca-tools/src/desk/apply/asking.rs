//! One request about a form, through either door: shown, judged, shown once more, kept.

use axum::http::StatusCode;
use axum::response::Response;
use certs::Timestamp;
use registry::OfficeNo;

use super::super::page::{Frame, page};
use super::super::spoken::{locale, read, say};
use super::pages::{Done, FormPage, Review, Stopped};
use super::sheet::{Sheet, Shown, rows};
use crate::acts::{By, Hand};
use crate::application::{Day, Detail, Facts, Fields, Form, Kind, KnownOffice, Mistakes};
use crate::desk::state::Desk;
use crate::refusal::Refusal;
use crate::words::for_people;

/// Who asks, for which form, and where its page sends it.
#[derive(Clone, Debug)]
pub(crate) struct Asking<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) kind: Kind,
    /// The path of the form.
    pub(crate) action: String,
    /// What speaks for a stranger; empty behind two factors.
    pub(crate) token: &'a str,
    /// The office for which they speak; `None` for one that registers first.
    pub(crate) office: Option<OfficeNo>,
    pub(crate) hand: Hand,
    pub(crate) by: By,
    /// The support code.
    pub(crate) reference: &'a str,
    /// Where to begin anew.
    pub(crate) home: &'static str,
}

impl<'a> Asking<'a> {
    fn frame(&self, heading: &'a str) -> Frame<'a> {
        Frame { words: &self.desk.words, reference: self.reference, now: self.now(), heading }
    }

    fn now(&self) -> Timestamp {
        self.by.at
    }

    /// Whose people a page may offer by name: a contact's, who knows them.
    fn people<'k>(&self, known: Option<&'k KnownOffice>) -> Option<&'k KnownOffice> {
        match self.hand {
            Hand::Contact | Hand::Operator(_) => known,
            Hand::Confirmed(_) => None,
        }
    }

    async fn known(&self) -> Result<Option<KnownOffice>, Refusal> {
        match &self.office {
            Some(office) => Ok(self.desk.writer.ledger().known_office(office).await?),
            None => Ok(None),
        }
    }
}

/// `GET`: the empty form, what is known filled in.
pub(crate) async fn blank(asking: Asking<'_>) -> Response {
    let known = match asking.known().await {
        Ok(known) => known,
        Err(refusal) => return refused(&asking, &refusal),
    };
    let mut fields = Fields::default();
    prefill(&asking, &mut fields);
    if let (Kind::OfficeChange | Kind::OfficeNumber, Some(known)) = (asking.kind, &known) {
        for detail in Detail::on_forms() {
            fields.set(detail.as_str(), &known.details[detail]);
        }
    }
    form_page(&asking, StatusCode::OK, &FilledForm::kept(&fields, known.as_ref()))
}

/// `POST`: what the button says; judged as far as that needs.
pub(crate) async fn sent(asking: Asking<'_>, mut fields: Fields) -> Response {
    let wish = fields.get("do").to_owned();
    prefill(&asking, &mut fields);
    let known = match asking.known().await {
        Ok(known) => known,
        Err(refusal) => return refused(&asking, &refusal),
    };
    match wish.as_str() {
        "rows" => {
            let typed = FilledForm { more_rows: 1, ..FilledForm::kept(&fields, known.as_ref()) };
            return form_page(&asking, StatusCode::OK, &typed);
        }
        "back" => {
            return form_page(&asking, StatusCode::OK, &FilledForm::kept(&fields, known.as_ref()));
        }
        _ => {}
    }
    let facts = Facts { today: Day::of(asking.now()), office: known.as_ref(), professions: &asking.desk.professions };
    let form = match Form::read(asking.kind, &fields, &facts) {
        Ok(form) => form,
        Err(mistakes) => {
            let typed = FilledForm { mistakes: &mistakes, ..FilledForm::kept(&fields, known.as_ref()) };
            return form_page(&asking, StatusCode::UNPROCESSABLE_ENTITY, &typed);
        }
    };
    if wish != "send" {
        return review(&asking, &fields, &form);
    }
    match asking.desk.writer.receive_application(&asking.by, &asking.hand, &form).await {
        Ok(received) => {
            let done = Done {
                frame: asking.frame(say(
                    "申請を受け付けました",
                    "申請を受け付けました",
                    "Your application was received",
                )),
                application: received.application.to_string(),
                kind: asking.kind,
                home: asking.home,
            };
            // Not the answer of a form that is only looked at: by its status the access log says that something was received.
            page(StatusCode::CREATED, &done)
        }
        Err(refusal) => refused(&asking, &refusal),
    }
}

/// What is not typed but known: whose form it is, and where its answers go.
fn prefill(asking: &Asking<'_>, fields: &mut Fields) {
    if let Some(office) = &asking.office {
        fields.set("office", office.as_str());
    }
    if let (Kind::FirstRegistration, Hand::Confirmed(mail)) = (asking.kind, &asking.hand) {
        fields.set("mail", mail.as_str());
    }
}

/// A form as it comes back: what was typed, and what is wrong with it.
struct FilledForm<'a> {
    fields: &'a Fields,
    mistakes: &'a Mistakes,
    known: Option<&'a KnownOffice>,
    /// Rows beyond those that are filled in.
    more_rows: usize,
}

/// No mistake.
static NONE: Mistakes = Mistakes(Vec::new());

impl<'a> FilledForm<'a> {
    /// Nothing is wrong, and no row is wanted.
    fn kept(fields: &'a Fields, known: Option<&'a KnownOffice>) -> Self {
        Self { fields, mistakes: &NONE, known, more_rows: 0 }
    }
}

fn form_page(asking: &Asking<'_>, status: StatusCode, typed: &FilledForm<'_>) -> Response {
    let FilledForm { fields, mistakes, known, more_rows } = *typed;
    let professions = &asking.desk.professions;
    let shown = Shown { fields, mistakes, people: asking.people(known), rows: rows(fields, more_rows), professions };
    let form = FormPage {
        frame: asking.frame(asking.kind.name(locale().language())),
        action: &asking.action,
        token: asking.token,
        sheet: Sheet::of(asking.kind, &shown),
        mistakes: mistakes.0.iter().map(|mistake| (mistake.field.clone(), read(&mistake.with_label()))).collect(),
        home: asking.home,
    };
    page(status, &form)
}

fn review(asking: &Asking<'_>, fields: &Fields, form: &Form) -> Response {
    let typed = fields.iter().filter(|(name, _)| !matches!(*name, "do" | "t"));
    let review = Review {
        frame: asking.frame(say(
            "申請の内容を確認してください",
            "よく見て、確かめてください",
            "Please check your application",
        )),
        action: &asking.action,
        token: asking.token,
        kind: asking.kind,
        lines: form.lines(locale().language()),
        fields: typed.map(|(name, text)| (name.to_owned(), text.to_owned())).collect(),
    };
    page(StatusCode::OK, &review)
}

/// Nothing was kept, and why.
pub(crate) fn refused(asking: &Asking<'_>, refusal: &Refusal) -> Response {
    tracing::info!(%refusal, kind = %asking.kind, "an application was not received");
    let (status, text) = if let Refusal::Unavailable(_) = refusal {
        let text = say(
            "ただいま申請を受け付けられません。しばらくしてから、もう一度お試しください。入力した内容は送られていません。",
            "いまは申請できません。少し待って、もう一度試してください。入力した内容は送っていません。",
            "Applications cannot be taken at the moment. Please try again in a while. What you typed was not sent.",
        );
        (StatusCode::SERVICE_UNAVAILABLE, text.to_owned())
    } else if let Refusal::Application(_) = refusal {
        (StatusCode::FORBIDDEN, read(&for_people(refusal)))
    } else {
        (StatusCode::CONFLICT, read(&for_people(refusal)))
    };
    page(
        status,
        &Stopped {
            frame: asking.frame(say(
                "申請を受け付けられませんでした",
                "申請を受け付けられませんでした",
                "Your application was not received",
            )),
            text,
            home: asking.home,
        },
    )
}

#[cfg(test)]
mod tests {
    use pages::Locale;

    use super::super::super::spoken::spoken;
    use super::super::super::tests::{NOW, body, empty};
    use super::*;
    use crate::refusal::tests::refusals;
    use crate::test_support::Folder;
    use crate::words::tests::speaks_to_people;

    #[tokio::test]
    async fn an_application_that_is_not_received_shows_no_command_whatever_refused_it() {
        let folder = Folder::new();
        let desk = empty(&folder).await;
        let asking = Asking {
            desk: &desk,
            kind: Kind::Ids,
            action: "/apply/form".to_owned(),
            token: "",
            office: None,
            hand: Hand::Contact,
            by: By::desk(NOW).unwrap(),
            reference: "",
            home: "/apply",
        };
        for refusal in refusals() {
            let page = body(refused(&asking, &refusal)).await;
            assert!(page.contains("申請を受け付けられませんでした"), "{page}");
            speaks_to_people(&page, &refusal);
        }
    }

    #[tokio::test]
    async fn every_form_is_there_in_english_and_in_easy_japanese() {
        let folder = Folder::new();
        let desk = empty(&folder).await;
        for (kind, locale) in Kind::ALL.iter().flat_map(|kind| Locale::ALL.map(|locale| (*kind, locale))) {
            let asking = Asking {
                desk: &desk,
                kind,
                action: "/apply/form".to_owned(),
                token: "",
                office: None,
                hand: Hand::Contact,
                by: By::desk(NOW).unwrap(),
                reference: "",
                home: "/apply",
            };
            let wrong = Fields::default();
            let pages = spoken(locale, async {
                [body(blank(asking.clone()).await).await, body(sent(asking, wrong).await).await]
            });
            for page in pages.await {
                // The pledge is the city's own text.
                let pledge = page.find("<details>").map_or(page.len(), |at| at);
                let after = page[pledge..].find("</details>").map_or(page.len(), |at| pledge + at);
                let page = [&page[..pledge], &page[after..]].concat();
                match locale {
                    Locale::Japanese => assert!(page.contains("<html lang=\"ja\">")),
                    Locale::EasyJapanese => assert_eq!(pages::unread(&page), Vec::<&str>::new(), "{kind}"),
                    Locale::English => {
                        // A value as the registry has it, and in English.
                        let words = page.lines().filter(|line| !line.starts_with("<option"));
                        let kana = words.filter(|line| line.chars().any(|sign| matches!(sign, 'ぁ'..='ん')));
                        assert_eq!(kana.collect::<Vec<_>>(), Vec::<&str>::new(), "{kind}");
                    }
                }
            }
        }
    }
}
