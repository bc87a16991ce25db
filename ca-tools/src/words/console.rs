//! To operators before a page of the console: what was wrong, where, and what to fill in or do next. No command, no option:
//! they have fields and buttons.

use registry::Role;
use registry::change::{Disagreement, IllegalChange};

use super::wording::role;
use super::{
    application, campaign, emergency, illegal, incident, list, loss, maintenance, malformed, name, password, proof,
    proposal, public_key, replacement, ticket, training, undo,
};
use crate::application::IllegalStep;
use crate::calendar::minute;
use crate::language::Text;
use crate::refusal::{
    ApplicationRefusal, EmergencyRefusal, LossRefusal, Malformed, ProofRefusal, Refusal, RenewalRefusal,
    ReplacementRefusal, Unavailable,
};

/// What was wrong, and how it goes on in the console.
#[must_use]
pub fn for_console(refusal: &Refusal) -> Text {
    match refusal {
        Refusal::Application(why) => of_application(why),
        Refusal::Campaign(why) => campaign::for_console(why),
        Refusal::Emergency(why) => of_emergency(why),
        Refusal::HasCertificate(device, serial) => Text::new(
            format!(
                "{device} には使用中の電子証明書があります（シリアル番号 {serial}）。続けて使うときは更新を、使わせないときは失効を選んでください。"
            ),
            format!("{device} has a certificate in use (serial {serial}): renew it, or revoke it first"),
        ),
        Refusal::Illegal(subject, why) => illegal_change(subject, *why),
        Refusal::Issuer(_) | Refusal::Seal(_) | Refusal::Unavailable(_) => not_now(refusal),
        Refusal::List(why) => list::for_anybody(why, for_console),
        Refusal::Training(why) => training::for_anybody(why),
        Refusal::Loss(why) => of_loss(why),
        Refusal::Malformed(why) => of_malformed(why),
        Refusal::Maintenance(why) => maintenance::for_anybody(why),
        Refusal::Incident(why) => incident::for_anybody(why),
        Refusal::NoApplication => Text::new(
            "申請番号がありません。申請番号を入れてください（申請のない登録・発行はできません）。",
            "nothing is granted without an application: fill in its number",
        ),
        Refusal::NoCertificate(device) => Text::new(
            format!("{device} には使用中の電子証明書がありません。必要なら、取得用番号を発行してください。"),
            format!("{device} has no certificate in use: give it a ticket where it needs one"),
        ),
        Refusal::NoOperator(operator) => Text::new(
            format!("{operator} は柏市担当職員として登録されていないか、停止中です。"),
            format!("{operator} is not an operator in service"),
        ),
        Refusal::NoWhy => Text::new(
            "理由がありません。理由を入れてください（操作記録に残ります）。何も変更していません。",
            "this is not done without a reason: fill it in; nothing was changed",
        ),
        Refusal::OperatorMayNot(operator, needed) => Text::new(
            format!("{operator} にはこの操作の役割がありません（必要な役割：{}）。", roles(needed)),
            format!("{operator} may not do this: the role is missing"),
        ),
        Refusal::OtherOffice(user, device) => Text::new(
            format!("{user} は {device} と別の事業所の利用者です。同じ事業所の利用者を選んでください。"),
            format!("{user} is of another office than {device}: name people of the device's own office"),
        ),
        Refusal::Outranked(operator, person, missing) => Text::new(
            format!(
                "{person} への操作・役割の付与には、同じ役割が必要です。{operator} に足りない役割：{}。役割を持つ職員に頼んでください。何も変更していません。",
                roles(missing)
            ),
            format!("whoever acts on {person} holds the same roles, and {operator} lacks one; nothing was changed"),
        ),
        Refusal::Overtaken(subject) => Text::new(
            format!(
                "{subject} は、この画面を開いたあとに変更されました。いまの内容を確かめてください。何も変更していません。"
            ),
            format!("{subject} was changed after this page was opened: look at it as it is now; nothing was changed"),
        ),
        Refusal::Password(mistakes) => password::for_anybody(mistakes),
        Refusal::Proof(why) => of_proof(why),
        Refusal::Proposal(why) => proposal::for_console(why),
        Refusal::PublicKey(why) => public_key::for_operators(why),
        Refusal::Renewal(why) => of_renewal(why),
        Refusal::RenewalPending(device, serial) => Text::new(
            format!("{device} はすでに更新中です（新しい電子証明書 {serial}）。切替が済むまで、次の更新はできません。"),
            format!("{device} is being renewed already ({serial}): wait until the old certificate is superseded"),
        ),
        Refusal::Replacement(why) => of_replacement(why),
        Refusal::Restore(_) => Text::new(
            "控えから台帳を戻すことは、この画面ではできません。何も変更していません。",
            "the registry is not restored here; nothing was changed",
        ),
        Refusal::Ticket(why) => ticket::for_anybody(why),
        Refusal::Taken(kind, name) => name::taken_for_operators(*kind, name),
        Refusal::Undo(why) => undo::for_console(why),
        Refusal::Unknown(kind, name) => name::unknown_for_console(*kind, name),
        Refusal::TooManyChanges(times) => Text::new(
            format!("パスワードは1日に{times}回までしか変えられません。急ぐときは、別の職員に再設定を頼んでください。"),
            format!("a password is changed at most {times} times a day; another operator can reset it"),
        ),
        Refusal::WrongPassword => Text::new("現在のパスワードが違います。", "the present password is another one"),
    }
}

