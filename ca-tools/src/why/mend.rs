//! What mends it? One act of the desk, by its command and by its page; or why the desk has nothing to do.

use certs::{DeviceNo, Timestamp};
use pages::refusals::Reason;
use registry::{DeviceStage, LoginId, OfficeNo, OfficeState, RoomRef};

use super::standing::CallerStanding;
use crate::language::Text;

/// What mends it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Mend {
    /// This act.
    Act(Act),
    /// Nothing that the desk could do; why.
    Nothing(Text),
}

/// An act of the desk.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Act {
    /// Failed logins are forgiven.
    Unlock(LoginId),
    /// A new initial password.
    ResetPassword(LoginId),
    /// The hold on an ID is lifted.
    ResumePerson(LoginId),
    /// The hold on a device is lifted.
    ResumeDevice(DeviceNo),
    /// The hold on an office is lifted.
    ResumeOffice(OfficeNo),
    /// A device is inspected.
    Inspect(DeviceNo),
    /// A device is approved, for the first time or again.
    Approve(DeviceNo),
    /// A device gets a ticket for its first certificate.
    Ticket(DeviceNo),
    /// A device gets a ticket for its next certificate.
    Renew(DeviceNo),
    /// A person is added to a device.
    List(DeviceNo, LoginId),
    /// A person is invited to a room.
    Invite(RoomRef, LoginId),
    /// The office applies anew.
    Apply(OfficeNo),
}

/// So many days after its end a certificate is renewed without an application.
const RENEWED_AFTER: i64 = 30 * 86_400;

impl Act {
    /// As it is typed, after `ca-tools`.
    pub(crate) fn command(&self) -> String {
        match self {
            Self::Unlock(id) => format!("user unlock {id}"),
            Self::ResetPassword(id) => format!("user reset-password {id}"),
            Self::ResumePerson(id) => format!("user resume {id}"),
            Self::ResumeDevice(no) => format!("device resume {no}"),
            Self::ResumeOffice(no) => format!("office resume {no}"),
            Self::Inspect(no) => format!("device inspect {no} --result pass"),
            Self::Approve(no) => format!("device approve {no}"),
            Self::Ticket(no) => format!("ticket issue --device {no}"),
            Self::Renew(no) => format!("ticket issue --device {no} --renewal"),
            Self::List(no, id) => format!("device users {no} --add {id} --application A-…"),
            Self::Invite(room, id) => format!("room invite {room} {id}"),
            Self::Apply(no) => format!("application receive --kind certificate --channel counter --office {no}"),
        }
    }

    /// The address of its page in the console.
    pub(crate) fn address(&self) -> String {
        match self {
            Self::Unlock(id) => format!("/console/change/people/{id}/unlock"),
            Self::ResetPassword(id) => format!("/console/change/people/{id}/reset-password"),
            Self::ResumePerson(id) => format!("/console/change/people/{id}/resume"),
            Self::ResumeDevice(no) => format!("/console/change/devices/{no}/resume"),
            Self::ResumeOffice(no) => format!("/console/change/offices/{no}/resume"),
            Self::Inspect(no) => format!("/console/change/devices/{no}/inspect"),
            Self::Approve(no) => format!("/console/approve/devices/{no}/approve"),
            Self::Ticket(no) => format!("/console/change/devices/{no}/ticket"),
            Self::Renew(no) => format!("/console/change/devices/{no}/ticket?purpose=renewal"),
            Self::List(no, id) => format!("/console/change/devices/{no}/users?add={id}"),
            Self::Invite(room, id) => format!("/console/change/rooms/{room}/invite?user={id}"),
            Self::Apply(no) => format!("/console/change/applications/new/receive?kind=certificate&office={no}"),
        }
    }

    /// What its button says.
    pub(crate) fn button(&self) -> Text {
        match self {
            Self::Unlock(_) => Text::new("ロックを解除する", "Unlock"),
            Self::ResetPassword(_) => Text::new("初期パスワードを再発行する", "Hand out a new initial password"),
            Self::ResumePerson(_) => Text::new("IDの利用を再開する", "Lift the hold on the ID"),
            Self::ResumeDevice(_) => Text::new("端末の利用を再開する", "Lift the hold on the device"),
            Self::ResumeOffice(_) => Text::new("事業所の利用を再開する", "Lift the hold on the office"),
            Self::Inspect(_) => Text::new("検査結果を登録する", "Record the inspection"),
            Self::Approve(_) => Text::new("端末を承認する", "Approve the device"),
            Self::Ticket(_) => Text::new("取得用番号を発行する", "Give a pick-up ticket"),
            Self::Renew(_) => Text::new("更新用の取得用番号を発行する", "Give a ticket for the renewal"),
            Self::List(..) => Text::new("この端末の利用者に加える", "Add to the people of the device"),
            Self::Invite(..) => Text::new("部屋に招待する", "Invite to the room"),
            Self::Apply(_) => Text::new("電子証明書の申請を受け付ける", "Receive an application for a certificate"),
        }
    }

