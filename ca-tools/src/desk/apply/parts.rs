//! The parts of each form: which fields stand in them, what they are called, what is said beside them.

use pages::Locale;
use registry::{Os, Ownership};

use super::super::spoken::{locale, read, say};
use super::sheet::{Control, Group, Input, Part, Shown};
use crate::application::{self, Detail, Item, Kind, MOST_ROWS, PLEDGE, Reason, in_english};

/// So many names are offered on a page, over all its rows.
const OFFERED: usize = 1_000;

const LINE: Control = Control::Line { autocomplete: "off", inputmode: "text" };

impl Shown<'_> {
    fn input(&self, name: impl Into<String>, control: Control, hint: &'static str) -> Input {
        let name = name.into();
        let label = read(&application::label(&name));
        let mistakes = self.mistakes.of(&name).map(read).collect();
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
        let mistakes = self.mistakes.of(anchor).map(read).collect();
        Part { anchor, mistakes, ..part }
    }

    pub(super) fn office(&self) -> Part {
        self.part(say("事業所", "事業所", "Office"), "", vec![self.input("office", Control::Fixed, "")])
    }

    pub(super) fn numbers(&self) -> Part {
        let new = self.input(
            "new_office",
            Control::Line { autocomplete: "off", inputmode: "text" },
            say("10桁の数字（または英大文字）", "10桁の数字（または英字の大文字）", "10 digits (or capital letters)"),
        );
        self.part(
            say("事業所番号", "事業所番号", "Office number"),
            say("今の番号の利用者・端末・電子証明書はすべて終わり、新しい番号で登録し直します。", "今の番号の人・端末・電子証明書はすべて終わります。新しい番号で登録し直します。", "The people, devices and certificates under the present number end; all is registered anew under the new one."),
            vec![self.input("office", Control::Fixed, ""), new],
        )
    }

    pub(super) fn registration(&self) -> Part {
        let office = Control::Line { autocomplete: "off", inputmode: "text" };
        let mut inputs = vec![self.input(
            "office",
            office,
            say("10桁の数字（または英大文字）", "10桁の数字（または英字の大文字）", "10 digits (or capital letters)"),
        )];
        // The address is the one to which the link went by which they are here.
        let fixed = |input: Input| Input { control: Control::Fixed, ..input };
        inputs.extend(Detail::typed_first().map(|detail| match self.detail(detail) {
            mail if detail == Detail::Mail => fixed(mail),
            input => input,
        }));
        self.part(say("事業所", "事業所", "Office"), "", inputs)
    }

    pub(super) fn detail(&self, detail: Detail) -> Input {
        let line = Control::Line { autocomplete: detail.autocomplete(), inputmode: detail.inputmode() };
        {
            let (japanese, english) = detail.hint();
            self.input(detail.as_str(), line, say(japanese, japanese, english))
        }
    }

    pub(super) fn details(&self, anchor: &'static str) -> Part {
        let inputs: Vec<_> = Detail::on_forms().map(|detail| self.detail(detail)).collect();
        let part = self.part(
            say("変わるところ", "変わるところ", "What changes"),
            say(
                "変わる項目だけ、変更後の内容に書き換えてください。",
                "変わるところだけ、書き直してください。",
                "Write over what changes, and leave the rest.",
            ),
            inputs,
        );
        self.anchored(part, anchor)
    }

    pub(super) fn first_people(&self) -> Part {
        let contact = |row: usize| {
            let radio = Control::Radio(row.to_string());
            let input = self.called(
                "contact_person".to_owned(),
                radio,
                say("カシワニネット担当者にする", "カシワニネット担当者にする", "Make them the Kashiwani-Net contact"),
            );
            Input { id: format!("contact_person-{row}"), mistakes: Vec::new(), ..input }
        };
        let radios: Vec<_> = (1..=self.rows).map(contact).collect();
        let part = self.people(&radios);
        let hint = say(
            "はじめにIDを登録する人です。このうち1人を、カシワニネット担当者にしてください。",
            "はじめにIDを登録する人です。1人を、カシワニネット担当者にしてください。",
            "The first people who get an ID. Make one of them the Kashiwani-Net contact.",
        );
        self.anchored(
            Part {
                heading: say("様式1　IDを登録する人", "様式1　IDを登録する人", "Form 1: people who get an ID"),
                hint,
                ..part
            },
            "contact_person",
        )
    }

    /// Rows of people, each perhaps with one field more.
    pub(super) fn people(&self, more: &[Input]) -> Part {
        let professions = self.professions.iter().map(|word| (word.to_owned(), profession(word))).collect::<Vec<_>>();
        let row = |row: usize| {
            let mut inputs = vec![
                self.called(format!("person-{row}-name"), LINE, say("氏名", "名前（氏名）", "Name")),
                self.called(
                    format!("person-{row}-profession"),
                    Control::Choice(professions.clone()),
                    say("職種", "職種", "Profession"),
                ),
            ];
            inputs.extend(more.get(row - 1).cloned());
            Group {
                legend: match locale() {
                    Locale::Japanese | Locale::EasyJapanese => format!("登録する人{row}"),
                    Locale::English => format!("Person {row}"),
                },
                inputs,
            }
        };
        let groups = (1..=self.rows).map(row).collect();
        let part = self.part(
            say("IDを登録する人", "IDを登録する人", "People who get an ID"),
            say(
                "いないときは、空のままにしてください。",
                "いないときは、何も書かないでください。",
                "Leave it empty if there is nobody.",
            ),
            Vec::new(),
        );
        Part { groups, grows: self.rows < MOST_ROWS, ..part }
    }

    pub(super) fn deletions(&self) -> Part {
        let inputs = (1..=self.rows).map(|row| self.input(format!("delete-{row}"), self.id(), "")).collect();
        let hint = say(
            "いないときは、空のままにしてください。削除したIDは、元に戻せません。",
            "いないときは、何も書かないでください。削除したIDは、元に戻せません。",
            "Leave it empty if there is nobody. A deleted ID cannot be brought back.",
        );
        Part {
            grows: self.rows < MOST_ROWS,
            ..self.part(say("削除するID", "削除するID", "IDs to delete"), hint, inputs)
        }
    }

    pub(super) fn why(&self) -> Part {
        let reasons = Reason::ALL.map(|one| (one.as_str().to_owned(), reason(one).to_owned())).into();
        let day = say("例：2026-04-01、令和8年4月1日", "例：2026-04-01、令和8年4月1日", "For example 2026-04-01");
        self.part(
            say("理由と日付", "理由と日付", "Reason and date"),
            "",
            vec![self.input("reason", Control::Choice(reasons), ""), self.input("effective", LINE, day)],
        )
    }

    pub(super) fn renames(&self) -> Part {
        let row = |row: usize| Group {
            legend: match locale() {
                Locale::Japanese | Locale::EasyJapanese => format!("氏名を変える人{row}"),
                Locale::English => format!("Person {row}"),
            },
            inputs: vec![
                self.called(
                    format!("rename-{row}-id"),
                    self.id(),
                    say("カシワニネットID", "カシワニネットID", "Kashiwani-Net ID"),
                ),
                self.called(format!("rename-{row}-name"), LINE, say("新しい氏名", "新しい名前", "New name")),
            ],
        };
        let part = self.part(
            say("登録者の氏名の変更", "人の名前の変更", "Change of a person’s name"),
            say(
                "いないときは、空のままにしてください。",
                "いないときは、何も書かないでください。",
                "Leave it empty if there is nobody.",
            ),
            Vec::new(),
        );
        Part { groups: (1..=self.rows).map(row).collect(), grows: self.rows < MOST_ROWS, ..part }
    }

    pub(super) fn device(&self) -> Part {
        let os = Os::ALL.iter().map(|os| (os.as_str().to_owned(), system(*os).to_owned())).collect();
        let owner = |one: Ownership| (one.as_str().to_owned(), owner(one).to_owned());
        let owners = Ownership::ALL.iter().map(|one| owner(*one)).collect();
        self.part(
            say("端末", "端末", "Device"),
            say("1台につき1件、申請してください。", "1台ずつ、申請してください。", "One application for each device."),
            vec![
                self.input(
                    "label",
                    LINE,
                    say(
                        "どの端末か分かる呼び名（例：訪問用タブレット1）",
                        "どの端末か分かる名前（例：訪問用タブレット1）",
                        "A name by which you know it (such as: tablet 1 for visits)",
                    ),
                ),
                self.input("os", Control::Choice(os), ""),
                self.input("ownership", Control::Choice(owners), ""),
            ],
        )
    }

    pub(super) fn users(&self) -> Part {
        let inputs = (1..=self.rows).map(|row| self.input(format!("user-{row}"), self.id(), "")).collect();
        let hint = say(
            "事業所の全員で使う端末は、空のままにしてください。個人の端末は、使う人を必ず入力してください。",
            "事業所のみんなで使う端末は、何も書かないでください。自分の端末は、使う人を必ず書いてください。",
            "Leave it empty for a device that everybody of the office uses. For a person’s own device, name who uses it.",
        );
        Part { grows: self.rows < MOST_ROWS, ..self.part(say("使う人", "使う人", "Who uses it"), hint, inputs) }
    }

    pub(super) fn safety(&self) -> Part {
        let inputs =
            Item::declared(Kind::Certificate).map(|item| self.input(format!("check-{item}"), Control::Tick("1"), ""));
        let hint = say(
            "端末がこのとおりになっていることを確かめて、すべてにチェックを入れてください。",
            "端末を見て、確かめてください。すべてにチェックを入れてください。",
            "See that the device is like this, and tick all of them.",
        );
        self.part(say("安全性の確認", "安全の確認", "Safety"), hint, inputs.collect())
    }

    pub(super) fn pledge(&self) -> Part {
        let permission = self.input("permission", Control::Tick("1"), "");
        let pledge = self.input("pledge", Control::Tick(PLEDGE), "");
        let inputs = vec![
            Input {
                label: say(
                    "法人内と事業所内で、利用の許可を得ています。",
                    "会社と事業所で、使ってよいと言われています。",
                    "The corporation and the office have permitted the use.",
                )
                .to_owned(),
                ..permission
            },
            Input {
                label: say(
                    "誓約事項を読み、同意します。",
                    "約束を読みました。守ります。",
                    "I have read the pledge and accept it.",
                )
                .to_owned(),
                ..pledge
            },
        ];
        Part {
            pledge: true, ..self.part(say("許可と誓約", "許可と約束", "Permission and pledge"), "", inputs)
        }
    }

    /// An ID: chosen by name where the office's people may be shown and are not so many that each row would list hundreds,
    /// else typed.
    pub(super) fn id(&self) -> Control {
        match self.people.filter(|office| office.people.len() * self.rows <= OFFERED) {
            Some(office) => Control::Choice(
                office.people.iter().map(|(id, name)| (id.to_string(), format!("{name}（{id}）"))).collect(),
            ),
            None => LINE,
        }
    }
}

