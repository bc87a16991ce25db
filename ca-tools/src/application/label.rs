//! What is a field called? On a page, in a mistake, at the head of a CSV's column.

use super::detail::Detail;
use super::kind::Kind;
use super::mistake::Mistake;
use crate::language::Text;
use crate::spelling::matched;

/// Those that are no detail of an office.
const PLAIN: [(&str, &str, &str); 13] = [
    ("office", "事業所番号", "office number"),
    ("new_office", "新しい事業所番号", "new office number"),
    ("contact_person", "カシワニネット担当者にする人", "who is the contact"),
    ("permission", "法人内・事業所内の許可", "internal permission"),
    ("pledge", "誓約事項への同意", "pledge"),
    ("reason", "登録・削除の理由", "reason"),
    ("effective", "いつから", "effective from"),
    ("label", "端末の呼び名", "device label"),
    ("os", "OS", "operating system"),
    ("ownership", "端末の所有", "ownership"),
    ("changes", "変更する項目", "what changes"),
    ("unticked", "検査項目", "item"),
    ("kind", "申請の種類", "kind of application"),
];

/// In a row, between the row's number and the end.
const ROWS: [(&str, &str, &str, &str); 6] = [
    ("person", "name", "登録する人{}の氏名", "name of person {}"),
    ("person", "profession", "登録する人{}の職種", "profession of person {}"),
    ("delete", "", "削除するID{}", "ID {} to delete"),
    ("rename", "id", "氏名を変える人{}のID", "ID of renamed person {}"),
    ("rename", "name", "氏名を変える人{}の新しい氏名", "new name of person {}"),
    ("user", "", "使う人{}のID", "ID of user {}"),
];

/// Each field that stands once in a form: its name, and what people call it in Japanese and in English.
fn plain() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let detail = |detail: Detail| (detail.as_str(), detail.label().0, detail.label().1);
    Detail::ALL.into_iter().map(detail).chain(PLAIN)
}

/// What people call this field.
#[must_use]
pub fn label(field: &str) -> Text {
    if let Some((_, ja, en)) = plain().find(|(name, ..)| *name == field) {
        return Text::new(ja, en);
    }
    if let Some(item) = field.strip_prefix("check-").and_then(|word| word.parse::<super::Item>().ok()) {
        return Text::new(item.japanese(), item.english());
    }
    let mut parts = field.splitn(3, '-');
    let (kind, row, cell) =
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match ROWS.iter().find(|(known, of, ..)| *known == kind && *of == cell && super::row_of(row).is_some()) {
        Some((_, _, ja, en)) => Text::new(ja.replace("{}", row), en.replace("{}", row)),
        None => Text::new(field, field),
    }
}

/// The fields of a form, in its order; of rows the first stands for all.
#[must_use]
pub fn fields_of(kind: Kind) -> Vec<String> {
    const PERSON: [&str; 2] = ["person-1-name", "person-1-profession"];
    const PLEDGED: [&str; 3] = ["contact_person", "permission", "pledge"];
    let first = || Detail::typed_first().map(Detail::as_str);
    let later = || Detail::typed_later().map(Detail::as_str);
    let mut fields = vec!["office"];
    match kind {
        Kind::FirstRegistration => fields.extend(first().chain(PERSON).chain(PLEDGED)),
        Kind::Ids => fields.extend(PERSON.into_iter().chain(["delete-1", "reason", "effective"])),
        Kind::OfficeChange => fields.extend(first().chain(later()).chain(["rename-1-id", "rename-1-name"])),
        Kind::OfficeNumber => {
            fields.push("new_office");
            fields.extend(first().chain(later()).chain(PERSON).chain(PLEDGED));
        }
        Kind::Certificate => fields.extend(["label", "os", "ownership", "user-1"]),
    }
    let declares = kind == Kind::Certificate;
    let checks = super::Item::declared(kind).filter(|_| declares).map(|item| format!("check-{item}"));
    fields.into_iter().map(str::to_owned).chain(checks).collect()
}

/// The field at whose column this stands: its own name, or what people call it. `None`: no field of ours.
#[must_use]
pub fn named(heading: &str) -> Option<String> {
    let heading = matched(heading);
    let exact = |name: &str| label(name).ja != name || plain().any(|(known, ..)| known == name);
    if exact(&heading) {
        return Some(heading);
    }
    let plain = plain().find(|(_, ja, _)| matched(ja) == heading).map(|(name, ..)| name.to_owned());
    let check = || {
        super::Item::of(super::Kind::Certificate)
            .iter()
            .find(|item| matched(item.japanese()) == heading)
            .map(|item| format!("check-{item}"))
    };
    let row = || {
        ROWS.iter().find_map(|(kind, cell, ja, _)| {
            let ja = matched(ja);
            let (before, after) = ja.split_once("{}")?;
            let row = heading.strip_prefix(before)?.strip_suffix(after)?;
            let row = super::row_of(row)?;
            Some(if cell.is_empty() { format!("{kind}-{row}") } else { format!("{kind}-{row}-{cell}") })
        })
    };
    plain.or_else(check).or_else(row)
}

impl Mistake {
    /// 「電話番号：市外局番から入力してください」.
    #[must_use]
    pub fn with_label(&self) -> Text {
        let label = label(&self.field);
        Text::new(format!("{}：{}", label.ja, self.text.ja), format!("{}: {}", label.en, self.text.en))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_form_is_one_whose_column_may_be_headed_so() {
        for kind in Kind::ALL {
            for field in fields_of(*kind) {
                assert_eq!(named(&label(&field).ja), Some(field.clone()), "{field}");
            }
        }
    }

    #[test]
    fn a_column_may_be_headed_by_the_fields_name_or_by_what_people_call_it() {
        for (heading, field) in [
            ("office", "office"),
            ("事業所番号", "office"),
            (" カシワニネット担当者 ", "contact"),
            ("登録する人12の氏名", "person-12-name"),
            ("登録する人１の職種", "person-1-profession"),
            ("person-3-name", "person-3-name"),
            ("削除するID2", "delete-2"),
            ("check-os_supported", "check-os_supported"),
            ("OSがサポート期間内である", "check-os_supported"),
            ("メールアト\u{3099}レス", "mail"),
            ("メールアト゛レス", "mail"),
            ("ﾒｰﾙｱﾄﾞﾚｽ", "mail"),
            ("Ｍａｉｌ", "mail"),
            ("法人内･事業所内の許可", "permission"),
            ("法人内·事業所内の許可", "permission"),
            ("登録する人①の氏名", "person-1-name"),
        ] {
            assert_eq!(named(heading).as_deref(), Some(field), "{heading}");
        }
        for heading in ["事業所番号2", "password", "person-x-name", "登録する人の氏名", ""] {
            assert_eq!(named(heading), None, "{heading}");
        }
    }
}