    /// Only an approver may.
    pub(crate) fn approves(&self) -> bool {
        match self {
            Self::Approve(_) => true,
            Self::Unlock(_)
            | Self::ResetPassword(_)
            | Self::ResumePerson(_)
            | Self::ResumeDevice(_)
            | Self::ResumeOffice(_)
            | Self::Inspect(_)
            | Self::Ticket(_)
            | Self::Renew(_)
            | Self::List(..)
            | Self::Invite(..)
            | Self::Apply(_) => false,
        }
    }
}

impl Mend {
    /// What mends this reason, where it holds or where it was met last.
    pub(crate) fn of(reason: Reason, standing: &CallerStanding, now: Timestamp) -> Self {
        let device = standing.device.as_ref();
        let person = standing.person.as_ref().map(|person| person.id.clone());
        let by_person = |act: fn(LoginId) -> Act| person.clone().map(act);
        let act = match reason {
            Reason::NoCert => device.map(|device| Act::Ticket(device.no)),
            Reason::Revoked => standing.office().map(|office| Act::Apply(office.no.clone())),
            Reason::Superseded => match standing.good(now) {
                Some(next) if next.used => None,
                Some(_) | None => device.map(|device| Act::Renew(device.no)),
            },
            Reason::Suspended => device.map(|device| Act::ResumeDevice(device.no)),
            Reason::OfficeSuspended => {
                let held = standing.office().filter(|office| office.state != OfficeState::Withdrawn);
                let held = held.filter(|office| office.state != OfficeState::Replaced);
                held.map(|office| Act::ResumeOffice(office.no.clone()))
            }
            Reason::NotApproved => device.map(|device| match device.stage {
                DeviceStage::Applied => Act::Inspect(device.no),
                DeviceStage::Inspected | DeviceStage::Approved => Act::Approve(device.no),
                DeviceStage::Rejected | DeviceStage::Retired => Act::Apply(device.office.no.clone()),
            }),
            Reason::Expired => device.map(|device| match standing.shown() {
                Some(last) if now <= last.not_after.plus(RENEWED_AFTER) => Act::Renew(device.no),
                Some(_) | None => Act::Apply(device.office.no.clone()),
            }),
            Reason::Locked => by_person(Act::Unlock),
            Reason::WrongPassword => by_person(Act::ResetPassword),
            Reason::UserSuspended => by_person(Act::ResumePerson),
            Reason::UserNotOnDevice => device.zip(person).map(|(device, id)| Act::List(device.no, id)),
            Reason::NotInvited => {
                let open = standing.room.as_ref().filter(|room| room.known.as_ref().is_some_and(|known| known.open));
                open.zip(person).map(|(room, id)| Act::Invite(room.room.clone(), id))
            }
            Reason::Misdirected
            | Reason::Malformed
            | Reason::TooSlow
            | Reason::BodyTooLarge
            | Reason::HeadersTooLarge
            | Reason::UnknownCoding
            | Reason::WrongBrowser
            | Reason::LogUnavailable
            | Reason::RegistryStale
            | Reason::RegistryForked
            | Reason::ForeignCert
            | Reason::UnknownDevice
            | Reason::NotYetValid
            | Reason::Maintenance
            | Reason::CrossSite
            | Reason::RateLimited
            | Reason::SessionStoreUnavailable
            | Reason::NoSession
            | Reason::SessionAbsolute
            | Reason::SessionIdle
            | Reason::SessionCertMismatch
            | Reason::UnknownId
            | Reason::UserDeleted
            | Reason::MaintenanceClosed
            | Reason::OfficeMismatch
            | Reason::MustChangePassword
            | Reason::NoRoute
            | Reason::TrainingNeeded
            | Reason::PolicyDenied
            | Reason::BackendUnavailable => None,
        };
        act.map_or_else(|| Self::Nothing(nothing(reason)), Self::Act)
    }
}

