//! What can be done to each of a list, and what its page says of it.

use certs::Timestamp;
use registry::change::RevokedReason;

use super::super::act::{Field, FieldKind};
use super::super::operator::Operator;
use crate::application::end_of;
use crate::clock::now;
use crate::language::reason_in_japanese;
use crate::ledger::Roll;
use crate::proposal::ListAct;
use crate::spelling::code;

/// What is chosen on a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum DoneTo {
    SuspendDevices,
    ResumeDevices,
    RevokeDevices,
    SuspendPeople,
    ResumePeople,
    UnlockPeople,
    Invite,
    Withdraw,
}

/// What is done, or what has to be said before it can be.
pub(super) enum Meant {
    This(ListAct),
    /// The act that is looked at meanwhile, and the field that is not filled in.
    Lacks(Option<ListAct>, Field),
}

/// What can be done to each of this list.
pub(super) const fn of(roll: Roll) -> &'static [DoneTo] {
    match roll {
        Roll::Devices => &[DoneTo::SuspendDevices, DoneTo::ResumeDevices, DoneTo::RevokeDevices],
        Roll::People => {
            &[DoneTo::SuspendPeople, DoneTo::ResumePeople, DoneTo::UnlockPeople, DoneTo::Invite, DoneTo::Withdraw]
        }
        Roll::Offices | Roll::Certificates | Roll::Rooms | Roll::Applications | Roll::Tickets => &[],
    }
}

/// Whether anything can.
pub(super) const fn any(roll: Roll) -> bool {
    !of(roll).is_empty()
}

