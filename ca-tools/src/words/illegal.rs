//! What the registry's rules do not allow. They refuse in English, for operators; the rest is here.

use registry::change::{CertificateStage, IllegalChange, InvitationState, ListingState};
use registry::{DeviceStage, OfficeState, SystemUserState};

use crate::language::Text;

/// With what operators type next.
pub(super) fn for_operators((subject, why): (&str, IllegalChange)) -> Text {
    Text::new(format!("{subject}：{}", japanese(why)), format!("{subject}: {why}"))
}

pub(super) fn japanese(why: IllegalChange) -> String {
    match why {
        IllegalChange::ApprovalLapsed => {
            "端末の承認の期限が切れています。先に device approve で承認してください。".into()
        }
        IllegalChange::ApprovalWouldBeOver => "承認の期限は現在より後の日時にしてください。".into(),
        IllegalChange::AuthorityInUse(certificates) => format!(
            "この発行認証局の電子証明書が {certificates} 枚、使用中です。すべての更新・失効・期限切れを待ってください（cert list で確かめられます）。"
        ),
        IllegalChange::AuthorityRetired => "この発行認証局はすでに使用終了です。".into(),
        IllegalChange::Certificate(is, wanted) => {
            format!("電子証明書は「{}」のため、「{}」にできません。", certificate(is), certificate(wanted))
        }
        IllegalChange::DeviceNotApproved(stage) => {
            format!("端末は「{}」です。承認済みの端末にだけ電子証明書を発行できます。", device_stage(stage))
        }
        IllegalChange::DeviceNotSuspended => "端末は一時停止されていません。".into(),
        IllegalChange::DeviceOver(stage) => {
            format!("端末は「{}」で、元に戻せません。新しく device apply で申請してください。", device_stage(stage))
        }
        IllegalChange::DeviceSuspended => "端末は一時停止中です。先に device resume で再開してください。".into(),
        IllegalChange::InvitationAlready(InvitationState::Invited) => "すでに招待されています。".into(),
        IllegalChange::InvitationAlready(InvitationState::Removed) => "招待はすでに取り消されています。".into(),
        IllegalChange::ListingAlready(ListingState::Listed) => "すでにこの端末の利用者です。".into(),
        IllegalChange::ListingAlready(ListingState::Removed) => "すでにこの端末の利用者から外れています。".into(),
        IllegalChange::FirstLacksRole => {
            "職員がまだいません。最初の職員には、ops のほかの4つの役割すべてを付けてください（--role ra_clerk --role ra_approver --role auditor --role ca_custodian）。だれも持たない役割は、あとから付けられません。".into()
        }
        IllegalChange::HoldsRoles => {
            "職員の役割を持っています。先に user roles --take で役割を外してください。".into()
        }
        IllegalChange::LastAuthority => {
            "発行できる認証局がほかにありません。先に ca add-issuing で次の発行認証局を作ってください。".into()
        }
        IllegalChange::OfficeOfOperators => {
            "柏市の職員の事業所です。一時停止すると、再開できる職員もいなくなるため、一時停止できません。".into()
        }
        IllegalChange::LastOperator => {
            "4つの役割（ops のほか）すべてを持つ、ほかの職員がいません。先に user add --role ra_approver などで、すべての役割を持つ職員を追加するか、一時停止中の職員を user resume で再開してください。"
                .into()
        }
        IllegalChange::NotInspected => {
            "端末は安全性の検査に合格していません。先に device inspect --result pass で検査結果を登録してください。"
                .into()
        }
        IllegalChange::NetworkNotInspected => {
            "端末を使うネットワークの検査が記録されていません（ネットワークの項目ができる前の検査です）。device inspect --result pass で、ネットワークも確かめた検査結果を登録してください。"
                .into()
        }
        IllegalChange::NotInUseYet(stage) => {
            format!("端末はまだ「{}」です。使わないときは、device reject で申請を却下してください。", device_stage(stage))
        }
        IllegalChange::NeverThere => "招待または登録されたことがありません。".into(),
        IllegalChange::NotTheCitysOffice => {
            "職員の役割は、柏市の事業所（職員のいる事業所）の利用者にだけ付けられます。".into()
        }
        IllegalChange::RolesAlready => "役割は、すでにそのとおりです。".into(),
        IllegalChange::OfficeAlready(state) => format!("事業所はすでに「{}」です。", office(state)),
        IllegalChange::OfficeOver(state) => {
            format!("事業所は「{}」で、元に戻せません。新しく登録してください。", office(state))
        }
        IllegalChange::OfficeSuspended => "事業所は一時停止中です。先に office resume で再開してください。".into(),
        IllegalChange::RoomOver(_) => "部屋は終了しており、元に戻せません。新しい部屋を開設してください。".into(),
        IllegalChange::TooLateToReject => {
            "端末はすでに承認されています。却下ではなく、一時停止または電子証明書の失効をしてください。".into()
        }
        IllegalChange::UserAlreadyThere => "利用者はすでにこの事業所に所属しています。".into(),
        IllegalChange::UserAlready(state) => format!("IDはすでに「{}」です。", system_user(state)),
        IllegalChange::UserDeleted => "IDは削除されており、元に戻せません。新しいIDを追加してください。".into(),
        IllegalChange::UserSuspended => "IDは一時停止中です。先に user resume で再開してください。".into(),
    }
}

/// With what people can do themselves.
pub(super) fn for_people((subject, why): (&str, IllegalChange)) -> Text {
    let (ja, en) = theirs(why);
    Text::new(format!("{subject}：{ja}"), format!("{subject}: {en}"))
}

