//! A device is put on hold, and its hold is lifted.

use axum::extract::{Path, State};
use axum::response::Response;
use certs::DeviceNo;

use super::super::act::{Act, Field, Touched, done, meanwhile, seen};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::missing::{not_yours, nothing};
use super::super::operator::Operator;
use super::path_of;
use crate::clock::now;
use crate::desk::Desk;

/// Which of the two.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Hold {
    Suspend,
    Resume,
}

impl Hold {
    fn name(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Resume => "resume",
        }
    }

    fn heading(self) -> &'static str {
        match self {
            Self::Suspend => "端末を一時停止する",
            Self::Resume => "端末の利用を再開する",
        }
    }

    fn told(self) -> Vec<String> {
        match self {
            Self::Suspend => vec![
                "この端末からの接続は、すぐに切れます。使っていた人には「端末は一時停止中です」と表示されます（KW-104）。".to_owned(),
                "事業所の担当者に、一時停止をメールでお知らせします。".to_owned(),
            ],
            Self::Resume => vec![
                "この端末は、すぐに使えるようになります。".to_owned(),
                "事業所の担当者に、再開をメールでお知らせします。".to_owned(),
            ],
        }
    }
}

pub(super) async fn ask_suspend(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    ask(Hold::Suspend, &desk, &device, &operator).await
}

pub(super) async fn ask_resume(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    ask(Hold::Resume, &desk, &device, &operator).await
}

pub(super) async fn suspend(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    act(Hold::Suspend, &desk, &device, &operator).await
}

pub(super) async fn resume(desk: State<Desk>, device: Path<String>, operator: Operator) -> Response {
    act(Hold::Resume, &desk, &device, &operator).await
}

async fn ask(hold: Hold, desk: &Desk, device: &str, operator: &Operator) -> Response {
    match about(hold, desk, device, operator).await {
        Ok((_, act)) => act.shown(),
        Err(answer) => answer,
    }
}

async fn act(hold: Hold, desk: &Desk, device: &str, operator: &Operator) -> Response {
    let (device, mut page) = match about(hold, desk, device, operator).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    page.mistakes = meanwhile(desk, operator, &device.to_string()).await;
    if !page.mistakes.is_empty() {
        return page.mistaken();
    }
    let by = operator.by(now());
    let version = match hold {
        Hold::Suspend => desk.writer().suspend_device(&by, device).await,
        Hold::Resume => desk.writer().resume_device(&by, device).await,
    };
    match version {
        Ok(version) => done(&path_of(device), version),
        Err(refusal) => page.brought_back(&refusal),
    }
}

async fn about<'a>(
    hold: Hold,
    desk: &'a Desk,
    device: &str,
    operator: &'a Operator,
) -> Result<(DeviceNo, Act<'a>), Response> {
    if !operator.may().has(Right::Change) {
        return Err(not_yours(desk, operator, Right::Change));
    }
    let missing = || nothing(desk, operator, "この番号の端末はありません。");
    let device = DeviceNo::typed(device).map_err(|_| missing())?;
    let entry = desk.writer().ledger().device(device).await.map_err(|_| missing())?;
    let text = |field: &str| entry.get(field).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let touched = vec![
        Touched { what: "端末", said: format!("{device}（{}）", text("label")), path: Some(path_of(device)) },
        Touched {
            what: "事業所",
            said: format!("{}（{}）", text("office_name"), text("office")),
            path: Some(format!("/console/offices/{}", text("office"))),
        },
    ];
    let act = Act {
        frame: Frame::of(desk, operator, now(), hold.heading()),
        path: format!("/console/change/devices/{device}/{}", hold.name()),
        touched,
        told: hold.told(),
        warning: None,
        fields: vec![Field::why(false).filled(operator), seen(desk).await],
        mistakes: Vec::new(),
        button: hold.heading(),
        back: path_of(device),
    };
    Ok((device, act))
}
