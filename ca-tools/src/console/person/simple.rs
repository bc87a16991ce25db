//! What one press does to a person's ID: it is put on hold or its hold lifted, its lock is lifted, it ends.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::act::{Act, Field, done, meanwhile, seen};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::missing::nothing;
use super::super::operator::Operator;
use super::super::proposal::needing_two;
use super::{Subject, path_of};
use crate::acts::Leaving;
use crate::clock::now;
use crate::desk::Desk;
use crate::proposal;
use crate::refusal::Refusal;

/// Which of them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Press {
    Suspend,
    Resume,
    Unlock,
    Delete,
}

impl Press {
    const ALL: [Self; 4] = [Self::Suspend, Self::Resume, Self::Unlock, Self::Delete];

    fn name(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Unlock => "unlock",
            Self::Delete => "delete",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Suspend => "IDを一時停止する",
            Self::Resume => "IDを再開する",
            Self::Unlock => "ロックを解除する",
            Self::Delete => "IDを削除する",
        }
    }

    fn told(self) -> Vec<String> {
        let told: &[&str] = match self {
            Self::Suspend => &[
                "ログイン中のときは、すぐに終わります。",
                "本人には「このIDは一時停止中です」と表示されます。メールは送りません。",
            ],
            Self::Resume => {
                &["すぐにログインできるようになります。", "本人へのお知らせは送りません。電話などで伝えてください。"]
            }
            Self::Unlock => &[
                "これまでのログインの失敗を数えなくなり、すぐにログインできます。",
                "パスワードは変わりません。お知らせは送りません。",
            ],
            Self::Delete => &["ログイン中のときは、すぐに終わります。", "本人へのお知らせは送りません。"],
        };
        told.iter().map(|line| (*line).to_owned()).collect()
    }
}

pub(super) async fn ask(
    State(desk): State<Desk>,
    Path((person, act)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    match about(&desk, &operator, (&person, &act)).await {
        Ok((.., act)) => act.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn act(
    State(desk): State<Desk>,
    Path((person, act)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    let (press, subject, mut page) = match about(&desk, &operator, (&person, &act)).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    page.mistakes.extend(meanwhile(&desk, &operator, subject.id.as_str()).await);
    if !page.mistakes.is_empty() {
        return page.mistaken();
    }
    let person = subject.id.clone();
    let act = match press {
        Press::Suspend => Some(proposal::Act::SuspendPerson { person }),
        Press::Delete => Some(proposal::Act::DeletePerson { person }),
        Press::Resume | Press::Unlock => None,
    };
    if let Some(act) = &act {
        page = match page.proposed((&desk, &operator), act.clone()).await {
            Ok(page) => page,
            Err(answer) => return answer,
        };
    }
    let (writer, by, id) = (desk.writer(), operator.by(now()), &subject.id);
    let version = match press {
        Press::Suspend => writer.suspend_user(&by, id).await,
        Press::Resume => writer.resume_user(&by, id).await,
        Press::Unlock => writer.unlock_user(&by, id).await,
        Press::Delete => writer.delete_user(&by, id).await.map(|(_, version)| version),
    };
    match version {
        Ok(version) => done(&path_of(id), version),
        Err(refusal) => match act {
            Some(act) => needing_two(page, (&desk, &operator), (&act, &refusal)).await,
            None => page.brought_back(&refusal),
        },
    }
}

async fn about<'a>(
    desk: &'a Desk,
    operator: &'a Operator,
    (person, act): (&str, &str),
) -> Result<(Press, Subject, Act<'a>), Response> {
    let press = Press::ALL.into_iter().find(|press| press.name() == act);
    let press = press.ok_or_else(|| nothing(desk, operator, "この操作はありません。"))?;
    let subject = Subject::of(desk, operator, (person, Right::Change)).await?;
    let id = &subject.id;
    let frame = Frame::of(desk, operator, now(), press.words());
    let path = format!("/console/change/people/{id}/{}", press.name());
    let mut page = Act {
        touched: subject.touched(),
        told: press.told(),
        fields: vec![Field::why(false).filled(operator), seen(desk).await],
        ..Act::of(frame, press.words(), path, path_of(id))
    };
    if press == Press::Delete {
        page.warning = Some("削除したIDは、元に戻せません。同じIDを、あとで別の人に使うこともできません。".to_owned());
        match desk.writer().foresee_deletion(&operator.by(now()), id).await {
            Ok(leaving) => page.told.extend(ends(&leaving)),
            Err(refusal) => foreseen_no(&mut page, &refusal),
        }
    }
    if press == Press::Suspend {
        let last = desk.writer().ledger().last_contact_of(id).await.unwrap_or_default();
        page.told.extend(last.as_deref().map(last_contact));
    }
    Ok((press, subject, page))
}

/// What an act would be refused for is said before it is tried.
pub(super) fn foreseen_no(page: &mut Act<'_>, refusal: &Refusal) {
    if !matches!(refusal, Refusal::NoApplication) {
        page.refused(refusal);
    }
}

/// What their office is without from then on.
fn last_contact(office: &str) -> String {
    format!("事業所 {office} のただ1人のカシワニネット担当者です。担当者がいなくなり、事業所から申請できなくなります。")
}

/// What ends with a person who leaves.
pub(super) fn ends(leaving: &Leaving) -> Vec<String> {
    let Leaving { rooms, retired, certificates, serve_nobody, without_contact } = leaving;
    let mut told = vec![format!("招待されている部屋 {}件から外れます。", rooms.len())];
    told.extend(without_contact.as_deref().map(last_contact));
    if !retired.is_empty() {
        let devices = retired.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
        told.push(format!(
            "本人だけが使う個人の端末（{devices}）は使用終了になり、電子証明書 {}枚は失効します。",
            certificates.len()
        ));
    }
    if !serve_nobody.is_empty() {
        let devices = serve_nobody.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
        told.push(format!("{devices} は、使う人がいなくなります（事業所に残ります）。"));
    }
    told
}