fn theirs(why: IllegalChange) -> (String, String) {
    let (ja, en) = match why {
        IllegalChange::ApprovalLapsed => (
            "端末の承認の期限が切れています。カシワニネット担当者が、もう一度取得申請をしてください。",
            "the device's approval has lapsed: the office's contact applies for it once more",
        ),
        IllegalChange::Certificate(is, _) => {
            let ja =
                format!("電子証明書は「{}」のため、この手続きはできません。柏市へご連絡ください。", certificate(is));
            return (ja, format!("the certificate is {is}: call the city"));
        }
        IllegalChange::DeviceNotApproved(stage) => {
            let ja = format!("端末は「{}」です。承認されると、電子証明書を取得できます。", device_stage(stage));
            return (ja, format!("the device is {stage}: it gets a certificate once it is approved"));
        }
        IllegalChange::DeviceNotSuspended => {
            ("端末は一時停止されていません。", "the device is not suspended: there is nothing to resume")
        }
        IllegalChange::DeviceOver(stage) => {
            let ja = format!(
                "端末は「{}」で、元に戻せません。使うときは、カシワニネット担当者が新しく取得申請をしてください。",
                device_stage(stage)
            );
            return (ja, format!("the device is {stage} for good: the office's contact applies for it anew"));
        }
        IllegalChange::DeviceSuspended => (
            "端末は一時停止中です。再開するには、柏市へご連絡ください。",
            "the device is on hold: to resume it, call the city",
        ),
        IllegalChange::InvitationAlready(_) | IllegalChange::ListingAlready(_) | IllegalChange::NeverThere => {
            return (japanese(why), why.to_string());
        }
        IllegalChange::NotInspected => (
            "端末は、安全性の検査にまだ合格していません。検査については、柏市へご連絡ください。",
            "the device has not passed its inspection yet: ask the city about it",
        ),
        IllegalChange::NetworkNotInspected => (
            "端末を使うネットワークの検査が、まだ済んでいません。検査については、柏市へご連絡ください。",
            "the network that the device uses was not inspected yet: ask the city about it",
        ),
        IllegalChange::NotInUseYet(stage) => {
            let ja = format!("端末はまだ「{}」です。使わないときは、柏市へご連絡ください。", device_stage(stage));
            return (ja, format!("the device is {stage}, and not in use yet: call the city"));
        }
        IllegalChange::OfficeAlready(state) => {
            let ja = format!("事業所はすでに「{}」です。お心当たりがないときは、柏市へご連絡ください。", office(state));
            return (ja, format!("the office is already {state}: if you did not expect that, call the city"));
        }
        IllegalChange::OfficeOver(state) => {
            let ja = format!("事業所は「{}」で、元に戻せません。新しく登録を申請してください。", office(state));
            return (ja, format!("the office is {state} for good: apply to be registered anew"));
        }
        IllegalChange::OfficeSuspended => (
            "事業所は一時停止中です。再開するには、柏市へご連絡ください。",
            "the office is on hold: to resume it, call the city",
        ),
        IllegalChange::RoomOver(_) => {
            ("部屋は終了しており、元に戻せません。柏市へご連絡ください。", "the room is closed for good: call the city")
        }
        IllegalChange::UserAlreadyThere => {
            ("利用者はすでにこの事業所に所属しています。", "the person already belongs to this office")
        }
        IllegalChange::UserAlready(state) => {
            let ja =
                format!("IDはすでに「{}」です。お心当たりがないときは、柏市へご連絡ください。", system_user(state));
            return (ja, format!("the ID is already {state}: if you did not expect that, call the city"));
        }
        IllegalChange::UserDeleted => (
            "IDは削除されており、元に戻せません。新しいIDの登録を申請してください。",
            "the ID is deleted for good: apply for a new one",
        ),
        IllegalChange::UserSuspended => (
            "IDは一時停止中です。再開するには、柏市へご連絡ください。",
            "the ID is on hold: to resume it, call the city",
        ),
        IllegalChange::ApprovalWouldBeOver
        | IllegalChange::AuthorityInUse(_)
        | IllegalChange::AuthorityRetired
        | IllegalChange::FirstLacksRole
        | IllegalChange::HoldsRoles
        | IllegalChange::LastAuthority
        | IllegalChange::LastOperator
        | IllegalChange::NotTheCitysOffice
        | IllegalChange::OfficeOfOperators
        | IllegalChange::RolesAlready
        | IllegalChange::TooLateToReject => {
            let Text { ja, en } = super::ask::by_the_city();
            return (ja, en);
        }
    };
    (ja.to_owned(), en.to_owned())
}

fn certificate(stage: CertificateStage) -> &'static str {
    match stage {
        CertificateStage::Intended => "発行準備中",
        CertificateStage::Issued => "使用中",
        CertificateStage::Superseded => "新しい電子証明書に切替済み",
        CertificateStage::Revoked => "失効",
    }
}

pub(super) fn device_stage(stage: DeviceStage) -> &'static str {
    match stage {
        DeviceStage::Applied => "申請受付",
        DeviceStage::Inspected => "検査済み",
        DeviceStage::Approved => "承認済み",
        DeviceStage::Rejected => "却下",
        DeviceStage::Retired => "使用終了",
    }
}

fn office(state: OfficeState) -> &'static str {
    match state {
        OfficeState::Registered => "登録済み",
        OfficeState::Suspended => "一時停止",
        OfficeState::Withdrawn => "利用終了",
        OfficeState::Replaced => "事業所番号変更により終了",
    }
}

fn system_user(state: SystemUserState) -> &'static str {
    match state {
        SystemUserState::Active => "利用中",
        SystemUserState::Suspended => "一時停止",
        SystemUserState::Deleted => "削除",
    }
}
