//! Of each action that an event can have: how it is taken back. A test beside the words of actions names each that has no row.

/// How an act is taken back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct TakenBack {
    /// As if it had not been, or why not.
    pub(crate) undone: Result<Inverse, Lasting>,
    /// By which act, where it is not undone.
    pub(crate) instead: Option<Instead>,
}

/// What is written to undo it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Inverse {
    /// A device, or the application of one, is turned down no more.
    Reopen,
    /// A device is as it was before its hold, or before that ended.
    DeviceHold,
    /// A device serves those it served before.
    DeviceUsers,
    /// People are in a room no more, or again.
    Invitation,
    /// What is known of an office is as it was.
    OfficeDetails,
    /// An office is as it was before its hold, or before that ended.
    OfficeHold,
    /// An ID is as it was before its hold, or before that ended.
    PersonHold,
}

/// Why an act is not undone, however soon.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Lasting {
    /// Nobody did it: the house did by itself.
    ByItself,
    /// A certificate came or went.
    Certificate,
    /// It is of the house: its keys, its registry, what it trusts.
    House,
    /// A number, a code or a password was handed over.
    HandedOver,
    /// Somebody decided on it, and others have built on that.
    Decided,
    /// The device was lost, and whoever found it said so.
    Lost,
    /// It is over for good.
    Over,
    /// Only the one whose it is can do anything about it.
    Own,
    /// Nothing was changed by it.
    Read,
    /// It was done to a list of many.
    OfMany,
    /// It was put down in the register, and is corrected there.
    Recorded,
    /// A letter is on its way.
    Told,
}

impl Lasting {
    /// All of them.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 12] = [
        Self::ByItself,
        Self::Certificate,
        Self::House,
        Self::HandedOver,
        Self::Decided,
        Self::Lost,
        Self::Over,
        Self::Own,
        Self::OfMany,
        Self::Read,
        Self::Recorded,
        Self::Told,
    ];
}

/// The act that takes another back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Instead {
    /// What it is called.
    pub ja: &'static str,
    /// The same.
    pub en: &'static str,
    /// The command that does it.
    pub command: &'static str,
}

const fn instead(ja: &'static str, en: &'static str, command: &'static str) -> Option<Instead> {
    Some(Instead { ja, en, command })
}

const fn undone(inverse: Inverse, instead: Option<Instead>) -> TakenBack {
    TakenBack { undone: Ok(inverse), instead }
}

const fn lasting(why: Lasting, instead: Option<Instead>) -> TakenBack {
    TakenBack { undone: Err(why), instead }
}

const APPLY_DEVICE: Option<Instead> = instead("端末を新しく申請する", "apply for the device anew", "device apply");
const APPLY_AGAIN: Option<Instead> =
    instead("申請をもう一度受け付ける", "receive the application again", "application receive");
const KILL: Option<Instead> = instead("この取得用番号を無効にする", "kill this ticket", "ticket kill");
const REJECT: Option<Instead> = instead("申請を却下する", "turn the application down", "application reject");
const RESET: Option<Instead> = instead("パスワードを初期化する", "reset the password", "user reset-password");
const RESUME: Option<Instead> = instead("端末の利用を再開する", "resume the device", "device resume");
/// A lost device that was given back by mistake is stopped as one that is lost.
pub(super) const LOST_AGAIN: Option<Instead> =
    instead("紛失の届けをもう一度記録して止める", "report it lost once more", "device report-lost");
const NEW_TICKETS: Option<Instead> =
    instead("端末ごとに、新しい取得用番号を発行する", "open a ticket for each device", "ticket open");
const REVOKE: Option<Instead> = instead("電子証明書を失効させる", "revoke the certificate", "cert revoke");
const RESUME_MANY: Option<Instead> =
    instead("一覧から、まとめて再開する", "resume them as a list", "many device resume");
const SUSPEND_MANY: Option<Instead> =
    instead("一覧から、まとめて一時停止する", "suspend them as a list", "many device suspend");