fn roles(needed: &[Role]) -> String {
    needed.iter().map(|needed| role(*needed)).collect::<Vec<_>>().join("、")
}

/// Something of the house's own does not work: who reads this mends none of it.
fn not_now(refusal: &Refusal) -> Text {
    let ja = if let Refusal::Unavailable(Unavailable::Locked) = refusal {
        "台帳がほかの変更の途中でした。何も変更していません。少し待って、もう一度行ってください。"
    } else if let Refusal::Unavailable(Unavailable::DiskFull) = refusal {
        "台帳のあるディスクに空きがありません。何も変更していません。運用の担当者に知らせてください。"
    } else {
        "いまは記録できません。何も変更していません。しばらくしてから、もう一度行ってください。続くときは、運用の担当者にこの画面のお問い合わせ番号を知らせてください。"
    };
    Text::new(ja, "this cannot be done just now, and nothing was changed: tell operations if it goes on")
}

fn illegal_change(subject: &str, why: IllegalChange) -> Text {
    let ja = match why {
        IllegalChange::ApprovalLapsed => "端末の承認の期限が切れています。先に承認を続けてください。".to_owned(),
        IllegalChange::AuthorityInUse(certificates) => format!(
            "この発行認証局の電子証明書が {certificates} 枚、使用中です。すべての更新・失効・期限切れを待ってください。"
        ),
        IllegalChange::DeviceOver(stage) => format!(
            "端末は「{}」で、元に戻せません。使うときは、新しく取得申請を受け付けてください。",
            illegal::device_stage(stage)
        ),
        IllegalChange::DeviceSuspended => "端末は一時停止中です。先に利用を再開してください。".to_owned(),
        IllegalChange::FirstLacksRole => {
            "職員がまだいません。最初の職員には、すべての役割を付けてください。だれも持たない役割は、あとから付けられません。".to_owned()
        }
        IllegalChange::HoldsRoles => "職員の役割を持っています。先に役割を外してください。".to_owned(),
        IllegalChange::LastAuthority => {
            "発行できる認証局がほかにありません。先に次の発行認証局を作ってください。".to_owned()
        }
        IllegalChange::OfficeOfOperators => {
            "柏市の職員の事業所です。一時停止すると、再開できる職員もいなくなるため、一時停止できません。".to_owned()
        }
        IllegalChange::LastOperator => {
            "すべての役割を持つ、ほかの職員がいません。先に、すべての役割を持つ職員を追加するか、一時停止中の職員を再開してください。".to_owned()
        }
        IllegalChange::NetworkNotInspected => {
            "端末を使うネットワークの検査が記録されていません（ネットワークの項目ができる前の検査です）。ネットワークも確かめて、検査の結果を登録し直してください。".to_owned()
        }
        IllegalChange::NotInUseYet(stage) => format!(
            "端末はまだ「{}」です。使わないときは、使用終了ではなく、申請を却下してください。",
            illegal::device_stage(stage)
        ),
        IllegalChange::NotInspected => {
            "端末は安全性の検査に合格していません。先に検査の結果を登録してください。".to_owned()
        }
        IllegalChange::OfficeSuspended => "事業所は一時停止中です。先に事業所を再開してください。".to_owned(),
        IllegalChange::UserSuspended => "IDは一時停止中です。先に利用者を再開してください。".to_owned(),
        IllegalChange::ApprovalWouldBeOver
        | IllegalChange::AuthorityRetired
        | IllegalChange::Certificate(..)
        | IllegalChange::DeviceNotApproved(_)
        | IllegalChange::DeviceNotSuspended
        | IllegalChange::InvitationAlready(_)
        | IllegalChange::ListingAlready(_)
        | IllegalChange::NeverThere
        | IllegalChange::NotTheCitysOffice
        | IllegalChange::RolesAlready
        | IllegalChange::OfficeAlready(_)
        | IllegalChange::OfficeOver(_)
        | IllegalChange::RoomOver(_)
        | IllegalChange::TooLateToReject
        | IllegalChange::UserAlreadyThere
        | IllegalChange::UserAlready(_)
        | IllegalChange::UserDeleted => illegal::japanese(why),
    };
    // The rules refuse in English, with what is typed next in brackets at the end.
    let en = why.to_string();
    let en = en.split(" (").next().unwrap_or_default();
    Text::new(format!("{subject}：{ja}"), format!("{subject}: {en}"))
}