/// Why the desk has nothing to do.
fn nothing(reason: Reason) -> Text {
    match reason {
        Reason::Misdirected
        | Reason::Malformed
        | Reason::TooSlow
        | Reason::BodyTooLarge
        | Reason::HeadersTooLarge
        | Reason::UnknownCoding
        | Reason::WrongBrowser
        | Reason::ForeignCert
        | Reason::Superseded
        | Reason::CrossSite
        | Reason::RateLimited
        | Reason::NoSession
        | Reason::SessionAbsolute
        | Reason::SessionIdle
        | Reason::MustChangePassword
        | Reason::NoRoute => Text::new(
            "柏市ですることはありません。上の一言のとおりにしていただけば、使えます。",
            "nothing to do here: what the sentence asks of the caller mends it",
        ),
        Reason::LogUnavailable
        | Reason::RegistryStale
        | Reason::RegistryForked
        | Reason::SessionStoreUnavailable
        | Reason::BackendUnavailable => Text::new(
            "窓口では直せません。お問い合わせ番号と時刻を、システムの運用担当に知らせてください。",
            "the desk cannot mend it: tell operations the code and the time",
        ),
        Reason::Maintenance => Text::new(
            "予定された点検です。終わるまで、窓口ですることはありません。",
            "planned maintenance: nothing to do until it is over",
        ),
        Reason::MaintenanceClosed => Text::new(
            "保守用のIDは、承認された時間帯だけ使えます。作業計画書があれば、時間帯を開く提案をします（maintenance open）。",
            "a maintenance account works within an approved window only: with a work plan, one is proposed (maintenance open)",
        ),
        Reason::NotYetValid => {
            Text::new("始まる日を待つだけです。窓口ですることはありません。", "it begins by itself: nothing to do")
        }
        Reason::NoCert | Reason::UnknownDevice => Text::new(
            "どの端末か分かりません。端末番号（DEV-）を聞いて、その番号で調べてください。はじめての端末なら、取得申請が先です。",
            "which device it is is not known: ask for its number and look that up; a new device is applied for first",
        ),
        Reason::Revoked | Reason::Suspended | Reason::NotApproved | Reason::Expired | Reason::UserNotOnDevice => {
            Text::new(
                "どの端末か分かりません。端末番号（DEV-）を聞いて、その番号で調べてください。",
                "which device it is is not known: ask for its number and look that up",
            )
        }
        Reason::OfficeSuspended => Text::new(
            "この事業所は利用を終了しています。使うには、初回登録からやり直します。",
            "this office has left: it registers anew",
        ),
        Reason::Locked | Reason::UnknownId => Text::new(
            "登録のないIDです。正しいIDを、氏名か事業所から調べて伝えてください。",
            "there is no such ID: look the right one up by name or office",
        ),
        Reason::WrongPassword | Reason::UserSuspended => Text::new(
            "どのIDか分かりません。IDを聞いて、そのIDで調べてください。",
            "which ID it is is not known: ask for it and look that up",
        ),
        Reason::UserDeleted => Text::new(
            "削除したIDは元に戻せません。様式1（ID登録）の申請で、新しいIDを作ります。",
            "a deleted ID does not come back: a new one is applied for",
        ),
        Reason::OfficeMismatch => Text::new(
            "IDか端末のどちらかが、ほかの事業所のものです。異動なら、様式1の申請を受けて移します（user move）。",
            "the ID or the device is another office's: somebody who moved is moved on an application (user move)",
        ),
        Reason::SessionCertMismatch => Text::new(
            "もう一度ログインすれば使えます。本人に心当たりがなければ、パスワードを再発行してください（user reset-password）。",
            "a new login mends it; if the person knows nothing of it, give a new password (user reset-password)",
        ),
        Reason::NotInvited => Text::new(
            "その部屋は終了したか、ありません。部屋の名前を確かめてください。",
            "that room was closed, or is none: ask for its name",
        ),
        Reason::TrainingNeeded => Text::new(
            "研修会を受講しているかを確かめ、受講していたら登録してください（training attend）。まだなら、次の日程を伝えます。",
            "see whether they attended the training: if so record it (training attend), else tell them of the next one",
        ),
        Reason::PolicyDenied => Text::new(
            "このIDや端末には、その画面を使う役割がありません。必要かどうかを、承認者が決めます。",
            "this ID or device has no role for that page: an approver decides whether it should",
        ),
    }
}
