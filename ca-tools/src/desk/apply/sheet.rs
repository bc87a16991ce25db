//! A form as a page has it: its parts, its fields, what was typed, what is wrong beside each.

use registry::{Os, Ownership};

use crate::application::{
    self, Detail, Fields, Item, Kind, KnownOffice, MOST_ROWS, Mistakes, PLEDGE, Professions, Reason, row_of,
};

/// So many names are offered on a page, over all its rows.
const OFFERED: usize = 1_000;
/// Rows that a form begins with, and that one press adds.
const ROWS: usize = 5;

/// A form on a page.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) parts: Vec<Part>,
    /// How many rows there are where a part has rows.
    pub(crate) rows: usize,
}

/// A part with a heading.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) heading: &'static str,
    pub(crate) hint: &'static str,
    /// Where a mistake of the whole part is linked to, and what it is.
    pub(crate) anchor: &'static str,
    pub(crate) mistakes: Vec<String>,
    pub(crate) groups: Vec<Group>,
    /// Whether rows can be added.
    pub(crate) grows: bool,
    /// The pledge is read here.
    pub(crate) pledge: bool,
}

/// Fields that belong together: a row, or a part that has none.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// Of a row; else empty.
    pub(crate) legend: String,
    pub(crate) inputs: Vec<Input>,
}

/// One field.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub(crate) name: String,
    /// Its `id`: a radio button is one of several of a name.
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) hint: &'static str,
    pub(crate) value: String,
    pub(crate) control: Control,
    pub(crate) mistakes: Vec<String>,
}

/// How it is filled in.
#[derive(Clone, Debug)]
pub(crate) enum Control {
    /// One line, with what a browser may fill in and which keys a phone shows.
    Line { autocomplete: &'static str, inputmode: &'static str },
    /// One of these: value and what is read.
    Choice(Vec<(String, String)>),
    /// Ticked, with this value.
    Tick(&'static str),
    /// One of several of its name.
    Radio(String),
    /// It stands, and is not typed.
    Fixed,
}

impl Input {
    pub(crate) fn chosen(&self, value: &str) -> bool {
        self.value == value
    }

    pub(crate) fn ticked(&self) -> bool {
        match &self.control {
            Control::Radio(value) => self.value == *value,
            Control::Tick(value) => self.value == *value,
            Control::Line { .. } | Control::Choice(_) | Control::Fixed => false,
        }
    }

    /// The ids of what describes it.
    pub(crate) fn described(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.id));
        let mistake = (!self.mistakes.is_empty()).then(|| format!("{}-mistake", self.id));
        hint.into_iter().chain(mistake).collect::<Vec<_>>().join(" ")
    }
}

/// What a form is shown with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'a> {
    pub(crate) fields: &'a Fields,
    pub(crate) mistakes: &'a Mistakes,
    /// Whose people are offered by name; `None` where their IDs are to be typed.
    pub(crate) people: Option<&'a KnownOffice>,
    pub(crate) rows: usize,
    pub(crate) professions: &'a Professions,
}

/// How many rows a form has: those it had, those that are filled in, and more where they were asked for.
pub(crate) fn rows(fields: &Fields, more: usize) -> usize {
    let had = row_of(fields.get("rows")).unwrap_or(ROWS);
    let filled = fields.iter().filter_map(|(field, _)| row_of(field.split('-').nth(1)?)).max();
    (had.max(filled.unwrap_or(0)).clamp(ROWS, MOST_ROWS) + more * ROWS).min(MOST_ROWS)
}

impl Sheet {
    pub(crate) fn of(kind: Kind, shown: &Shown<'_>) -> Self {
        let parts = match kind {
            Kind::FirstRegistration => vec![shown.registration(), shown.first_people(), shown.pledge()],
            Kind::Ids => vec![shown.office(), shown.people(&[]), shown.deletions(), shown.why()],
            Kind::OfficeChange => vec![shown.office(), shown.details("changes"), shown.renames()],
            Kind::OfficeNumber => {
                vec![shown.numbers(), shown.details("changes"), shown.first_people(), shown.pledge()]
            }
            Kind::Certificate => vec![shown.office(), shown.device(), shown.users(), shown.safety()],
        };
        Self { parts, rows: shown.rows }
    }
}

const LINE: Control = Control::Line { autocomplete: "off", inputmode: "text" };