fn of_application(refusal: &ApplicationRefusal) -> Text {
    let ja = match refusal {
        ApplicationRefusal::Illegal(no, IllegalStep::Decided(state)) => {
            format!(
                "申請 {no}：すでに「{}」です。だれがいつ決めたかは、申請のページで確かめられます。",
                state.japanese()
            )
        }
        ApplicationRefusal::Illegal(no, IllegalStep::InspectionLapsed) => {
            format!("申請 {no}：検査の期限が切れています。もう一度検査してください。")
        }
        ApplicationRefusal::Illegal(no, IllegalStep::NotInspected) => {
            format!("申請 {no}：検査に合格していません。先に検査の結果を登録してください。")
        }
        ApplicationRefusal::NotAContact(person, office) => format!(
            "{person} は事業所 {office} のカシワニネット担当者ではありません。担当者は、事業所のページで登録できます。"
        ),
        ApplicationRefusal::NotPassed => {
            "満たしていない項目があるので、合格にはできません。不合格で登録するか、項目を確かめてください。".to_owned()
        }
        ApplicationRefusal::Illegal(_, IllegalStep::NotYet(_) | IllegalStep::NotGoneYet(_))
        | ApplicationRefusal::Mistakes(_)
        | ApplicationRefusal::NotConfirmed(_)
        | ApplicationRefusal::OnlyOwnOffice(_)
        | ApplicationRefusal::OtherOffice(..)
        | ApplicationRefusal::Rejected(_)
        | ApplicationRefusal::TooManyOpen => return application::for_operators(refusal),
    };
    Text::new(ja, application::for_people(refusal).en)
}

fn of_emergency(refusal: &EmergencyRefusal) -> Text {
    match refusal {
        EmergencyRefusal::Disagree(second, Disagreement::NeitherApproves) => Text::new(
            format!("{second}：2人のうち1人は、承認の役割が必要です。承認の役割の職員と行ってください。"),
            format!("{second}: one of the two has to be an approver"),
        ),
        EmergencyRefusal::Disagree(second, Disagreement::SecondIsNone) => Text::new(
            format!("{second}：受付・承認の役割を持つ、利用中の職員ではありません。"),
            format!("{second}: not a clerk or approver in service"),
        ),
        EmergencyRefusal::OnlyForEmergency(device) => Text::new(
            format!(
                "{device} は緊急用（72時間）にだけ承認されています。検査と承認を済ませてから、発行・更新してください。"
            ),
            format!("{device} is approved for an emergency only: inspect and approve it first"),
        ),
        EmergencyRefusal::TooLong => Text::new(
            "緊急用電子証明書は72時間までです。3日以内にしてください。",
            "an emergency certificate lasts 72 hours at most",
        ),
        EmergencyRefusal::Running(device, serial, until) => Text::new(
            format!("{device} には、{}まで使える緊急用電子証明書があります（シリアル番号 {serial}）。", minute(*until)),
            format!("{device} has an emergency certificate until {until} (serial {serial})"),
        ),
        EmergencyRefusal::Disagree(
            _,
            Disagreement::FirstHasInitialPassword | Disagreement::SecondHasInitialPassword | Disagreement::SamePerson,
        ) => emergency::for_operators(refusal),
    }
}

fn of_loss(refusal: &LossRefusal) -> Text {
    match refusal {
        LossRefusal::AlreadyOut(device, stage) => Text::new(
            format!(
                "{device} は「{}」で、すでに使えません。止めるものがないので、何も変更していません。",
                illegal::device_stage(*stage)
            ),
            format!("{device} is {stage} and nothing of it comes in; nothing was changed"),
        ),
        LossRefusal::NeedsWhy(device, loss) => {
            let said = loss::reported(loss);
            Text::new(
                format!(
                    "{device} は{}。再開するには、見つかったことを本人と事業所に確かめ、確かめた内容を「理由」に書いてください。何も変更していません。",
                    said.ja
                ),
                format!("{device} {}: to resume it, say how it was found; nothing was changed", said.en),
            )
        }
    }
}

