//! One more issuing CA is proposed. Its keys are made by command, once another approved it.

use axum::extract::State;
use axum::response::Response;

use super::super::act::{Act, Field, FieldKind};
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::missing::not_yours;
use super::super::operator::Operator;
use super::super::proposal::propose_from;
use super::PATH;
use crate::clock::now;
use crate::desk::Desk;
use crate::issuance::IssuerName;
use crate::proposal;

const WORDS: &str = "発行認証局を加える";

pub(super) async fn ask(State(desk): State<Desk>, operator: Operator) -> Response {
    match about(&desk, &operator) {
        Ok(page) => page.shown(),
        Err(answer) => answer,
    }
}

pub(super) async fn propose(State(desk): State<Desk>, operator: Operator) -> Response {
    let page = match about(&desk, &operator) {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    let Ok(name) = operator.fields().get("name").parse::<IssuerName>() else {
        return page.with_wrong("name", "英数字と「-」の16文字までで入力してください。").mistaken();
    };
    let act = proposal::Act::AddIssuing { name: name.as_str().to_owned() };
    propose_from(page, (&desk, &operator), &act).await
}

#[expect(clippy::result_large_err, reason = "what is not shown is answered by a page")]
fn about<'a>(desk: &'a Desk, operator: &'a Operator) -> Result<Act<'a>, Response> {
    if !operator.may().has(Right::Custody) {
        return Err(not_yours(desk, operator, Right::Custody));
    }
    let name = Field::new("name", "認証局の名前", FieldKind::Line).needed().filled(operator);
    let path = "/console/custody/authorities/new/add-issuing".to_owned();
    Ok(Act {
        told: vec![
            "別の認証局の鍵の役割の職員が承認すると、あなたが認証局のある機械でコマンドを実行して、鍵を作ります。"
                .to_owned(),
            "コマンドは、承認のあと、提案の画面に表示します。".to_owned(),
        ],
        fields: vec![
            name.hinted("英数字と「-」の16文字まで。証明書の名前とファイル名に入ります。"),
            Field::why(true).filled(operator),
        ],
        ..Act::of(Frame::of(desk, operator, now(), WORDS), "提案する", path, PATH.to_owned())
    })
}
