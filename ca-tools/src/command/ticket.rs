//! `ca-tools ticket`: given, listed, made void. The confirmation code is shown here, once, and nowhere else.

use std::path::PathBuf;

use certs::DeviceNo;
use clap::Subcommand;
use serde_json::{Value as Json, json};

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::export::{Export, Listed};
use super::slip;
use crate::acts::{Delivery, Killed, Left, Opened, TicketPurpose};
use crate::calendar::minute;
use crate::issuance::{Output, Overwrite};
use crate::language::Text;
use crate::ledger::TicketFilter;
use crate::ticket::Secrets;

#[derive(Debug, Subcommand)]
pub(crate) enum Ticket {
    /// 取得用番号を発行する（古い番号は使えなくなる） / give a ticket; an older one opens nothing any more
    Issue {
        #[arg(long, value_parser = super::typed::device)]
        device: DeviceNo,
        /// 電子証明書の更新（期限が切れて30日以内のものも。短い期限のものは --why が必要） / to renew the certificate in use, or one that ended within 30 days; a shortened one with --why
        #[arg(long, conflicts_with = "replaces")]
        renewal: bool,
        /// 入れ替える古い端末（--why が必要） / in place of this device, which goes
        #[arg(long, value_name = "DEVICE", value_parser = super::typed::device)]
        replaces: Option<DeviceNo>,
        /// 確認コードの用紙（HTML、0600） / write a slip to be printed
        #[arg(long, value_name = "FILE")]
        slip: Option<PathBuf>,
    },
    /// 一覧 / list
    List {
        #[arg(long, value_parser = super::typed::device)]
        device: Option<DeviceNo>,
        /// open（未使用）, used（使用済み）, killed（無効）
        #[arg(long)]
        state: Option<String>,
        #[command(flatten)]
        export: Export,
    },
    /// 無効にする（使用済みの番号では、別の形式での取得とダウンロードのやり直しも） / make it open nothing, used or not
    Kill {
        /// 管理番号（T-000001）
        ticket: String,
    },
}

impl Ticket {
    pub(crate) async fn run(self, context: &CommandContext) -> Result<Answer, CliError> {
        match self {
            Self::Issue { device, renewal, replaces, slip } => {
                let purpose = match (renewal, replaces) {
                    (true, _) => TicketPurpose::Renewal,
                    (false, Some(old)) => TicketPurpose::Replacement(old),
                    (false, None) => TicketPurpose::First,
                };
                let out = slip.map(|slip| Output::at(&slip, overwrite(context))).transpose()?;
                let by = context.by().await?;
                let secrets = Secrets::draw()?;
                let opened = context.writer.open_ticket(&by, (device, purpose), &secrets).await?;
                if let Some(out) = out {
                    let slip = slip::written(context, (device, &opened), &secrets).await;
                    let written = slip.and_then(|slip| Ok(out.finish(slip.as_bytes())?));
                    written.map_err(|why| why.though(again(device)))?;
                }
                let (text, json) = given((device, &opened), &secrets);
                Ok(Answer::done(text, json).once(again(device)))
            }
            Self::List { device, state, export } => {
                let listed = Listed {
                    list: "tickets",
                    filter: json!({ "device": device, "state": state }),
                    entries: context.writer.ledger().tickets(TicketFilter { device, state }).await?,
                    columns: &[
                        "ticket",
                        "device",
                        "label",
                        "office_name",
                        "purpose",
                        "state",
                        "until",
                        "tries_left",
                        "issued_by",
                    ],
                };
                export.of(context, listed).await
            }
            Self::Kill { ticket } => {
                let killed = context.writer.kill_ticket(&context.by().await?, &ticket).await?;
                Ok(Answer::done(
                    ended(&ticket, &killed),
                    json!({
                        "ticket": ticket, "state": "killed", "device": killed.device, "ended": killed.left.word(),
                        "serial": killed.serial, "version": killed.version,
                    }),
                ))
            }
        }
    }
}

/// What a killed ticket opens no more, and what stands as it stood.
fn ended(ticket: &str, killed: &Killed) -> Text {
    let (ja, en) = match killed.left {
        Left::Certificate => ("電子証明書は取得できません", "no certificate comes of it"),
        Left::OtherContainer => (
            "使用済みの番号です。別の形式での取得も、ダウンロードのやり直しもできません",
            "it was used; neither the other container nor the file comes of it any more",
        ),
        Left::Page => {
            ("使用済みの番号です。ダウンロードのやり直しはできません", "it was used; the file comes of it no more")
        }
    };
    let (mut ja, mut en) = (format!("{ticket} を無効にしました。{ja}。"), format!("{ticket} is dead: {en}"));
    if let Some(serial) = &killed.serial {
        let device = killed.device;
        ja.push_str(&format!(
            "\n取得済みの電子証明書（{device}、シリアル番号 {serial}）は、そのまま使えます。止めるときは device suspend {device} か cert revoke --device {device} を使ってください。"
        ));
        en.push_str(&format!(
            "\nthe certificate that was taken ({device}, serial {serial}) stands: device suspend {device} or cert revoke --device {device} stops it"
        ));
    }
    Text::new(ja, en)
}

fn overwrite(context: &CommandContext) -> Overwrite {
    if context.global.yes { Overwrite::Replace } else { Overwrite::Refuse }
}

/// How to get another, where the code could not be shown.
pub(super) fn again(device: DeviceNo) -> Text {
    Text::new(
        format!(
            "確認コードを渡せませんでした。ticket issue --device {device} で、もう一度発行してください（前の番号は使えなくなります）。"
        ),
        format!("its code was not shown: ticket issue --device {device} gives another, and ends this one"),
    )
}

/// What the operator is shown of a ticket: the code always, the number where no mail carries it.
pub(super) fn given((device, opened): (DeviceNo, &Opened), secrets: &Secrets) -> (Text, Json) {
    let code = secrets.code.reveal();
    let until = minute(opened.until);
    let (number, ja, en) = match opened.told {
        Delivery::ByMail => (
            None,
            "取得用番号は、カシワニネット担当者へメールでお知らせします。".to_owned(),
            "the number goes to the office's contact by mail".to_owned(),
        ),
        Delivery::NoAddress => {
            let number = secrets.number.reveal();
            let ja = format!(
                "取得用番号　{number}（事業所にメールアドレスがないため、確認コードとは別の方法で伝えてください）"
            );
            let en = format!("number {number} (the office has no mail address: tell it by another way than the code)");
            (Some(number), ja, en)
        }
    };
    let text = Text::new(
        format!(
            "{device} の取得用番号を発行しました（管理番号 {}）。\n確認コード　{code}（電話などメール以外で伝えてください。この画面にだけ表示します）\n期限　　　　{until}\n{ja}",
            opened.ticket
        ),
        format!(
            "gave ticket {} for {device}\nconfirmation code  {code} (tell it by another way than mail; it is shown here only)\nuntil  {}\n{en}",
            opened.ticket, opened.until
        ),
    );
    let json = json!({
        "device": device, "ticket": opened.ticket, "confirmation_code": code, "number": number,
        "until": opened.until.to_string(), "version": opened.version,
    });
    (text, json)
}
