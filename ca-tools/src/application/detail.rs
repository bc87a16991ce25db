//! What is known of an office: one row for each detail.
//!
//! From here come the fields of the forms, the columns of a CSV, the options of commands, what stands above a list, and the
//! columns in each statement about `offices`. A new detail is a row of this table, beside its migration and its column in
//! `backup::tables`; where one of the three is missing, a test of the others tells.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Index, IndexMut};
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::kind::NotInList;
use super::reading::{kana, line, mail, name, telephone};
use crate::language::Text;

/// What is known of an office, and can change without its number changing (様式2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Detail {
    Corporation,
    Name,
    Kana,
    Contact,
    Mail,
    Telephone,
    Address,
}

/// How an office that registers (初回登録) says a detail. In 様式2 each may be written, and none has to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Registered {
    /// It is asked for.
    Must,
    /// It may stay empty.
    May,
    /// It is not typed: one of the first people is it.
    AmongPeople,
    /// No form of the city's has it: who keeps the registry writes it.
    Nowhere,
}

/// A detail, as each that handles it needs it.
struct DetailRow {
    detail: Detail,
    /// Column of the table, field of a form, key for programs.
    column: &'static str,
    /// Of a command.
    option: &'static str,
    /// What people call it, in Japanese and in English.
    label: (&'static str, &'static str),
    /// What stands above its column in a list.
    heading: &'static str,
    /// What is kept of what people type.
    read: fn(&str) -> Result<String, Text>,
    /// Where no office is without: what to do, in Japanese and in English.
    needed: Option<(&'static str, &'static str)>,
    registered: Registered,
    /// Beside its field on a page.
    hint: (&'static str, &'static str),
    /// What a browser may fill in, and which keys a phone shows.
    autocomplete: &'static str,
    inputmode: &'static str,
}

/// In the order of the forms and of the registry's columns.
const ROWS: [DetailRow; 7] = [
    DetailRow {
        detail: Detail::Corporation,
        column: "corporation",
        option: "--corporation",
        label: ("法人名", "corporation"),
        heading: "法人",
        read: name,
        needed: None,
        registered: Registered::Must,
        hint: ("", ""),
        autocomplete: "off",
        inputmode: "text",
    },
    DetailRow {
        detail: Detail::Name,
        column: "name",
        option: "--name",
        label: ("事業所名", "office name"),
        heading: "事業所名",
        read: name,
        needed: Some(("事業所名を指定してください。", "an office has a name")),
        registered: Registered::Must,
        hint: ("", ""),
        autocomplete: "organization",
        inputmode: "text",
    },
    DetailRow {
        detail: Detail::Kana,
        column: "kana",
        option: "--kana",
        label: ("ふりがな", "reading in kana"),
        heading: "ふりがな",
        read: kana,
        needed: None,
        registered: Registered::Nowhere,
        hint: (
            "事業所名の読み。ひらがなかカタカナで。検索で見つかるようになります。",
            "How the name is read, in hiragana or katakana. It can be found by it.",
        ),
        autocomplete: "off",
        inputmode: "text",
    },
    DetailRow {
        detail: Detail::Contact,
        column: "contact",
        option: "--contact",
        label: ("カシワニネット担当者", "contact"),
        heading: "カシワニネット担当者",
        read: name,
        needed: None,
        registered: Registered::AmongPeople,
        hint: ("", ""),
        autocomplete: "name",
        inputmode: "text",
    },
    DetailRow {
        detail: Detail::Mail,
        column: "mail",
        option: "--mail",
        label: ("メールアドレス", "mail address"),
        heading: "メールアドレス",
        read: mail,
        needed: None,
        // An office without mail applies on paper.
        registered: Registered::May,
        hint: ("", ""),
        autocomplete: "email",
        inputmode: "email",
    },
    DetailRow {
        detail: Detail::Telephone,
        column: "telephone",
        option: "--telephone",
        label: ("電話番号", "telephone number"),
        heading: "電話番号",
        read: telephone,
        needed: None,
        registered: Registered::Must,
        hint: ("市外局番から（例：04-7167-1111）", "With the area code, such as 04-7167-1111"),
        autocomplete: "tel",
        inputmode: "tel",
    },
    DetailRow {
        detail: Detail::Address,
        column: "address",
        option: "--address",
        label: ("所在地", "address"),
        heading: "所在地",
        read: line,
        needed: None,
        registered: Registered::Must,
        hint: ("", ""),
        autocomplete: "street-address",
        inputmode: "text",
    },
];

impl Detail {
    /// Every one, in the order of the table.
    pub const ALL: [Self; ROWS.len()] = {
        let mut all = [Self::Name; ROWS.len()];
        let mut place = 0;
        while place < ROWS.len() {
            assert!(ROWS[place].detail as usize == place, "the rows stand in the order of their names");
            all[place] = ROWS[place].detail;
            place += 1;
        }
        all
    };