fn of_malformed(refusal: &Malformed) -> Text {
    match refusal {
        Malformed::NobodyLeft(device) => Text::new(
            format!(
                "{device} は個人所有の端末で、利用者がいなくなります。退職・異動は利用者のページで、使わなくなった端末は電子証明書の失効で扱ってください。"
            ),
            format!("{device} is a personal device and would serve nobody: delete or move the person, or revoke"),
        ),
        Malformed::NotPassed => Text::new(
            "満たしていない項目があるので、合格にはできません。不合格で登録するか、項目を確かめてください。",
            "an inspection with an item that does not hold has not been passed",
        ),
        Malformed::NoRole(_) => Text::new("その名前の役割はありません。", "there is no such role"),
        Malformed::ReaderOfFile => Text::new("この台帳では使えません。", "this is not for this registry"),
        Malformed::SameDevice(device) => Text::new(
            format!("{device} は入れ替える端末と同じです。同じ端末の電子証明書は、更新を選んでください。"),
            format!("{device} is the device to be replaced: renew its own certificate"),
        ),
        Malformed::AlreadyHeld(_)
        | Malformed::HoldToCome(_)
        | Malformed::NotHeld(_)
        | Malformed::BothWays(_)
        | Malformed::MonthBefore(_)
        | Malformed::MonthNotOver(_)
        | Malformed::MonthReviewed(..)
        | Malformed::DayToCome(_)
        | Malformed::DeviceWithoutLabel
        | Malformed::EndIsPast
        | Malformed::HouseInUse
        | Malformed::MailIsOver
        | Malformed::NoAuthority(_)
        | Malformed::NoDay(_)
        | Malformed::NobodyConsented
        | Malformed::NoInspector
        | Malformed::NobodyInvited
        | Malformed::ReportToCome
        | Malformed::NothingChanges
        | Malformed::OfficeWithout(_)
        | Malformed::PersonWithoutName
        | Malformed::RoomLacks(_)
        | Malformed::RoomWithoutName
        | Malformed::ServesEveryone(_)
        | Malformed::Strange(..)
        | Malformed::TicketIsDead(_)
        | Malformed::TicketIsOver(_)
        | Malformed::TooLong(..)
        | Malformed::TooManyInvited(_) => malformed::asked(refusal),
    }
}

fn of_proof(refusal: &ProofRefusal) -> Text {
    match refusal {
        ProofRefusal::InitialPassword(person) => Text::new(
            format!("{person}：初期パスワードのままです。先に本人がパスワードを変更してください。"),
            format!("{person} has an initial password: they change it first"),
        ),
        ProofRefusal::Login(_) | ProofRefusal::NotShown(_) | ProofRefusal::OtherOperator { .. } => Text::new(
            "本人であることを確かめられません。ログインし直してください。何も変更していません。",
            "it is not shown who you are: log in anew; nothing was changed",
        ),
        ProofRefusal::NoOperator(_) | ProofRefusal::TooManyWrong(_) | ProofRefusal::WrongPassword(_) => {
            proof::for_operators(refusal)
        }
    }
}

fn of_renewal(refusal: &RenewalRefusal) -> Text {
    match refusal {
        RenewalRefusal::Emergency(device, serial) => Text::new(
            format!(
                "{device} の電子証明書（シリアル番号 {serial}）は緊急用（72時間）で、更新できません。使い続けるときは、取得申請・検査・承認のあと、取得用番号を発行してください。"
            ),
            format!("the certificate of {device} (serial {serial}) is for an emergency and is not renewed"),
        ),
        RenewalRefusal::Shortened(device, serial) => Text::new(
            format!(
                "{device} の電子証明書（シリアル番号 {serial}）は、標準より短い期限で発行されています。更新すると元より長く使えるようになるため、「理由」を書いたときだけ更新できます。"
            ),
            format!("the certificate of {device} (serial {serial}) was made shorter: say why it is renewed"),
        ),
    }
}

fn of_replacement(refusal: &ReplacementRefusal) -> Text {
    match refusal {
        ReplacementRefusal::Already(..) => replacement::for_operators(refusal),
        ReplacementRefusal::Nothing(old, new) => Text::new(
            format!(
                "{old} には使用中の電子証明書がなく、入れ替えるものがありません。{new} には、新規で発行してください。"
            ),
            format!("{old} has no certificate in use, there is nothing to replace: {new} gets its first one"),
        ),
        ReplacementRefusal::OtherOffice(old, new) => Text::new(
            format!("{new} は {old} と別の事業所の端末です。同じ事業所の、承認済みの端末を選んでください。"),
            format!("{new} is of another office than {old}: name an approved device of the same office"),
        ),
    }
}
