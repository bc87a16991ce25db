//! The registry's rules refuse in English; this is the same in Japanese.

use registry::change::{CertificateStage, IllegalChange, InvitationState, ListingState};
use registry::{DeviceStage, OfficeState, SystemUserState};

/// The reason in Japanese, with what to do.
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
            format!("端末は「{}」です。承認済みの端末にだけ電子証明書を発行できます。", device(stage))
        }
        IllegalChange::DeviceNotSuspended => "端末は一時停止されていません。".into(),
        IllegalChange::DeviceOver(stage) => {
            format!("端末は「{}」で、元に戻せません。新しく device apply で申請してください。", device(stage))
        }
        IllegalChange::DeviceSuspended => "端末は一時停止中です。先に device resume で再開してください。".into(),
        IllegalChange::InvitationAlready(InvitationState::Invited) => "すでに招待されています。".into(),
        IllegalChange::InvitationAlready(InvitationState::Removed) => "招待はすでに取り消されています。".into(),
        IllegalChange::ListingAlready(ListingState::Listed) => "すでにこの端末の利用者です。".into(),
        IllegalChange::ListingAlready(ListingState::Removed) => "すでにこの端末の利用者から外れています。".into(),
        IllegalChange::FirstLacksRole => {
            "職員がまだいません。最初の職員には、4つの役割すべてを付けてください（--role ra_clerk --role ra_approver --role auditor --role ca_custodian）。だれも持たない役割は、あとから付けられません。".into()
        }
        IllegalChange::HoldsRoles => {
            "職員の役割を持っています。先に user roles --take で役割を外してください。".into()
        }
        IllegalChange::LastAuthority => {
            "発行できる認証局がほかにありません。先に ca add-issuing で次の発行認証局を作ってください。".into()
        }
        IllegalChange::LastOperator => {
            "4つの役割すべてを持つ、ほかの職員がいません。先に user add --role ra_approver などで、すべての役割を持つ職員を追加するか、一時停止中の職員を user resume で再開してください。"
                .into()
        }
        IllegalChange::NotInspected => {
            "端末は安全性の検査に合格していません。先に device inspect --result pass で検査結果を登録してください。"
                .into()
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

fn certificate(stage: CertificateStage) -> &'static str {
    match stage {
        CertificateStage::Intended => "発行準備中",
        CertificateStage::Issued => "使用中",
        CertificateStage::Superseded => "新しい電子証明書に切替済み",
        CertificateStage::Revoked => "失効",
    }
}

pub(super) fn device(stage: DeviceStage) -> &'static str {
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
