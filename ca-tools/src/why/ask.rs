//! What was typed is looked up, and what there is to say of it is put together.

use certs::{DeviceNo, Timestamp};
use pages::refusals::Reason;
use registry::{LoginId, OfficeNo, RoomRef};
use serde::Deserialize;

use super::about::{About, Answer, Login, Met, Within};
use super::not_answered::NotAnswered;
use super::standing::CallerStanding;
use super::story::Story;
use super::typed::{Asked, misheard};
use crate::ledger::{Counted, Ledger, ReadLine, Whose};
use crate::refusal::{Kind, Refusal};

/// So far back refusals and logins are told.
pub(crate) const DAYS: i64 = 7;
/// Of an office so many devices, and so many people, are looked at.
const OF_AN_OFFICE: i64 = 50;

/// Answers what was typed.
///
/// # Errors
/// It is nothing that there is, or several things; or the registry does not answer.
pub(crate) async fn ask(ledger: &Ledger, typed: &str, now: Timestamp) -> Result<Answer, NotAnswered> {
    let desk = Asking { ledger, now };
    match Asked::read(typed)? {
        Asked::Device(no) => desk.device(no).await,
        Asked::Code(code) => desk.code(&code),
        Asked::Word { reference, id, office, digits, name } => {
            let told = match &reference {
                Some(reference) => ledger.told_of(reference).await.map_err(Refusal::from)?,
                None => Vec::new(),
            };
            let person = desk.person(&id).await?;
            if let Some(reference) = reference.filter(|_| !told.is_empty()) {
                return match person {
                    Some(_) => Err(NotAnswered::Several(vec![reference, id])),
                    None => desk.met(&reference, &told).await,
                };
            }
            if let Some(person) = person {
                return Ok(person);
            }
            let found = desk.offices(&office, digits.as_deref()).await?;
            match found.as_slice() {
                [only] => return desk.office(only).await,
                [] => {}
                several => return Err(NotAnswered::Several(several.to_vec())),
            }
            desk.named(&name, &id).await
        }
    }
}

struct Asking<'a> {
    ledger: &'a Ledger,
    now: Timestamp,
}

/// What a line says beside what its columns say.
#[derive(Default, Deserialize)]
struct Line {
    status: Option<u16>,
    room: Option<String>,
    serial: Option<String>,
}