const RESUME_PEOPLE: Option<Instead> =
    instead("一覧から、まとめて再開する", "resume them as a list", "many user resume");
const SUSPEND_PEOPLE: Option<Instead> =
    instead("一覧から、まとめて一時停止する", "suspend them as a list", "many user suspend");
const OUT_OF_ROOM: Option<Instead> =
    instead("一覧から、まとめて招待を取り消す", "take their invitations back as a list", "many room remove");
const INTO_ROOM: Option<Instead> = instead("一覧から、まとめて招待する", "invite them as a list", "many room invite");
const SUSPEND: Option<Instead> = instead("端末を一時停止する", "suspend the device", "device suspend");
const SUSPEND_PERSON: Option<Instead> = instead("利用者を一時停止する", "suspend the person", "user suspend");
const TICKET: Option<Instead> = instead("新しい取得用番号を発行する", "open another ticket", "ticket open");

const CLOSE_CAMPAIGN: Option<Instead> = instead("現況届を締め切る", "close the campaign", "campaign close");
const UNDO_STEP: Option<Instead> = instead("この段階を取り消す", "undo the step", "campaign undo");

/// Looking at a thing is not touching it.
pub(crate) fn only_looks(action: &str) -> bool {
    taken_back(action).is_some_and(|row| row.undone == Err(Lasting::Read))
}

