//! The question, turned into Cedar's words.
//!
//! Whatever does not change from question to question is made once. What goes into an entity is the
//! membership the question needs and no more: a room with fifty members costs what one with two does.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use cedar_policy::{Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request, RestrictedExpression};
use registry::{Assurance, Os, Ownership, Role};

use crate::access::{Access, Question};
use crate::area::Area;

/// Made once with the policies.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    system_user: EntityTypeName,
    office: EntityTypeName,
    device: EntityTypeName,
    room: EntityTypeName,
    use_device: EntityUid,
    enter_room: EntityUid,
    visit: EntityUid,
    /// Every word of an enumerated type, by both: an office is an owner, and an area too.
    words: HashMap<(&'static str, &'static str), EntityUid>,
}

/// A question in Cedar's words.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) action: EntityUid,
    pub(crate) request: Request,
    pub(crate) entities: Entities,
}

/// Why a question could not be put into Cedar's words; never seen with the schema of this crate.
pub(crate) type Unaskable = Box<dyn std::error::Error + Send + Sync>;

impl Vocabulary {
    /// The words of the schema.
    pub(crate) fn new() -> Result<Self, Unaskable> {
        let mut words = HashMap::new();
        let areas = Area::ALL.map(|area| ("Area", area.as_str()));
        let roles = Role::ALL.map(|role| ("Role", role.as_str()));
        let os = [Os::Windows, Os::Macos, Os::Linux, Os::Android, Os::Ios].map(|os| ("Os", os_word(os)));
        let ownership = [Ownership::Office, Ownership::Byod].map(|kind| ("Ownership", ownership_word(kind)));
        let assurance = [Assurance::Swk, Assurance::Hwk].map(|kind| ("Assurance", assurance_word(kind)));
        for (kind, word) in areas.into_iter().chain(roles).chain(os).chain(ownership).chain(assurance) {
            words.insert((kind, word), uid(&EntityTypeName::from_str(kind)?, word));
        }
        let action = EntityTypeName::from_str("Action")?;
        Ok(Self {
            system_user: EntityTypeName::from_str("SystemUser")?,
            office: EntityTypeName::from_str("Office")?,
            device: EntityTypeName::from_str("Device")?,
            room: EntityTypeName::from_str("Room")?,
            use_device: uid(&action, "use_device"),
            enter_room: uid(&action, "enter_room"),
            visit: uid(&action, "visit"),
            words,
        })
    }

    /// Every action of the schema.
    pub(crate) fn actions(&self) -> [&EntityUid; 3] {
        [&self.use_device, &self.enter_room, &self.visit]
    }

    /// This question.
    pub(crate) fn ask(&self, access: &Access<'_>) -> Result<Asked, Unaskable> {
        let who = &access.who;
        let mut memberships = HashSet::with_capacity(2 + who.roles.len());
        memberships.insert(uid(&self.office, who.office.as_str()));
        for role in who.roles {
            memberships.insert(self.word("Role", role.as_str())?.clone());
        }
        let (action, resource, described) = match access.question {
            Question::UseDevice => {
                let device = uid(&self.device, &access.device.device.to_string());
                if access.device.users.is_some_and(|users| users.contains(who.login_id)) {
                    memberships.insert(device.clone());
                }
                let facts = HashMap::from([
                    ("office".to_owned(), entity(uid(&self.office, access.device.office.as_str()))),
                    ("lists_users".to_owned(), RestrictedExpression::new_bool(access.device.users.is_some())),
                ]);
                (&self.use_device, device, Some(facts))
            }
            Question::EnterRoom { room, invited, open } => {
                let room = uid(&self.room, room);
                if invited {
                    memberships.insert(room.clone());
                }
                (
                    &self.enter_room,
                    room,
                    Some(HashMap::from([("open".to_owned(), RestrictedExpression::new_bool(open))])),
                )
            }
            Question::Visit { area } => (&self.visit, self.word("Area", area.as_str())?.clone(), None),
        };
        let principal = uid(&self.system_user, who.login_id.as_str());
        // Nobody pays for what is not known of them.
        let person = if who.trained.is_empty() {
            Entity::new_no_attrs(principal.clone(), memberships)
        } else {
            let years =
                RestrictedExpression::new_set(who.trained.iter().map(|year| RestrictedExpression::new_long(*year)));
            Entity::new(principal.clone(), HashMap::from([("trained".to_owned(), years)]), memberships)?
        };
        let thing = match described {
            Some(facts) => Some(Entity::new(resource.clone(), facts, HashSet::new())?),
            None => None,
        };
        Ok(Asked {
            entities: Entities::from_entities([Some(person), thing].into_iter().flatten(), None)?,
            action: action.clone(),
            request: Request::new(principal, action.clone(), resource, self.circumstances(access)?, None)?,
        })
    }

