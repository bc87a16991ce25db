//! What is a field called above its column? In Japanese as the handbook calls it; in English as
//! `--json` does.

use crate::language::Language;

pub(super) fn heading(field: &str, language: Language) -> &str {
    match language {
        Language::En => field,
        Language::Ja => japanese(field).unwrap_or(field),
    }
}

fn japanese(field: &str) -> Option<&'static str> {
    Some(match field {
        "address" => "所在地",
        "application" => "申請番号",
        "approved_at" => "承認日時",
        "approved_by" => "承認した職員",
        "approved_until" => "承認の期限",
        "assurance" => "鍵の保護",
        "certificate" => "電子証明書",
        "certificates" => "電子証明書",
        "checklist" => "検査項目",
        "contact" => "カシワニネット担当者",
        "corporation" => "法人",
        "crl_number" => "失効リスト番号",
        "device" => "端末番号",
        "devices" => "端末",
        "fingerprint" => "拇印",
        "inspected_at" => "検査日時",
        "inspected_by" => "検査を登録した職員",
        "issuer" => "発行認証局",
        "key_origin" => "鍵を作った場所",
        "kind" => "種類",
        "label" => "呼び名",
        "login_id" => "カシワニネットID",
        "mail" => "メールアドレス",
        "members" => "参加者",
        "name" => "名称",
        "not_after" => "有効期限",
        "not_before" => "有効期間の始め",
        "office" => "事業所番号",
        "office_name" => "事業所",
        "os" => "OS",
        "ownership" => "所有",
        "password_initial" => "初期パスワード",
        "password_set_at" => "パスワードの設定日時",
        "pledge" => "誓約書の版",
        "profession" => "職種",
        "revoked_at" => "失効日時",
        "revoked_reason" => "失効の理由",
        "roles" => "役割",
        "room" => "部屋番号",
        "rooms" => "部屋",
        "serial" => "シリアル番号",
        "stage" => "段階",
        "state" => "状態",
        "successor" => "次の電子証明書",
        "superseded_from" => "切替日時",
        "suspended" => "一時停止",
        "telephone" => "電話番号",
        "users" => "利用者",
        "version" => "台帳の版",
        _ => return None,
    })
}