/// A profession as the registry has it; in English with what it is.
pub(crate) fn profession(word: &str) -> String {
    match (locale(), in_english(word)) {
        (Locale::English, Some(english)) => format!("{word} ({english})"),
        (Locale::Japanese | Locale::EasyJapanese | Locale::English, _) => word.to_owned(),
    }
}

/// What people call a system.
pub(crate) fn system(os: Os) -> &'static str {
    let english = match os {
        Os::Windows => "Windows",
        Os::Macos => "Mac",
        Os::Linux => "Linux",
        Os::Android => "Android",
        Os::Ios => "iPhone, iPad",
    };
    say(application::os(os), application::os(os), english)
}

/// Whose a device is.
pub(crate) fn owner(of: Ownership) -> &'static str {
    let (easy, english) = match of {
        Ownership::Office => ("事業所の端末", "the office’s device"),
        Ownership::Byod => ("自分の端末", "the person’s own device"),
    };
    say(application::ownership(of), easy, english)
}

fn reason(reason: Reason) -> &'static str {
    let english = match reason {
        Reason::Hired => "joined (採用)",
        Reason::Moved => "moved (異動)",
        Reason::Left => "left (退職)",
        Reason::Other => "other",
    };
    say(reason.as_str(), reason.as_str(), english)
}
