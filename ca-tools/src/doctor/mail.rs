//! Letters that nobody got, and letters that nobody can open.

use certs::Timestamp;

use super::finding::Finding;
use crate::acts::Writer;
use crate::courier::Trouble;
use crate::language::Text;
use crate::ledger::Undelivered;
use crate::refusal::Unavailable;

/// For so many days a letter that was not delivered is told here; it can be tried again for ever.
const TOLD: i64 = 30 * 86_400;
/// So many seconds after it was queued a letter should have left.
const LATE: i64 = 3_600;
/// An entry each for so many; the rest is a number.
const LISTED: usize = 20;

pub(super) async fn examine(writer: &Writer, now: Timestamp) -> Result<Vec<Finding>, Unavailable> {
    let mut findings = undelivered(writer, now).await?;
    findings.extend(late(writer, now).await?);
    findings.extend(shut(writer).await?);
    Ok(findings)
}

async fn undelivered(writer: &Writer, now: Timestamp) -> Result<Vec<Finding>, Unavailable> {
    let all = writer.ledger().undelivered_since(now.plus(-TOLD)).await?;
    let mut findings: Vec<_> = all.iter().take(LISTED).map(one).collect();
    if let Some(more) = all.len().checked_sub(LISTED).filter(|more| *more > 0) {
        let text = Text::new(
            format!(
                "届けられなかったメールが、ほかに{more}通あります。mail list --state refused と mail list --state given-up で確かめてください。"
            ),
            format!("{more} more letters were not delivered: look at mail list --state refused and --state given-up"),
        );
        findings.push(Finding::notice("mail_undelivered", "mail", text));
    }
    Ok(findings)
}

fn one(letter: &Undelivered) -> Finding {
    let (mail, about) = (letter.mail, &letter.about);
    let why = Trouble::read(&letter.problem);
    let (code, ja, en) = if letter.given_up {
        ("mail_given_up", "7日間試しましたが、届けられませんでした", "was tried for 7 days and not delivered")
    } else {
        ("mail_refused", "届けられませんでした", "was not delivered")
    };
    let text = Text::new(
        format!(
            "メール {mail}（{about}）を{ja}。{}宛先に別の方法で伝えるか、直して mail retry {mail} を実行してください。",
            why.ja
        ),
        format!(
            "mail {mail} ({about}) {en}: {}; tell its reader another way, or mend it and mail retry {mail}",
            why.en
        ),
    );
    Finding::notice(code, format!("mail {mail}"), text)
}

async fn late(writer: &Writer, now: Timestamp) -> Result<Option<Finding>, Unavailable> {
    let (waiting, problem) = writer.ledger().waiting_since(now.plus(-LATE)).await?;
    if waiting == 0 {
        return Ok(None);
    }
    let why = Trouble::read(&problem);
    let text = Text::new(
        format!(
            "1時間以上送れていないメールが{waiting}通あります。{}窓口（ca-tools serve）が動いているか、mail list --state queued で確かめてください。",
            why.ja
        ),
        format!(
            "{waiting} letters wait for more than an hour: {}; is the desk (ca-tools serve) open? look at mail list --state queued",
            why.en
        ),
    );
    Ok(Some(Finding::notice("mail_waiting", "mail", text)))
}

/// A key that was lost, or is not the house's: nobody will ever read these.
async fn shut(writer: &Writer) -> Result<Option<Finding>, Unavailable> {
    let shut = writer.shut_mails().await?;
    let [first, ..] = shut.as_slice() else { return Ok(None) };
    let text = Text::new(
        format!(
            "封を開けられないメールが{}通あります（最初は {first}）。authority.directory の mail.key が、封をしたときの鍵と違います。鍵を控えから戻してください。戻せないときは、宛先に別の方法で伝えてください。",
            shut.len()
        ),
        format!(
            "{} letters do not open (the first is {first}): mail.key in authority.directory is not the key that sealed them; put it back, or tell their readers another way",
            shut.len()
        ),
    );
    Ok(Some(Finding::wrong("mail_key_lost", "mail.key", text)))
}
