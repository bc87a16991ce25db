//! What is a field called above its column? In Japanese as the handbook calls it; in English in words, not in the spelling
//! of `--json`.

use std::borrow::Cow;

use crate::application::Detail;
use crate::language::Language;

/// The field's heading; what a `name` is of, the fields beside it tell.
pub(super) fn heading<'a>(field: &'a str, beside: &[&str], language: Language) -> Cow<'a, str> {
    match language {
        Language::En => english(field).map_or_else(|| Cow::Owned(field.replace('_', " ")), Cow::Borrowed),
        Language::Ja => Cow::Borrowed(japanese(field, beside).unwrap_or(field)),
    }
}

fn english(field: &str) -> Option<&'static str> {
    Some(match field {
        "assurance" => "key kept",
        "device" => "device number",
        "everyone" => "serves everyone of the office",
        "killed_why" => "why void",
        "login_id" => "Kashiwani-net ID",
        "office" => "office number",
        "office_name" => "office",
        "os" => "OS",
        "password_initial" => "initial password still set",
        _ => return None,
    })
}

#[expect(clippy::too_many_lines, reason = "a line for each column")]
fn japanese(field: &str, beside: &[&str]) -> Option<&'static str> {
    let has = |other: &str| beside.contains(&other);
    Some(match field {
        "name" if has("login_id") => "氏名",
        "name" if has("room") => "部屋の名前",
        "about" => "対象",
        "application" => "申請番号",
        "approved_at" => "承認日時",
        "approved_by" => "承認した職員",
        "approved_until" => "承認の期限",
        "at" => "日時",
        "assurance" => "鍵の保護",
        "certificate" => "電子証明書",
        "certificates" => "電子証明書",
        "channel" => "届いた方法",
        "checklist" => "検査項目",
        "crl_number" => "失効リスト番号",
        "decided_at" => "決定日時",
        "decided_by" => "決定した職員",
        "device" => "端末番号",
        "devices" => "端末",
        "emergencies" => "緊急用電子証明書",
        "file" => "ファイル",
        "first" => "発行した職員",
        "applied" => "反映した台帳の版",
        "gateway" => "ゲートウェイ",
        "retired_at" => "使用終了日時",
        "told_at" => "最後の報告",
        "ended_at" => "終わった日時",
        "fingerprint" => "拇印",
        "form" => "申請の内容",
        "in_use" => "使用中の電子証明書",
        "inspected_at" => "検査日時",
        "inspected_by" => "検査を登録した職員",
        "inspection" => "検査の結果",
        "inspection_until" => "検査の有効期限",
        "issued_at" => "発行日時",
        "issued_by" => "発行した職員",
        "issuer" => "発行認証局",
        "key_origin" => "鍵を作った場所",
        "killed_why" => "無効の理由",
        "kind" => "種類",
        "label" => "呼び名",
        "locked_until" => "ロックの期限",
        "login_id" => "カシワニネットID",
        "members" => "参加者",
        "message_id" => "メールの識別番号",
        "name" if !has("office") => "名称",
        "next_due" => "次を作る時期",
        "next_at" => "次に送る日時",
        "not_after" => "有効期限",
        "not_before" => "有効期間の始め",
        "office" => "事業所番号",
        "office_name" => "事業所",
        "os" => "OS",
        "ownership" => "所有",
        "password_initial" => "初期パスワードのまま",
        "password_lapsed_at" => "初期パスワードの失効日時",
        "password_set_at" => "パスワードの設定日時",
        "pledge" => "誓約書の版",
        "problem" => "送れない理由",
        "profession" => "職種",
        "purpose" => "用途",
        "reason" => "却下の理由",
        "received_at" => "受付日時",
        "received_by" => "受け付けた人",
        "retaken" => "別の形式",
        "not_kept" => "控えていない記録",
        "queued_at" => "受け付けた日時",
        "recipient" => "宛先",
        "revoked_at" => "失効日時",
        "revoked_reason" => "失効の理由",
        "roles" => "役割",
        "room" => "部屋番号",
        "rooms" => "部屋",
        "second" => "同意した職員",
        "serial" => "シリアル番号",
        "shortened" => "標準より短い期限",
        "stage" => "段階",
        "state" => "状態",
        "successor" => "次の電子証明書",
        "superseded_from" => "切替日時",
        "suspicions" => "複製の疑い",
        "suspended" => "一時停止",
        "ticket" => "管理番号",
        "tries_left" => "残りの回数",
        "until" => "期限",
        "used_at" => "使用日時",
        "tries" => "送信回数",
        "users" => "利用者",
        "version" => "台帳の版",
        "everyone" => "事業所の全員が使える",
        "worth" => "記録の種類",
        "why" => "理由",
        _ => return Detail::of_column(field).map(Detail::heading),
    })
}