/// How an act of this name is taken back; nothing of a name that no event has.
#[expect(clippy::too_many_lines, reason = "a row for each action, and nothing else")]
pub(crate) fn taken_back(action: &str) -> Option<TakenBack> {
    use Lasting::{ByItself, Certificate, Decided, HandedOver, House, OfMany, Over, Own, Read, Recorded, Told};
    Some(match action {
        "application.approve" => lasting(
            Decided,
            instead(
                "登録されたIDや端末を、それぞれ止める",
                "suspend the IDs and devices that came of it",
                "application show",
            ),
        ),
        "application.inspect" => {
            lasting(Recorded, instead("審査の結果を登録し直す", "record the inspection anew", "application inspect"))
        }
        "application.receive" => lasting(Recorded, REJECT),
        "application.reject" => undone(Inverse::Reopen, APPLY_AGAIN),
        "application.reopen" => lasting(Decided, REJECT),
        "device.reject" => undone(Inverse::Reopen, APPLY_AGAIN),
        "device.reopen" => lasting(Decided, instead("端末を却下する", "turn the device down", "device reject")),
        "application.send-link" | "cert.remind" | "mail.retry" => lasting(Told, None),
        "audit.export"
        | "audit.read"
        | "export.write"
        | "incident.extract"
        | "incident.extract-read"
        | "incident.paper"
        | "office.read-readiness"
        | "readiness.read"
        | "registry.backup"
        | "report.read"
        | "why.read" => lasting(Read, None),
        "incident.note" | "incident.open" | "incident.report" => {
            lasting(Recorded, instead("記事を加えて訂正する", "correct it by a note", "incident note"))
        }
        "incident.close" => lasting(Over, instead("新しい記録を作る", "open another incident", "incident open")),
        "incident.open-stop" | "incident.stop" => lasting(Recorded, RESUME),
        "user.maintenance" => lasting(Recorded, instead("新しいIDを登録する", "give another ID", "user add")),
        "user.maintenance-close" => {
            lasting(Over, instead("時間帯をもう一度提案する", "propose a window again", "maintenance open"))
        }
        "user.maintenance-open" => lasting(Decided, instead("時間帯を閉じる", "close the window", "maintenance close")),
        "cert.revoke-list" => lasting(Certificate, NEW_TICKETS),
        "device.suspend-list" => lasting(OfMany, RESUME_MANY),
        "device.resume-list" => lasting(OfMany, SUSPEND_MANY),
        "user.suspend-list" => lasting(OfMany, RESUME_PEOPLE),
        "user.resume-list" => lasting(OfMany, SUSPEND_PEOPLE),
        "user.unlock-list" => lasting(OfMany, SUSPEND_PEOPLE),
        "room.invite-list" => lasting(OfMany, OUT_OF_ROOM),
        "room.remove-list" => lasting(OfMany, INTO_ROOM),
        "break-glass.review" | "proposal.approve" | "report.review" => lasting(Decided, None),
        "proposal.reject" | "proposal.withdraw" => {
            lasting(Decided, instead("もう一度提案する", "propose it again", "proposal show"))
        }
        "proposal.propose" => {
            lasting(Decided, instead("提案を取り下げる", "take the proposal back", "proposal withdraw"))
        }
        "user.roles" => lasting(Decided, instead("役割を変える", "change the roles", "user roles")),
        "ca.add" | "journal.start" | "registry.init" | "registry.restore" | "example.devices" => lasting(House, None),
        "ca.add-issuing" => lasting(House, instead("発行認証局の使用を終える", "retire the issuing CA", "ca retire")),
        "ca.retire" => lasting(House, instead("次の発行認証局を作る", "make the next issuing CA", "ca add-issuing")),
        "gateway.retire" => lasting(
            Recorded,
            instead(
                "ゲートウェイを動かす（報告が届けば、また使用中になる）",
                "run it: it is back once it reports",
                "gateway list",
            ),
        ),
        "retention.end" => lasting(ByItself, None),
        "retention.hold" => lasting(House, instead("消去の停止を終える", "lift the hold", "retention release")),
        "retention.release" => lasting(House, instead("もう一度止める", "hold them again", "retention hold")),
        "campaign.open" => lasting(Told, CLOSE_CAMPAIGN),
        "campaign.remind" => lasting(Told, None),
        "campaign.answer" | "campaign.import" | "campaign.vouch" => {
            lasting(Recorded, instead("回答を入れ直す", "answer it once more", "campaign answer"))
        }
        "campaign.note" => lasting(ByItself, None),
        "campaign.close" => lasting(Over, instead("新しく作成する", "open another one", "campaign open")),
        "campaign.confirm" => lasting(Decided, instead("回答を入れ直す", "answer it once more", "campaign answer")),
        "campaign.warn" | "campaign.suspend" | "campaign.delete" => lasting(Decided, UNDO_STEP),
        "campaign.deleted" => lasting(Over, APPLY_AGAIN),
        "campaign.undo" => {
            lasting(Decided, instead("段階をもう一度提案する", "propose the step once more", "campaign step"))
        }
        "cert.close-intents"
        | "cert.finish-renewal"
        | "cert.first-use"
        | "cert.intend"
        | "crl.publish"
        | "device.clone_suspected"
        | "mail.given-up"
        | "mail.refused"
        | "operator.login_refused"
        | "password.wrong"
        | "proposal.lapse"
        | "proposal.refuse"
        | "ticket.wrong-code" => lasting(ByItself, None),
        "user.initial-password-lapse" => lasting(ByItself, RESET),
        "cert.emergency" | "cert.issue" | "cert.reissue" | "cert.renew" | "cert.retake" => lasting(Certificate, REVOKE),
        "cert.revoke" => lasting(Certificate, TICKET),
        "device.continue" => lasting(Decided, SUSPEND),
        "device.retire" => lasting(Over, APPLY_DEVICE),
        "device.retire-unused" => lasting(ByItself, APPLY_DEVICE),
        "device.apply" => lasting(Recorded, instead("端末を却下する", "turn the device down", "device reject")),
        "device.approve" => lasting(Decided, SUSPEND),
        "device.import" => lasting(
            Recorded,
            instead("登録した端末を1台ずつ却下する", "turn the devices down one by one", "device reject"),
        ),
        "device.inspect" => {
            lasting(Recorded, instead("検査の結果を登録し直す", "record the inspection anew", "device inspect"))
        }
        "device.place" => lasting(Recorded, instead("保管場所を直す", "correct where it is kept", "device place")),
        "device.report-lost" => lasting(Recorded, RESUME),
        "device.resume" => undone(Inverse::DeviceHold, SUSPEND),
        "device.suspend" => undone(Inverse::DeviceHold, RESUME),
        "device.users" => undone(
            Inverse::DeviceUsers,
            instead("端末の利用者を変える", "change whom the device serves", "device users"),
        ),
        "office.contact" => lasting(Recorded, instead("担当者のIDを変える", "name another contact", "office contact")),
        "office.import" => {
            lasting(Recorded, instead("登録した事業所を1件ずつ直す", "correct the offices one by one", "office update"))
        }
        "office.register" => {
            lasting(Recorded, instead("事業所の利用を終わる", "end the office's use", "office withdraw"))
        }
        "office.replace" | "office.withdraw" => {
            lasting(Over, instead("事業所を新しく登録する", "register an office anew", "office register"))
        }
        "office.resume" => {
            undone(Inverse::OfficeHold, instead("事業所を一時停止する", "suspend the office", "office suspend"))
        }
        "office.suspend" => {
            undone(Inverse::OfficeHold, instead("事業所を再開する", "resume the office", "office resume"))
        }
        "office.update" => {
            undone(Inverse::OfficeDetails, instead("前の内容に変更する", "correct it once more", "office update"))
        }
        "office.take-back-end" | "office.tell-end" | "operator.login" | "operator.logout" | "user.change-password" => {
            lasting(Own, None)
        }
        "room.close" => lasting(Over, instead("部屋を新しく開く", "open a room anew", "room open")),
        "room.confirm" => {
            lasting(Recorded, instead("参加の確認を記録し直す", "write the confirmation down anew", "room confirm"))
        }
        "room.consent" => {
            lasting(Recorded, instead("依頼者と同意を記録し直す", "write the consent down anew", "room consent"))
        }
        "room.extend" => lasting(
            Recorded,
            instead("招待の期限をもう一度変える", "let the invitation end at another moment", "room extend"),
        ),
        "room.import" | "room.open" | "room.open-for" => {
            lasting(Recorded, instead("部屋を閉じる", "close the room", "room close"))
        }
        "room.import-invitations" => {
            lasting(Recorded, instead("招待を1人ずつ取りやめる", "take the invitations back one by one", "room remove"))
        }
        "room.invite" => {
            undone(Inverse::Invitation, instead("招待を取りやめる", "take the invitation back", "room remove"))
        }
        "room.remove" => undone(Inverse::Invitation, instead("もう一度招待する", "invite them again", "room invite")),
        "ticket.certificate-again"
        | "ticket.file-again"
        | "ticket.open"
        | "ticket.open-after-end"
        | "ticket.open-own" => lasting(HandedOver, KILL),
        "ticket.kill" => lasting(Over, TICKET),
        "office.remind-approvals" | "training.letters" => lasting(Told, None),
        "training.hold" => {
            lasting(Recorded, instead("日にちを登録し直す", "say once more when it is", "training hold"))
        }
        "training.attend" | "training.import" => {
            lasting(Recorded, instead("受講の登録を取り消す", "take the attendance back", "training attend"))
        }
        "training.unattend" => {
            lasting(Recorded, instead("受講をもう一度登録する", "record the attendance again", "training attend"))
        }
        "user.add" | "user.import" => lasting(HandedOver, SUSPEND_PERSON),
        "user.delete" => lasting(Over, instead("IDを新しく登録する", "give a new ID", "user add")),
        "user.move" => lasting(Recorded, instead("前の事業所に移す", "move the person back", "user move")),
        "user.reset-password" => lasting(HandedOver, RESET),
        "user.resume" => undone(Inverse::PersonHold, SUSPEND_PERSON),
        "user.suspend" => undone(Inverse::PersonHold, instead("利用者を再開する", "resume the person", "user resume")),
        "user.update" => lasting(Recorded, instead("前の内容に変更する", "correct it once more", "user update")),
        "user.unlock" => lasting(Recorded, SUSPEND_PERSON),
        _ => return None,
    })
}
