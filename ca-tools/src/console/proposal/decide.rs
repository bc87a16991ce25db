//! A proposal is approved, turned down, or taken back.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use zeroize::Zeroizing;

use super::super::act::{Act, Field, Touched, done, once};
use super::super::frame::{Frame, rendered, written};
use super::super::missing::{nothing, silent};
use super::super::operator::Operator;
use super::moved::{changes, path, touched};
use super::{area_of, path_of};
use crate::acts::{Approval, Delivery, Material, NewPassword};
use crate::calendar::minute;
use crate::clock::now;
use crate::desk::Desk;
use crate::password::{self, MadeUp};
use crate::proposal::{Proposal, ProposalNo};
use crate::ticket::Secrets;

/// What is decided.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Decision {
    Approve,
    Reject,
    Withdraw,
}

impl Decision {
    fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Withdraw => "withdraw",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Approve => "承認する",
            Self::Reject => "却下する",
            Self::Withdraw => "取り下げる",
        }
    }
}

/// What was handed out, shown here and nowhere else.
#[derive(Template)]
#[template(path = "console/proposal/approved.html")]
struct ApprovedPage<'a> {
    frame: Frame<'a>,
    no: ProposalNo,
    version: u64,
    handed: Vec<(String, Zeroizing<String>)>,
    /// The ticket, its code, and its number where no mail brings it.
    code: Option<[String; 3]>,
}

pub(super) async fn ask_approve(desk: State<Desk>, no: Path<String>, operator: Operator) -> Response {
    ask(Decision::Approve, &desk, &no, &operator).await
}

pub(super) async fn ask_reject(desk: State<Desk>, no: Path<String>, operator: Operator) -> Response {
    ask(Decision::Reject, &desk, &no, &operator).await
}

pub(super) async fn ask_withdraw(desk: State<Desk>, no: Path<String>, operator: Operator) -> Response {
    ask(Decision::Withdraw, &desk, &no, &operator).await
}