impl Asking<'_> {
    fn since(&self) -> Timestamp {
        self.now.plus(-DAYS * 86_400)
    }

    /// The refusal that has this code.
    async fn met(&self, reference: &str, told: &[ReadLine]) -> Result<Answer, NotAnswered> {
        let Some((word, first)) = told.iter().find_map(|line| Some((line.reason.clone()?, line))) else {
            return Err(NotAnswered::NoRefusal(reference.to_owned()));
        };
        let line: Line = serde_json::from_str(&first.line).unwrap_or_default();
        let id = told.iter().find_map(|line| line.login.as_deref()?.parse::<LoginId>().ok());
        let no = told.iter().find_map(|line| line.device);
        let room = told.iter().find_map(|line| serde_json::from_str::<Line>(&line.line).ok()?.room);
        let room: Option<RoomRef> = room.and_then(|room| room.parse().ok());
        let standing = CallerStanding {
            device: match no {
                Some(no) => known(self.ledger.device_facts(no).await)?,
                None => None,
            },
            person: match &id {
                Some(id) => known(self.ledger.person_facts(id, self.now).await)?,
                None => None,
            },
            room: match room {
                Some(room) => Some(self.ledger.room_facts(room, (id.as_ref(), self.now)).await.map_err(Refusal::from)?),
                None => None,
            },
            serial: line.serial,
        };
        let reason = Reason::read(&word, line.status);
        let story = reason.map(|reason| Story::met(reason, &standing, self.now));
        let met = Met { reference: reference.to_owned(), at: first.at, gateway: first.gateway.clone(), reason: word };
        let whose = match (id, no) {
            (Some(id), _) => Some(Whose::Person(id)),
            (None, Some(no)) => Some(Whose::Device(no)),
            (None, None) => None,
        };
        let stories = story.into_iter().collect();
        let answer = Answer { met: Some(met), ..self.answer(reference, &standing, stories) };
        match whose {
            Some(whose) => self.with_past(answer, &whose).await,
            None => Ok(answer),
        }
    }

    /// What is the same of every page with this code.
    fn code(&self, code: &str) -> Result<Answer, NotAnswered> {
        let standing = CallerStanding::default();
        let mut stories: Vec<Story> =
            Reason::of_code(code).map(|reason| Story::met(reason, &standing, self.now)).collect();
        stories.dedup_by(|one, other| one.tell == other.tell && one.saw == other.saw);
        if stories.is_empty() {
            return Err(NotAnswered::NoCode(code.to_owned()));
        }
        Ok(self.answer(code, &standing, stories))
    }

    async fn device(&self, no: DeviceNo) -> Result<Answer, NotAnswered> {
        let device = self.ledger.device_facts(no).await?;
        let standing = CallerStanding { device: Some(device), ..CallerStanding::default() };
        let answer = self.answer(&no.to_string(), &standing, Story::now(&standing, self.now));
        self.with_past_met(answer, &Whose::Device(no), &standing).await
    }

    async fn person(&self, typed: &str) -> Result<Option<Answer>, NotAnswered> {
        let Ok(id) = typed.parse::<LoginId>() else { return Ok(None) };
        let Some(person) = known(self.ledger.person_facts(&id, self.now).await)? else { return Ok(None) };
        let standing = CallerStanding { person: Some(person), ..CallerStanding::default() };
        let answer = self.answer(id.as_str(), &standing, Story::now(&standing, self.now));
        self.with_past_met(answer, &Whose::Person(id), &standing).await.map(Some)
    }

    async fn office(&self, typed: &str) -> Result<Answer, NotAnswered> {
        let unknown = || Refusal::Unknown(Kind::Office, typed.to_owned());
        let no: OfficeNo = typed.parse().map_err(|_| unknown())?;
        let office = self.ledger.office_facts(&no).await?;
        let devices = self.ledger.devices_within(&office, OF_AN_OFFICE + 1).await.map_err(Refusal::from)?;
        let people = self.ledger.people_within(&office, (OF_AN_OFFICE + 1, self.now)).await.map_err(Refusal::from)?;
        let most = usize::try_from(OF_AN_OFFICE).unwrap_or(usize::MAX);
        let cut = devices.len() > most || people.len() > most;
        let mut within = Vec::new();
        for device in devices.into_iter().take(most) {
            let (subject, name) = (device.no.to_string(), device.label.clone());
            let standing = CallerStanding { device: Some(device), ..CallerStanding::default() };
            within.extend(self.first(standing, subject, name));
        }
        for person in people.into_iter().take(most) {
            let (subject, name) = (person.id.to_string(), person.name.clone());
            let standing = CallerStanding { person: Some(person), ..CallerStanding::default() };
            within.extend(self.first(standing, subject, name));
        }
        let standing = CallerStanding::default();
        // Of the office itself, not of each thing in it: what stops all of it is told once.
        let own: Vec<_> =
            within.iter().filter(|within| within.story.reason == Reason::OfficeSuspended).take(1).cloned().collect();
        within.retain(|within| within.story.reason != Reason::OfficeSuspended);
        let answer = self.answer(no.as_str(), &standing, own.into_iter().map(|within| within.story).collect());
        let about = About { office: Some(office), ..About::default() };
        self.with_past(Answer { about, within, cut, ..answer }, &Whose::Office(no)).await
    }

    fn first(&self, standing: CallerStanding, subject: String, name: String) -> Option<Within> {
        let story = Story::now(&standing, self.now).into_iter().next()?;
        Some(Within { subject, name, story })
    }

    /// The office of this number, and those whose telephone has these digits.
    async fn offices(&self, number: &str, digits: Option<&str>) -> Result<Vec<String>, NotAnswered> {
        let mut found = Vec::new();
        if let Ok(no) = number.parse::<OfficeNo>()
            && known(self.ledger.office_facts(&no).await)?.is_some()
        {
            found.push(no.to_string());
        }
        if let Some(digits) = digits {
            found.extend(self.ledger.offices_called(digits).await.map_err(Refusal::from)?);
        }
        found.dedup();
        Ok(found)
    }

    /// Whoever, or whatever office, has exactly this name.
    async fn named(&self, name: &str, word: &str) -> Result<Answer, NotAnswered> {
        let (people, offices) = self.ledger.named(name).await.map_err(Refusal::from)?;
        match (people.as_slice(), offices.as_slice()) {
            ([id], []) => match self.person(id).await? {
                Some(answer) => Ok(answer),
                None => Err(NotAnswered::Nobody(name.to_owned())),
            },
            ([], [office]) => self.office(office).await,
            ([], []) if misheard(word) => Err(NotAnswered::Misheard(name.to_owned())),
            ([], []) => match Asked::read(name)? {
                Asked::Word { reference: Some(reference), .. } => Err(NotAnswered::NotTold(reference)),
                Asked::Word { .. } | Asked::Device(_) | Asked::Code(_) => Err(NotAnswered::Nobody(name.to_owned())),
            },
            (people, offices) => Err(NotAnswered::Several([people, offices].concat())),
        }
    }

    fn answer(&self, asked: &str, standing: &CallerStanding, stories: Vec<Story>) -> Answer {
        Answer {
            asked: asked.to_owned(),
            about: About::of(standing),
            met: None,
            stories,
            within: Vec::new(),
            cut: false,
            refused: Vec::new(),
            logins: Vec::new(),
            not_kept: 0,
        }
    }

    /// With what they were refused in the last days, and how they got in.
    async fn with_past(&self, answer: Answer, whose: &Whose) -> Result<Answer, NotAnswered> {
        let since = self.since();
        let refused = self.ledger.refused_since(whose, since).await.map_err(Refusal::from)?;
        let logins = self.ledger.logins(whose, since).await.map_err(Refusal::from)?;
        let login = |line: ReadLine| Login { at: line.at, login: line.login, device: line.device };
        let not_kept = match &answer.about.device {
            Some(device) => self.ledger.not_kept_since(device.no, since).await.map_err(Refusal::from)?,
            None => 0,
        };
        Ok(Answer { refused, logins: logins.into_iter().map(login).collect(), not_kept, ..answer })
    }

    /// The same; where nothing stands in the way, with the story of the last refusal.
    async fn with_past_met(
        &self,
        answer: Answer,
        whose: &Whose,
        standing: &CallerStanding,
    ) -> Result<Answer, NotAnswered> {
        let mut answer = self.with_past(answer, whose).await?;
        if answer.stories.is_empty()
            && let Some(Counted { reason, .. }) = answer.refused.first()
            && let Some(reason) = Reason::read(reason, None)
        {
            answer.stories.push(Story::met(reason, standing, self.now));
        }
        Ok(answer)
    }
}

/// What there is; none of what there is not.
fn known<T>(found: Result<T, Refusal>) -> Result<Option<T>, Refusal> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Refusal::Unknown(..)) => Ok(None),
        Err(why) => Err(why),
    }
}
