//! Do the gateways follow this registry's history, and may their role read no more than that?

use certs::Timestamp;

use super::finding::Finding;
use crate::acts::Writer;
use crate::database::{Misread, statements};
use crate::language::Text;
use crate::refusal::Unavailable;
use crate::reports::FORGOTTEN;

/// Tables and columns named in a finding; the rest are counted.
const NAMED: usize = 12;

pub(super) async fn examine(writer: &Writer, now: Timestamp) -> Result<Vec<Finding>, Unavailable> {
    let strayed = writer.ledger().strayed(now.plus(-FORGOTTEN)).await?;
    let mut findings: Vec<Finding> = strayed
        .into_iter()
        .map(|(gateway, applied, version)| {
            let text = Text::new(
                format!(
                    "{gateway}：別の履歴の台帳（版 {applied}）に従っています。この台帳（版 {version}）には、その版の同じ操作記録がありません。\
                     台帳が控えから戻されたか、差し替えられました。gateway は registry_forked で止まります。\
                     手順書「登録簿（registry）が読めないとき」を見てください。"
                ),
                format!(
                    "{gateway} follows another history: it applied version {applied}, whose event is not in this registry \
                     (version {version}). The registry was restored or exchanged; the gateway stops with registry_forked: \
                     see the runbook registry-silent"
                ),
            );
            Finding::wrong("gateway_of_another_history", gateway, text)
        })
        .collect();
    findings.extend(writer.ledger().misreads().await?.into_iter().map(|misread| rights(&misread)));
    Ok(findings)
}

/// A role that reads more may be there for backups: that is for people to know.
fn rights(misread: &Misread) -> Finding {
    let role = &misread.role;
    let list = |columns: &std::collections::BTreeSet<String>| {
        let named: Vec<_> = columns.iter().take(NAMED).map(String::as_str).collect();
        let more = columns.len().saturating_sub(NAMED);
        if more == 0 { named.join(", ") } else { format!("{}, … (+{more})", named.join(", ")) }
    };
    let statements = statements(role).join(";\n    ");
    let (code, (ja, en)) = if misread.wanting.is_empty() {
        let beyond = list(&misread.beyond);
        let ja = format!("gateway に要らない表や列も読めます（{beyond}）");
        ("reader_may_read_more", (ja, format!("may read what no gateway asks for ({beyond})")))
    } else {
        let wanting = list(&misread.wanting);
        let ja = format!("gateway が読む列のうち、読めないものがあります（{wanting}）");
        ("reader_may_read_too_little", (ja, format!("may not read all that a gateway asks for ({wanting})")))
    };
    let text = Text::new(
        format!(
            "PostgreSQL のロール {role} は、{ja}。gateway のロールなら、台帳の所有者として次の SQL を実行してください。\n    {statements};"
        ),
        format!(
            "the PostgreSQL role {role} {en}. If it is a gateway's, run as the registry's owner:\n    {statements};"
        ),
    );
    Finding::notice(code, role, text)
}
