//! The fields of every form, as an operator types them from a paper: they are judged like those of a page.

use clap::Args;

use super::error::CliError;
use super::office_details::OfficeDetails;
use crate::application::{Detail, Fields, Mistakes, label};
use crate::language::Text;

/// 様式の項目. Which of them a form has is told by what is wrong without them.
#[derive(Args, Debug, Default)]
#[command(mut_arg(Detail::Contact.as_str(), |contact| contact.help("カシワニネット担当者（様式2）")))]
pub(crate) struct Typed {
    /// 事業所番号
    #[arg(long)]
    office: Option<String>,
    /// 新しい事業所番号（事業所番号変更）
    #[arg(long, value_name = "OFFICE")]
    new_office: Option<String>,
    #[command(flatten)]
    details: OfficeDetails,
    /// 法人内・事業所内の許可を得ている（誓約④）
    #[arg(long)]
    permission: bool,
    /// 同意した誓約書の版
    #[arg(long, value_name = "VERSION")]
    pledge: Option<String>,
    /// 登録する人「氏名,職種」（複数可） / a person to be given an ID; repeatable
    #[arg(long = "person", value_name = "NAME,PROFESSION")]
    people: Vec<String>,
    /// カシワニネット担当者は、何番目の --person か / which of the people is the contact
    #[arg(long, value_name = "N")]
    contact_person: Option<String>,
    /// 削除するID（複数可） / an ID to delete; repeatable
    #[arg(long = "delete", value_name = "ID")]
    deleted: Vec<String>,
    /// 氏名の変更「ID,新しい氏名」（複数可） / a person's new name; repeatable
    #[arg(long = "rename", value_name = "ID,NAME")]
    renamed: Vec<String>,
    /// 登録・削除の理由（採用、異動、退職、その他）
    #[arg(long)]
    reason: Option<String>,
    /// いつから（2026-04-01、令和8年4月1日）
    #[arg(long, value_name = "DATE")]
    effective: Option<String>,
    /// 端末の呼び名
    #[arg(long)]
    label: Option<String>,
    /// 端末の OS（windows, macos, linux, android, ios）
    #[arg(long)]
    os: Option<String>,
    /// 端末の所有（office 事業所、byod 個人）
    #[arg(long)]
    ownership: Option<String>,
    /// この端末を使う利用者（複数可。省略時は事業所の全員）
    #[arg(long = "user", value_name = "ID")]
    users: Vec<String>,
    /// 申請書で確認済みの安全性の項目（複数可） / an item ticked on the form; repeatable
    #[arg(long = "tick", value_name = "ITEM")]
    ticked: Vec<String>,
}

/// Every mistake, each with what its field is called and by which option it is typed.
pub(super) fn mistaken(mistakes: &Mistakes) -> CliError {
    let said: Vec<_> = mistakes
        .0
        .iter()
        .map(|mistake| {
            let (label, option, text) = (label(&mistake.field), option(&mistake.field), &mistake.text);
            Text::new(format!("{}（{option}）：{}", label.ja, text.ja), format!("{} ({option}): {}", label.en, text.en))
        })
        .collect();
    let list = |read: fn(&Text) -> &str| said.iter().map(read).collect::<Vec<_>>().join("\n");
    let text = Text::new(
        format!("入力に誤りがあります。何もしていません。\n{}", list(|text| &text.ja)),
        format!("what was typed has mistakes; nothing was done:\n{}", list(|text| &text.en)),
    );
    CliError::Refused("malformed", text)
}

/// By which option a field is typed.
fn option(field: &str) -> String {
    if let Some(item) = field.strip_prefix("check-") {
        return format!("--tick {item}");
    }
    let row = ["person", "delete", "rename", "user"].into_iter().find(|kind| {
        field.strip_prefix(kind).and_then(|rest| rest.strip_prefix('-')).is_some_and(|rest| !rest.is_empty())
    });
    match row {
        Some(kind) => format!("--{kind}"),
        None if field == "changes" => "--name、--mail、--telephone ほか".to_owned(),
        None => format!("--{}", field.replace('_', "-")),
    }
}

impl Typed {
    pub(super) fn fields(self) -> Fields {
        let mut fields = Fields::default();
        let plain = [
            ("office", self.office),
            ("new_office", self.new_office),
            ("pledge", self.pledge),
            ("contact_person", self.contact_person),
            ("reason", self.reason),
            ("effective", self.effective),
            ("label", self.label),
            ("os", self.os),
            ("ownership", self.ownership),
        ];
        let OfficeDetails(details) = &self.details;
        for (detail, text) in details.iter() {
            if let Some(text) = text {
                fields.set(detail.as_str(), text);
            }
        }
        for (field, text) in plain {
            if let Some(text) = text {
                fields.set(field, text);
            }
        }
        if self.permission {
            fields.set("permission", "1");
        }
        let pairs = |text: &str| -> (String, String) {
            let (first, second) = text.split_once([',', '，', '、']).unwrap_or((text, ""));
            (first.to_owned(), second.to_owned())
        };
        for (row, person) in (1..).zip(&self.people) {
            let (name, profession) = pairs(person);
            fields.set(format!("person-{row}-name"), name);
            fields.set(format!("person-{row}-profession"), profession);
        }
        for (row, rename) in (1..).zip(&self.renamed) {
            let (id, name) = pairs(rename);
            fields.set(format!("rename-{row}-id"), id);
            fields.set(format!("rename-{row}-name"), name);
        }
        for (row, id) in (1..).zip(self.deleted) {
            fields.set(format!("delete-{row}"), id);
        }
        for (row, id) in (1..).zip(self.users) {
            fields.set(format!("user-{row}"), id);
        }
        for item in self.ticked {
            fields.set(format!("check-{}", item.replace('-', "_")), "1");
        }
        fields
    }
}