async fn ask(decision: Decision, desk: &Desk, no: &str, operator: &Operator) -> Response {
    match about(decision, desk, no, operator).await {
        Ok((_, act)) => act.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn reject(desk: State<Desk>, no: Path<String>, operator: Operator) -> Response {
    let (stored, act) = match about(Decision::Reject, &desk, &no, &operator).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    match desk.writer().reject_proposal(&operator.by(now()), stored.no).await {
        Ok(version) => done(&path_of(stored.no), version),
        Err(refusal) => act.brought_back(&refusal),
    }
}

pub(super) async fn withdraw(desk: State<Desk>, no: Path<String>, operator: Operator) -> Response {
    let (stored, act) = match about(Decision::Withdraw, &desk, &no, &operator).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    match desk.writer().withdraw_proposal(&operator.by(now()), stored.no).await {
        Ok(version) => done(&path_of(stored.no), version),
        Err(refusal) => act.brought_back(&refusal),
    }
}

pub(super) async fn approve(desk: State<Desk>, no: Path<String>, operator: Operator) -> Response {
    let (stored, act) = match about(Decision::Approve, &desk, &no, &operator).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    match once(&desk, &operator, approved(&desk, &operator, (&stored, act))).await {
        Ok(body) => written(StatusCode::OK, &body),
        Err(answer) => answer,
    }
}

/// The page that shows what was handed out; any other answer is no page that is kept.
async fn approved(desk: &Desk, operator: &Operator, (stored, act): (&Proposal, Act<'_>)) -> Result<String, Response> {
    let count = desk.writer().passwords_for(&stored.act).await.map_err(|_| silent(desk, operator))?;
    let tickets = stored.act.gives_tickets();
    // Hashed in turn, before the registry is locked.
    let Ok(drawn) = desk.hashing(&operator.sent().source, move || Drawn::draw(count, tickets)).await else {
        return Err(act.busy());
    };
    let Drawn { shown, passwords, secrets } = drawn.map_err(|_| silent(desk, operator))?;
    let material = Material { passwords, secrets: secrets.as_ref() };
    match desk.writer().approve_proposal(&operator.by(now()), stored.no, material).await {
        Ok(approval) => answered(desk, operator, &approval, (shown, secrets.as_ref())),
        Err(refusal) => Err(act.brought_back(&refusal)),
    }
}

/// What an approval may hand out.
struct Drawn {
    shown: Vec<Zeroizing<String>>,
    passwords: Vec<NewPassword>,
    secrets: Option<Secrets>,
}

impl Drawn {
    fn draw(count: usize, tickets: bool) -> Result<Self, String> {
        let mut drawn = Self { shown: Vec::new(), passwords: Vec::new(), secrets: None };
        for _ in 0..count {
            let password = MadeUp::password().map_err(|why| why.to_string())?;
            let hash = password::hash(password.reveal()).map_err(|why| why.to_string())?;
            drawn.passwords.push(NewPassword { hash });
            drawn.shown.push(Zeroizing::new(password.reveal().to_owned()));
        }
        if tickets {
            drawn.secrets = Some(Secrets::draw().map_err(|why| why.to_string())?);
        }
        Ok(drawn)
    }
}

/// On to its page; where something was handed out, it is shown here, once.
#[expect(clippy::result_large_err, reason = "what is not shown is answered by a page")]
fn answered(
    desk: &Desk,
    operator: &Operator,
    approval: &Approval,
    (shown, secrets): (Vec<Zeroizing<String>>, Option<&Secrets>),
) -> Result<String, Response> {
    let no = approval.proposal.no;
    let handed = approval.done.as_ref().map(|done| done.handed_out.clone()).unwrap_or_default();
    let ticket = approval.done.as_ref().and_then(|done| done.ticket.as_ref());
    let code = ticket.zip(secrets).map(|((_, opened), secrets)| {
        // Where nobody has an address the number goes the same way as the code, as by command.
        let number =
            if opened.told == Delivery::NoAddress { secrets.number.reveal().to_string() } else { String::new() };
        [opened.ticket.as_str().to_owned(), secrets.code.reveal().to_string(), number]
    });
    if handed.is_empty() && code.is_none() {
        return Err(done(&path_of(no), approval.version));
    }
    let frame = Frame::of(desk, operator, now(), format!("{no} を承認し、実行しました"));
    let handed = handed.iter().map(ToString::to_string).zip(shown).collect();
    rendered(&ApprovedPage { frame, no, version: approval.version, handed, code }).ok_or_else(|| silent(desk, operator))
}

async fn about<'a>(
    decision: Decision,
    desk: &'a Desk,
    typed: &str,
    operator: &'a Operator,
) -> Result<(Proposal, Act<'a>), Response> {
    let missing = || nothing(desk, operator, "この番号の提案はありません。");
    let no = ProposalNo::typed(typed).map_err(|_| missing())?;
    let stored = desk.writer().ledger().proposal(no).await.map_err(|_| missing())?;
    let (lines, more) = touched(&stored.outlook);
    let mut whom: Vec<_> = lines
        .iter()
        .map(|line| Touched { what: "対象", said: format!("{}　{}", line.id, line.name), path: line.path.clone() })
        .collect();
    if more > 0 {
        whom.push(Touched { what: "ほか", said: format!("{more}件"), path: Some(path_of(no)) });
    }
    whom.push(Touched {
        what: "提案した職員",
        said: stored.proposed_by.to_string(),
        path: path(stored.proposed_by.as_str()),
    });
    whom.push(Touched { what: "理由", said: stored.why.clone(), path: None });
    let told = match decision {
        Decision::Approve => {
            let mut told = vec![stored.act.said().ja];
            let lines = changes(&stored.outlook);
            told.extend(lines.iter().map(|one| format!("{} の{}：{} → {}", one.id, one.heading, one.was, one.is)));
            told.push(if stored.act.is_carried_out() {
                format!("{} が、{}までに実行します。", stored.proposed_by, minute(stored.until))
            } else {
                "すぐに実行されます。".to_owned()
            });
            told
        }
        Decision::Reject => vec!["提案は終わり、何も行われません。理由は提案のページに残ります。".to_owned()],
        Decision::Withdraw => vec!["提案は終わり、何も行われません。".to_owned()],
    };
    let area = match decision {
        Decision::Approve | Decision::Reject => area_of(stored.act.kind()),
        Decision::Withdraw if area_of(stored.act.kind()) == "custody" => "custody",
        Decision::Withdraw => "change",
    };
    let act = Act {
        frame: Frame::of(desk, operator, now(), format!("{no} を{}", decision.words())),
        path: format!("/console/{area}/proposals/{no}/{}", decision.name()),
        touched: whom,
        told,
        warning: None,
        fields: vec![Field::why(decision == Decision::Reject).filled(operator), Field::once()],
        mistakes: Vec::new(),
        button: decision.words(),
        back: path_of(no),
        proposes: false,
    };
    Ok((stored, act))
}