    fn circumstances(&self, access: &Access<'_>) -> Result<Context, Unaskable> {
        let now = access.now.in_japan();
        let (hour, minute) = (i64::from(now.hour()), i64::from(now.minute()));
        let word = |kind, word| self.word(kind, word).cloned().map(entity);
        Ok(Context::from_pairs([
            ("os".to_owned(), word("Os", os_word(access.device.os))?),
            ("ownership".to_owned(), word("Ownership", ownership_word(access.device.ownership))?),
            ("assurance".to_owned(), word("Assurance", assurance_word(access.device.assurance))?),
            ("write".to_owned(), RestrictedExpression::new_bool(access.write)),
            ("hour".to_owned(), RestrictedExpression::new_long(hour)),
            ("minute_of_day".to_owned(), RestrictedExpression::new_long(60 * hour + minute)),
            ("fiscal_year".to_owned(), RestrictedExpression::new_long(access.now.fiscal_year())),
        ])?)
    }

    fn word(&self, kind: &'static str, word: &'static str) -> Result<&EntityUid, Unaskable> {
        self.words.get(&(kind, word)).ok_or_else(|| format!("{kind}::{word} is not in the schema").into())
    }
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

fn entity(uid: EntityUid) -> RestrictedExpression {
    RestrictedExpression::new_entity_uid(uid)
}

fn os_word(os: Os) -> &'static str {
    match os {
        Os::Windows => "windows",
        Os::Macos => "macos",
        Os::Linux => "linux",
        Os::Android => "android",
        Os::Ios => "ios",
    }
}

fn ownership_word(ownership: Ownership) -> &'static str {
    match ownership {
        Ownership::Office => "office",
        Ownership::Byod => "byod",
    }
}

fn assurance_word(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::Swk => "swk",
        Assurance::Hwk => "hwk",
    }
}

#[cfg(test)]
mod tests {
    use cedar_policy::Schema;
    use certs::{DeviceNo, Timestamp};
    use registry::{LoginId, OfficeNo};

    use super::*;
    use crate::access::{AtDevice, Who};

    /// Strict validation promises something only about questions that fit the schema; checking each
    /// one would double its cost, so it is shown here once for all kinds.
    #[test]
    fn every_kind_of_question_fits_the_schema() {
        let schema = Schema::from_cedarschema_str(include_str!("../care-record.cedarschema")).unwrap().0;
        let (login_id, office): (LoginId, OfficeNo) = ("k.sato".parse().unwrap(), "1272201234".parse().unwrap());
        let users = HashSet::from([login_id.clone()]);
        for question in [
            Question::UseDevice,
            Question::EnterRoom { room: "r-0001", invited: true, open: true },
            Question::EnterRoom { room: "r-0001", invited: false, open: false },
        ]
        .into_iter()
        .chain(Area::ALL.map(|area| Question::Visit { area }))
        {
            for os in [Os::Windows, Os::Macos, Os::Linux, Os::Android, Os::Ios] {
                let access = Access {
                    who: Who {
                        login_id: &login_id,
                        office: &office,
                        roles: &Role::ALL,
                        trained: if os == Os::Ios { &[2025, 2026] } else { &[] },
                    },
                    device: AtDevice {
                        device: DeviceNo::new(1).unwrap(),
                        office: &office,
                        users: (os == Os::Ios).then_some(&users),
                        os,
                        ownership: if os == Os::Ios { Ownership::Byod } else { Ownership::Office },
                        assurance: if os == Os::Ios { Assurance::Hwk } else { Assurance::Swk },
                    },
                    question,
                    write: os == Os::Ios,
                    now: Timestamp::from_unix(0),
                };
                let Asked { action: _, request, entities } = Vocabulary::new().unwrap().ask(&access).unwrap();
                Entities::from_entities(entities.iter().cloned(), Some(&schema)).unwrap();
                let part = |uid: Option<&EntityUid>| uid.unwrap().clone();
                Request::new(
                    part(request.principal()),
                    part(request.action()),
                    part(request.resource()),
                    request.context().unwrap().clone(),
                    Some(&schema),
                )
                .unwrap();
            }
        }
    }
}