    const fn row(self) -> &'static DetailRow {
        &ROWS[self as usize]
    }

    /// The detail of this column, field or key.
    pub(crate) fn of_column(column: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|detail| detail.as_str() == column)
    }

    /// Its column in the registry, its field in a form, its key for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.row().column
    }

    /// The option of a command by which it is typed.
    pub(crate) const fn option(self) -> &'static str {
        self.row().option
    }

    /// What people call it.
    pub(crate) const fn label(self) -> (&'static str, &'static str) {
        self.row().label
    }

    /// What stands above its column in a list.
    pub(crate) const fn heading(self) -> &'static str {
        self.row().heading
    }

    /// What reads what people type of it.
    pub(crate) const fn reader(self) -> fn(&str) -> Result<String, Text> {
        self.row().read
    }

    /// What is kept where nothing is left of it: nothing, or what to do where no office is without.
    pub(crate) fn emptied(self) -> Result<String, Text> {
        match self.row().needed {
            None => Ok(String::new()),
            Some((ja, en)) => Err(Text::new(ja, en)),
        }
    }

    pub(crate) const fn registered(self) -> Registered {
        self.row().registered
    }

    /// Those that an office types when it registers.
    pub(crate) fn typed_first() -> impl Iterator<Item = Self> {
        Self::on_forms().filter(|detail| detail.registered() != Registered::AmongPeople)
    }

    /// Those that a form of the city's has.
    pub(crate) fn on_forms() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|detail| detail.registered() != Registered::Nowhere)
    }

    /// Those that are typed in 様式2 alone.
    pub(crate) fn typed_later() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|detail| detail.registered() == Registered::AmongPeople)
    }

    pub(crate) const fn hint(self) -> (&'static str, &'static str) {
        self.row().hint
    }

    pub(crate) const fn autocomplete(self) -> &'static str {
        self.row().autocomplete
    }

    pub(crate) const fn inputmode(self) -> &'static str {
        self.row().inputmode
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Detail {
    type Err = NotInList;

    fn from_str(text: &str) -> Result<Self, NotInList> {
        Self::of_column(text).ok_or_else(|| NotInList(Self::ALL.map(Self::as_str).join(", ")))
    }
}

/// One value for each detail.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Details<T>([T; ROWS.len()]);

/// What is known of an office.
pub type OfficeDetails = Details<String>;

impl<T> Details<T> {
    /// What comes out for each.
    pub fn from_fn(value: impl FnMut(Detail) -> T) -> Self {
        Self(Detail::ALL.map(value))
    }

    /// Each with its value, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = (Detail, &T)> {
        Detail::ALL.into_iter().zip(&self.0)
    }
}

impl<T: Default> Details<T> {
    /// What comes out for each.
    ///
    /// # Errors
    /// The first that comes out.
    pub fn try_from_fn<E>(mut value: impl FnMut(Detail) -> Result<T, E>) -> Result<Self, E> {
        let mut details = Self::default();
        for detail in Detail::ALL {
            details[detail] = value(detail)?;
        }
        Ok(details)
    }
}

impl<T> Index<Detail> for Details<T> {
    type Output = T;

    fn index(&self, detail: Detail) -> &T {
        &self.0[detail as usize]
    }
}

impl<T> IndexMut<Detail> for Details<T> {
    fn index_mut(&mut self, detail: Detail) -> &mut T {
        &mut self.0[detail as usize]
    }
}

impl Serialize for OfficeDetails {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_map(self.iter().map(|(detail, text)| (detail.as_str(), text)))
    }
}

impl<'de> Deserialize<'de> for OfficeDetails {
    /// A detail that may stay empty may be missing: a form that was kept before it was asked for does not have it.
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let mut said = BTreeMap::<String, String>::deserialize(input)?;
        Self::try_from_fn(|detail| match (said.remove(detail.as_str()), detail.registered()) {
            (Some(text), _) => Ok(text),
            (None, Registered::May | Registered::Nowhere) => Ok(String::new()),
            (None, Registered::Must | Registered::AmongPeople) => Err(D::Error::missing_field(detail.as_str())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_its_field_as_commands_spell_one() {
        for detail in Detail::ALL {
            assert_eq!(detail.option(), format!("--{}", detail.as_str().replace('_', "-")));
        }
    }

    /// A row that took another's name would take its place in every form and in the registry.
    #[test]
    fn no_two_details_are_called_alike() {
        for (place, detail) in Detail::ALL.into_iter().enumerate() {
            assert_eq!(Detail::of_column(detail.as_str()), Some(detail));
            for other in Detail::ALL.into_iter().skip(place + 1) {
                assert_ne!((detail.label().0, detail.label().1), (other.label().0, other.label().1));
                assert_ne!(detail.heading(), other.heading());
            }
        }
    }

    #[test]
    fn details_are_kept_by_name_in_the_order_of_the_table() {
        let details = OfficeDetails::from_fn(|detail| detail.label().1.to_owned());
        let kept = serde_json::to_string(&details).unwrap();
        let names: Vec<_> = kept.split('"').skip(1).step_by(4).collect();
        assert_eq!(names, Detail::ALL.map(Detail::as_str));
        assert_eq!(serde_json::from_str::<OfficeDetails>(&kept).unwrap(), details);
        assert!(serde_json::from_str::<OfficeDetails>(r#"{"corporation":"a","name":"b"}"#).is_err());
    }
}