impl Shown<'_> {
    fn input(&self, name: impl Into<String>, control: Control, hint: &'static str) -> Input {
        let name = name.into();
        let label = application::label(&name).ja;
        let mistakes = self.mistakes.of(&name).map(|text| text.ja.clone()).collect();
        Input { id: name.clone(), label, hint, value: self.fields.get(&name).to_owned(), control, mistakes, name }
    }

    fn called(&self, name: String, control: Control, label: &str) -> Input {
        Input { label: label.to_owned(), ..self.input(name, control, "") }
    }

    fn part(&self, heading: &'static str, hint: &'static str, inputs: Vec<Input>) -> Part {
        let groups = vec![Group { legend: String::new(), inputs }];
        Part { heading, hint, anchor: "", mistakes: Vec::new(), groups, grows: false, pledge: false }
    }

    fn anchored(&self, part: Part, anchor: &'static str) -> Part {
        let mistakes = self.mistakes.of(anchor).map(|text| text.ja.clone()).collect();
        Part { anchor, mistakes, ..part }
    }

    fn office(&self) -> Part {
        self.part("事業所", "", vec![self.input("office", Control::Fixed, "")])
    }

    fn numbers(&self) -> Part {
        let new = self.input(
            "new_office",
            Control::Line { autocomplete: "off", inputmode: "text" },
            "10桁の数字（または英大文字）",
        );
        self.part(
            "事業所番号",
            "今の番号の利用者・端末・電子証明書はすべて終わり、新しい番号で登録し直します。",
            vec![self.input("office", Control::Fixed, ""), new],
        )
    }

    fn registration(&self) -> Part {
        let office = Control::Line { autocomplete: "off", inputmode: "text" };
        let mut inputs = vec![self.input("office", office, "10桁の数字（または英大文字）")];
        // The address is the one to which the link went by which they are here.
        let fixed = |input: Input| Input { control: Control::Fixed, ..input };
        inputs.extend(Detail::typed_first().map(|detail| match self.detail(detail) {
            mail if detail == Detail::Mail => fixed(mail),
            input => input,
        }));
        self.part("事業所", "", inputs)
    }

    fn detail(&self, detail: Detail) -> Input {
        let line = Control::Line { autocomplete: detail.autocomplete(), inputmode: detail.inputmode() };
        self.input(detail.as_str(), line, detail.hint())
    }

    fn details(&self, anchor: &'static str) -> Part {
        let inputs: Vec<_> = Detail::on_forms().map(|detail| self.detail(detail)).collect();
        let part = self.part("変わるところ", "変わる項目だけ、変更後の内容に書き換えてください。", inputs);
        self.anchored(part, anchor)
    }

    fn first_people(&self) -> Part {
        let contact = |row: usize| {
            let radio = Control::Radio(row.to_string());
            let input = self.called("contact_person".to_owned(), radio, "カシワニネット担当者にする");
            Input { id: format!("contact_person-{row}"), mistakes: Vec::new(), ..input }
        };
        let radios: Vec<_> = (1..=self.rows).map(contact).collect();
        let part = self.people(&radios);
        let hint = "はじめにIDを登録する人です。このうち1人を、カシワニネット担当者にしてください。";
        self.anchored(Part { heading: "様式1　IDを登録する人", hint, ..part }, "contact_person")
    }

    /// Rows of people, each perhaps with one field more.
    fn people(&self, more: &[Input]) -> Part {
        let professions = self.professions.iter().map(|word| (word.to_owned(), word.to_owned())).collect::<Vec<_>>();
        let row = |row: usize| {
            let mut inputs = vec![
                self.called(format!("person-{row}-name"), LINE, "氏名"),
                self.called(format!("person-{row}-profession"), Control::Choice(professions.clone()), "職種"),
            ];
            inputs.extend(more.get(row - 1).cloned());
            Group { legend: format!("登録する人{row}"), inputs }
        };
        let groups = (1..=self.rows).map(row).collect();
        let part = self.part("IDを登録する人", "いないときは、空のままにしてください。", Vec::new());
        Part { groups, grows: self.rows < MOST_ROWS, ..part }
    }

    fn deletions(&self) -> Part {
        let inputs = (1..=self.rows).map(|row| self.input(format!("delete-{row}"), self.id(), "")).collect();
        let hint = "いないときは、空のままにしてください。削除したIDは、元に戻せません。";
        Part { grows: self.rows < MOST_ROWS, ..self.part("削除するID", hint, inputs) }
    }

    fn why(&self) -> Part {
        let reasons = Reason::ALL.map(|reason| (reason.as_str().to_owned(), reason.as_str().to_owned())).into();
        let day = "例：2026-04-01、令和8年4月1日";
        self.part(
            "理由と日付",
            "",
            vec![self.input("reason", Control::Choice(reasons), ""), self.input("effective", LINE, day)],
        )
    }

    fn renames(&self) -> Part {
        let row = |row: usize| Group {
            legend: format!("氏名を変える人{row}"),
            inputs: vec![
                self.called(format!("rename-{row}-id"), self.id(), "カシワニネットID"),
                self.called(format!("rename-{row}-name"), LINE, "新しい氏名"),
            ],
        };
        let part = self.part("登録者の氏名の変更", "いないときは、空のままにしてください。", Vec::new());
        Part { groups: (1..=self.rows).map(row).collect(), grows: self.rows < MOST_ROWS, ..part }
    }

    fn device(&self) -> Part {
        let os = Os::ALL.iter().map(|os| (os.as_str().to_owned(), application::os(*os).to_owned())).collect();
        let owner = |owner: Ownership| (owner.as_str().to_owned(), application::ownership(owner).to_owned());
        let owners = Ownership::ALL.iter().map(|one| owner(*one)).collect();
        self.part(
            "端末",
            "1台につき1件、申請してください。",
            vec![
                self.input("label", LINE, "どの端末か分かる呼び名（例：訪問用タブレット1）"),
                self.input("os", Control::Choice(os), ""),
                self.input("ownership", Control::Choice(owners), ""),
            ],
        )
    }

    fn users(&self) -> Part {
        let inputs = (1..=self.rows).map(|row| self.input(format!("user-{row}"), self.id(), "")).collect();
        let hint = "事業所の全員で使う端末は、空のままにしてください。個人の端末は、使う人を必ず入力してください。";
        Part { grows: self.rows < MOST_ROWS, ..self.part("使う人", hint, inputs) }
    }

    fn safety(&self) -> Part {
        let inputs =
            Item::declared(Kind::Certificate).map(|item| self.input(format!("check-{item}"), Control::Tick("1"), ""));
        let hint = "端末がこのとおりになっていることを確かめて、すべてにチェックを入れてください。";
        self.part("安全性の確認", hint, inputs.collect())
    }

    fn pledge(&self) -> Part {
        let permission = self.input("permission", Control::Tick("1"), "");
        let pledge = self.input("pledge", Control::Tick(PLEDGE), "");
        let inputs = vec![
            Input {
                label: "法人内と事業所内で、利用の許可を得ています。".to_owned(), ..permission
            },
            Input { label: "誓約事項を読み、同意します。".to_owned(), ..pledge },
        ];
        Part { pledge: true, ..self.part("許可と誓約", "", inputs) }
    }

    /// An ID: chosen by name where the office's people may be shown and are not so many that each row would list hundreds,
    /// else typed.
    fn id(&self) -> Control {
        match self.people.filter(|office| office.people.len() * self.rows <= OFFERED) {
            Some(office) => Control::Choice(
                office.people.iter().map(|(id, name)| (id.to_string(), format!("{name}（{id}）"))).collect(),
            ),
            None => LINE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_out_of_a_fields_name_is_the_number_of_a_row_or_nothing() {
        for (field, has) in [
            ("person-1-name", 5),
            ("person-7-name", 7),
            ("person-60-name", 60),
            ("person-61-name", 60),
            ("person-9999-name", 60),
            ("person-10000-name", 5),
            ("person-18446744073709551615-name", 5),
            ("person-18446744073709551616-name", 5),
            ("person-+7-name", 5),
            ("person--name", 5),
            ("person-９-name", 5),
        ] {
            let shown = |named: &str, more| rows(&[(named, "x"), ("do", "rows")].into_iter().collect(), more);
            assert_eq!(shown(field, 0), has, "{field}");
            assert_eq!(shown(field, 1), (has + 5).min(MOST_ROWS), "{field}");
        }
        for (typed, has) in [("", 5), ("12", 12), ("18446744073709551615", 5), ("-1", 5), ("0", 5), ("61", 60)] {
            assert_eq!(rows(&[("rows", typed)].into_iter().collect(), 0), has, "{typed}");
        }
    }
}
