//! What approving an application does to people, where it ends something for them or comes before its day.

use crate::application::{Day, Form};

/// Said before it is approved; nothing where nothing ends and nothing is early.
pub(crate) fn approving(form: &Form, today: Day) -> Option<String> {
    let ends = match form {
        Form::Ids(form) if !form.deleted.is_empty() => {
            let gone: Vec<_> = form.deleted.iter().map(|gone| format!("{}（{}）", gone.name, gone.login_id)).collect();
            Some(format!("ID {} を削除します（取り消せません）。", gone.join("、")))
        }
        Form::OfficeNumber(form) => Some(format!(
            "事業所 {} の利用者・端末・電子証明書はすべて終わり、{} として登録し直します（取り消せません）。",
            form.office, form.new_office
        )),
        Form::FirstRegistration(_) | Form::Ids(_) | Form::OfficeChange(_) | Form::Certificate(_) => None,
    };
    let early = form.effective().filter(|day| today.days_until(*day) > 0);
    let early = early
        .map(|day| format!("{} から使うIDです。初期パスワードは、本人に渡すまで保管してください。", day.japanese()));
    ends.into_iter().chain(early).reduce(|ends, early| ends + &early)
}