impl DoneTo {
    /// In a form.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::SuspendDevices | Self::SuspendPeople => "suspend",
            Self::ResumeDevices | Self::ResumePeople => "resume",
            Self::RevokeDevices => "revoke",
            Self::UnlockPeople => "unlock",
            Self::Invite => "invite",
            Self::Withdraw => "withdraw",
        }
    }

    /// The button's words.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::SuspendDevices => "端末を一時停止する",
            Self::ResumeDevices => "端末の利用を再開する",
            Self::RevokeDevices => "電子証明書を失効する",
            Self::SuspendPeople => "IDを一時停止する",
            Self::ResumePeople => "IDを再開する",
            Self::UnlockPeople => "ロックを解除する",
            Self::Invite => "部屋に招待する",
            Self::Withdraw => "部屋への招待を取りやめる",
        }
    }

    /// What happens, and what who is told.
    pub(super) const fn told(self) -> &'static [&'static str] {
        match self {
            Self::SuspendDevices => &[
                "これらの端末からの接続は、すぐに切れます。使っていた人には「この端末のご利用を一時停止しています」と表示されます（KW-107）。",
                "あとで再開できます。電子証明書は残ります。",
            ],
            Self::ResumeDevices => &["これらの端末は、すぐに使えるようになります。"],
            Self::RevokeDevices => &[
                "これらの端末からの接続は、すぐに切れます。「この端末の電子証明書は、無効になっています」と表示されます（KW-103）。",
                "失効リストは、数秒で公開されます。",
            ],
            Self::SuspendPeople => {
                &["ログイン中のときは、すぐに終わります。本人には「このIDは一時停止中です」と表示されます。"]
            }
            Self::ResumePeople => &["すぐにログインできるようになります。"],
            Self::UnlockPeople => {
                &["これまでのログインの失敗を数えなくなり、すぐにログインできます。パスワードは変わりません。"]
            }
            Self::Invite => &["すぐに部屋に入れるようになります。"],
            Self::Withdraw => &["すぐに部屋に入れなくなります。"],
        }
    }

    /// What cannot be taken back.
    pub(super) fn warning(self) -> Option<String> {
        (self == Self::RevokeDevices)
            .then(|| "失効は取り消せません。しばらく止めるだけのときは、一時停止を使ってください。".to_owned())
    }

    /// The fields that say what exactly is done.
    pub(super) fn fields(self, operator: &Operator) -> Vec<Field> {
        match self {
            Self::RevokeDevices => {
                let reasons =
                    RevokedReason::ALL.iter().map(|one| (one.to_string(), reason_in_japanese(*one).to_owned()));
                vec![Field::new("reason", "失効の理由", FieldKind::Choice(reasons.collect())).needed().filled(operator)]
            }
            Self::Invite => {
                let until =
                    Field::new("until", "招待の期限（この日まで。空のときは、取り消されるまで）", FieldKind::Day);
                vec![room(operator), until.filled(operator)]
            }
            Self::Withdraw => vec![room(operator)],
            Self::SuspendDevices
            | Self::ResumeDevices
            | Self::SuspendPeople
            | Self::ResumePeople
            | Self::UnlockPeople => Vec::new(),
        }
    }

    /// The same once it was looked at: what the look rests on is not typed anew.
    pub(super) fn kept_fields(self, operator: &Operator) -> Vec<Field> {
        let keep = |field: Field| match self {
            Self::Invite | Self::Withdraw => Field { kind: FieldKind::Hidden, ..field },
            Self::SuspendDevices
            | Self::ResumeDevices
            | Self::RevokeDevices
            | Self::SuspendPeople
            | Self::ResumePeople
            | Self::UnlockPeople => field,
        };
        self.fields(operator).into_iter().map(keep).collect()
    }

    /// What is done, by what was filled in.
    pub(super) fn meant(self, operator: &Operator) -> Meant {
        let wrong = |name: &'static str, mistake: &str| {
            let field = self.fields(operator).into_iter().find(|field| field.name == name);
            let field = field.unwrap_or_else(|| Field::new(name, "", FieldKind::Line));
            Field { mistake: Some(mistake.to_owned()), ..field }
        };
        let typed = operator.fields();
        match self {
            Self::SuspendDevices => Meant::This(ListAct::SuspendDevices),
            Self::ResumeDevices => Meant::This(ListAct::ResumeDevices),
            Self::SuspendPeople => Meant::This(ListAct::SuspendPeople),
            Self::ResumePeople => Meant::This(ListAct::ResumePeople),
            Self::UnlockPeople => Meant::This(ListAct::UnlockPeople),
            Self::RevokeDevices => match typed.get("reason").parse() {
                Ok(reason) => Meant::This(ListAct::RevokeDevices(reason)),
                // Whom it touches is the same for every reason.
                Err(_) => Meant::Lacks(
                    Some(ListAct::RevokeDevices(RevokedReason::Other)),
                    wrong("reason", "失効の理由を選んでください。"),
                ),
            },
            Self::Invite | Self::Withdraw => {
                let Some(room) = code(typed.get("room")).ok().and_then(|room| room.parse().ok()) else {
                    return Meant::Lacks(None, wrong("room", "部屋の番号を入れてください。"));
                };
                if self == Self::Withdraw {
                    return Meant::This(ListAct::Withdraw(room));
                }
                match ending(typed.get("until").trim()) {
                    Ok(until) => Meant::This(ListAct::Invite { room, until }),
                    Err(mistake) => Meant::Lacks(None, wrong("until", mistake)),
                }
            }
        }
    }
}

/// Which room it is about.
fn room(operator: &Operator) -> Field {
    let room = Field::new("room", "部屋", FieldKind::Line).needed().filled(operator);
    room.hinted("部屋の番号（部屋のページの見出しにあります）。")
}

/// The end of an invitation as it was typed; none where nothing was.
fn ending(typed: &str) -> Result<Option<Timestamp>, &'static str> {
    if typed.is_empty() {
        return Ok(None);
    }
    let until = end_of(typed).map_err(|_| "2026-12-31 のような日付で入力してください。")?;
    if until <= now() { Err("期限は、今日から先の日にしてください。") } else { Ok(Some(until)) }
}
