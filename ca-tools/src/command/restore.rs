//! `ca-tools restore`: a registry out of a backup, and of the journal what was changed after it.

use std::fs::File;
use std::io::{BufReader, Seek};
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use registry::LoginId;
use serde_json::{Value as Json, json};
use zeroize::Zeroizing;

use super::answer::Answer;
use super::context::{by, configuration, named};
use super::error::CliError;
use super::global::Global;
use super::proof::{own_if_shown, password_of};
use crate::acts::{KnownHead, ProofMethod, Restored, Restoring, Way, Writer};
use crate::backup::{self, BackupRefusal};
use crate::config::Config;
use crate::crl::{Listed, Unlisted};
use crate::issuance::lists::ListFile;
use crate::issuance::{Output, Overwrite};
use crate::language::Text;
use crate::refusal::Refusal;
use crate::sheet::{SheetFault, TableFormat, written};
use crate::words::for_operators;
use crate::{audit, whole};

#[derive(Args, Debug)]
pub(crate) struct Restore {
    /// backup で書き出したファイル / what backup wrote
    file: PathBuf,
    /// 同意する2人目の職員 / the second operator, who agrees
    #[arg(long, value_name = "ID")]
    second: Option<LoginId>,
    /// 2人目のパスワードのファイル（0600。省略時は画面でたずねる） / the first line is the second operator's password
    #[arg(long, value_name = "FILE", requires = "second")]
    second_password_file: Option<PathBuf>,
    /// 変更の記録が失われた：控えのあとに終わったかもしれないものを、すべて停止する / the journal is lost: hold what may have ended since
    #[arg(long)]
    without_journal: bool,
    /// 分かっている最後の版とハッシュ（複数可） / a head that is known, VERSION:HASH; repeatable
    #[arg(long = "head", value_name = "VERSION:HASH")]
    heads: Vec<NamedHead>,
    /// ゲートウェイの状態ファイル（gateway.state。複数可） / a gateway's state file; repeatable
    #[arg(long = "gateway-state", value_name = "FILE")]
    states: Vec<PathBuf>,
    /// PostgreSQL：ゲートウェイのロール（読むだけ） / the role by which gateways read, and no more
    #[arg(long, value_name = "ROLE")]
    reader: Option<String>,
    /// 停止・終了したものの一覧を書き出す CSV / where the list of what was put on hold goes
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
}

/// `VERSION:HASH`.
#[derive(Clone, Debug)]
struct NamedHead(KnownHead);

/// No registry has come so far: a version a second for a hundred million years.
const FARTHEST: i64 = 1 << 52;

/// Not `VERSION:HASH`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a head is VERSION:HASH, a number and 64 hexadecimal digits")]
pub(crate) struct HeadRefusal;

impl FromStr for NamedHead {
    type Err = HeadRefusal;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (version, hash) = text.split_once(':').ok_or(HeadRefusal)?;
        let version = version.parse().map_err(|_| HeadRefusal)?;
        let fits = (1..=FARTHEST).contains(&version)
            && hash.len() == 64
            && hash.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'));
        if fits { Ok(Self(KnownHead { version, hash: hash.to_owned() })) } else { Err(HeadRefusal) }
    }
}

/// What a gateway keeps over its restarts.
#[derive(serde::Deserialize)]
struct State {
    registry: String,
    version: i64,
    #[serde(default)]
    hash: Option<String>,
    #[serde(default)]
    epoch: i64,
}

fn japanese(why: &BackupRefusal) -> String {
    match why {
        BackupRefusal::Changed => "保存したあとに書き換えられています。".to_owned(),
        BackupRefusal::CutOff => "途中で切れています。".to_owned(),
        BackupRefusal::File(why) => format!("読めません（{why}）。"),
        BackupRefusal::Forged => "この認証局の鍵（journal.key）の署名ではありません。".to_owned(),
        BackupRefusal::Key(why) => for_operators(&why.clone().into()).ja,
        BackupRefusal::Line(line) => format!("{line}行目が台帳の内容ではありません。"),
        BackupRefusal::NotABackup => "台帳を保存したファイルではないか、版が違います。".to_owned(),
        BackupRefusal::Unsigned => "署名がありません（署名より前の版の控えです）。".to_owned(),
    }
}

impl Restore {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer, CliError> {
        // Nothing is shown yet: `restore` asks, of the registry that it puts back.
        let by = by(global, &named(global)?, ProofMethod::Founding)?;
        if by.why.is_none() {
            return Err(Refusal::NoWhy.into());
        }
        let config = configuration(&global.config)?;
        let refused = |why: BackupRefusal| {
            let (file, ja, why) = (self.file.display(), japanese(&why), why.to_string());
            CliError::Refused(
                "backup_refused",
                Text::new(
                    format!("{file} から戻せません：{ja}何も変更していません。"),
                    format!("{file} is not put back: {why}; nothing was changed"),
                ),
            )
        };
        let mut file = BufReader::new(File::open(&self.file).map_err(|why| refused(why.into()))?);
        let contents = backup::check(&mut file, &config.journal).map_err(refused)?;
        file.rewind().map_err(|why| refused(why.into()))?;
        let (known, epoch) = self.known(contents.id())?;
        let lists = published(&config)?;
        let list = match &self.list {
            Some(path) if global.yes => Some(Output::at(path, Overwrite::Replace)?),
            Some(path) => Some(Output::at(path, Overwrite::Refuse)?),
            None => None,
        };
        // A house with no operator in service asks for none.
        let first = own_if_shown(global, &by.operator)?;
        let password = match &self.second {
            Some(second) => password_of(second, self.second_password_file.as_deref(), "--second-password-file")?,
            None => Zeroizing::default(),
        };
        let way = if self.without_journal { Way::WithoutJournal } else { Way::Journal };
        let restoring = Restoring {
            id: contents.id(),
            saved: KnownHead { version: contents.version(), hash: contents.hash().to_owned() },
            known: &known,
            epoch,
            lists: &lists,
            reader: self.reader.as_deref(),
            first: first.as_ref().map(|password| password.as_str()),
            second: self.second.as_ref().map(|id| (id, password.as_str())),
            way,
        };
        let (writer, restored) = Writer::restore(&config.registry, &config.journal, (&by, &restoring), async |tx| {
            backup::load(tx, &contents, &mut file).await
        })
        .await?;
        if let (Some(list), Some(held)) = (list, &restored.held) {
            list.finish(&table(held)?)?;
        }
        let found = audit::whole(&writer).await?;
        let sound = found.troubles.is_empty();
        let json = json(&restored, (contents.rows(), contents.version(), sound));
        let answer = |text: Text| Answer::done(text, json);
        if let Some(trouble) = found.troubles.first() {
            let text = Text::new(
                format!("戻しましたが、異常があります。{}", trouble.text.ja),
                format!("restored, but this is wrong: {}", trouble.text.en),
            );
            return Err(CliError::Found(Box::new(answer(text))));
        }
        Ok(answer(told(&restored, contents.rows(), contents.version())))
    }

    /// The heads that were named, and the highest epoch.
    fn known(&self, id: &str) -> Result<(Vec<KnownHead>, i64), CliError> {
        let mut known: Vec<_> = self.heads.iter().map(|head| head.0.clone()).collect();
        let mut epoch = 0;
        for path in &self.states {
            let refused = |ja: &str, en: &str| {
                let path = path.display();
                CliError::Refused(
                    "state_refused",
                    Text::new(
                        format!("--gateway-state {path}：{ja}何も変更していません。"),
                        format!("--gateway-state {path}: {en}; nothing was changed"),
                    ),
                )
            };
            let text = whole::text(path, whole::Of::Configuration)
                .map_err(|why| refused(&format!("読めません（{why}）。"), &why.to_string()))?;
            let state: State = serde_json::from_str(&text)
                .map_err(|_| refused("ゲートウェイの状態ファイルではありません。", "not a gateway's state file"))?;
            if state.registry != id {
                return Err(refused("別の台帳のものです。", "of another registry"));
            }
            if !(0..=FARTHEST).contains(&state.version) || !(0..=FARTHEST).contains(&state.epoch) {
                return Err(refused("版の番号がありえない大きさです。", "its numbers are none of a registry"));
            }
            epoch = epoch.max(state.epoch);
            let hash = state.hash.ok_or_else(|| refused("ハッシュがありません。", "it has no hash"))?;
            known.push(KnownHead { version: state.version, hash });
        }
        Ok((known, epoch))
    }
}

/// The lists that lie where they are published.
fn published(config: &Config) -> Result<Vec<(String, Listed)>, CliError> {
    let mut lists = Vec::new();
    for place in ListFile::all(&config.authority)? {
        match place.listed() {
            Ok(list) => lists.push((place.signer.fingerprint().to_string(), list)),
            Err(Unlisted::Missing) => {}
            Err(why @ (Unlisted::NotOurs | Unlisted::Unreadable(_))) => {
                let path = place.file.display();
                let ja = format!(
                    "失効リスト {path} は、この認証局が署名したリストではありません。公開している本物を置くか、よけてください。何も変更していません。"
                );
                let en = format!(
                    "{path}: {why}: put the list there that is published, or put this aside; nothing was changed"
                );
                return Err(CliError::Refused("crl_refused", Text::new(ja, en)));
            }
        }
    }
    Ok(lists)
}

fn told(restored: &Restored, rows: u64, saved: i64) -> Text {
    let Restored { version, replayed, letters, held, lost } = restored;
    let mut text = Text::new(
        format!("台帳 {rows} 行（第{saved}版）を戻しました。"),
        format!("restored {rows} rows of version {saved}"),
    );
    if *replayed > 0 {
        text.ja.push_str(&format!("控えのあとの変更 {replayed} 件も、変更の記録から戻しました。"));
        text.en.push_str(&format!(", and {replayed} later changes out of the journal"));
    }
    text.ja.push_str(&format!("今は第{version}版です。"));
    text.en.push_str(&format!("; it stands at version {version}"));
    if *letters > 0 {
        text.ja.push_str(&format!("\n控えのときに送信待ちだったメール {letters} 通は送りません。mail list で確かめ、必要な相手に知らせてください。"));
        text.en.push_str(&format!(
            "\n{letters} letters that waited at the backup are not sent: look at mail list, tell those who need it"
        ));
    }
    let Some(held) = held else { return text };
    let known = lost.map_or_else(
        || ("控えのあとの変更は分かりません。".to_owned(), "what was changed after the backup is not known".to_owned()),
        |lost| {
            (
                format!("控えのあとの変更が少なくとも {lost} 件失われました。"),
                format!("at least {lost} changes after the backup are lost"),
            )
        },
    );
    text.ja.push_str(&format!(
        "\n{}終わったかもしれないものは、すべて停止しました。確かめてから、1つずつ再開してください：",
        known.0
    ));
    text.en.push_str(&format!("\n{}; all that may have ended is on hold, to be resumed one by one:", known.1));
    for ((_, rows), (ja, en)) in held.kinds().into_iter().zip(NAMES) {
        text.ja.push_str(&format!("\n- {ja}　{}件", rows.len()));
        text.en.push_str(&format!("\n- {en}: {}", rows.len()));
    }
    text
}

const NAMES: [(&str, &str); 8] = [
    ("事業所（停止。office resume）", "offices on hold (office resume)"),
    (
        "ID（停止。役割とパスワードも消しました。user resume と user reset-password）",
        "IDs on hold, without roles and password (user resume, user reset-password)",
    ),
    ("端末（停止。device resume）", "devices on hold (device resume)"),
    ("部屋への招待（取消し。room invite）", "invitations withdrawn (room invite)"),
    ("取得用番号（使えなくしました。ticket issue）", "pick-up numbers dead (ticket issue)"),
    ("失効リストにあった電子証明書（失効）", "certificates revoked, as the lists say"),
    ("失効リストにあった発行認証局（使用終了）", "issuing CAs retired, as the root's list says"),
    ("失効リストにあり、台帳にない電子証明書", "certificates on the lists that the backup does not know"),
];

fn json(restored: &Restored, (rows, saved, sound): (u64, i64, bool)) -> Json {
    let held = restored.held.as_ref().map(|held| {
        held.kinds().into_iter().map(|(kind, rows)| (kind.to_owned(), json!(rows))).collect::<serde_json::Map<_, _>>()
    });
    json!({
        "rows": rows, "version": saved, "now": restored.version, "replayed": restored.replayed,
        "letters_not_sent": restored.letters, "held": held, "lost": restored.lost, "sound": sound,
    })
}

/// A row each: its kind, its name, and what else tells people which it is.
fn table(held: &crate::acts::Held) -> Result<Vec<u8>, SheetFault> {
    let head = ["種類", "番号", "事業所", "名称"].map(str::to_owned);
    let row = |kind: &str, row: &Json| {
        let of = |names: &[&str]| names.iter().find_map(|name| row[*name].as_str()).unwrap_or_default().to_owned();
        let (number, name) = match kind {
            "invitations" => (of(&["room"]), of(&["user"])),
            _ => (of(&["user", "ticket", "serial", "device", "office"]), of(&["label", "name", "reason"])),
        };
        vec![kind.to_owned(), number, of(&["office"]), name]
    };
    let kinds = held.kinds().into_iter();
    let rows: Vec<_> = kinds.flat_map(|(kind, rows)| rows.iter().map(move |one| row(kind, one))).collect();
    written(TableFormat::Csv, &head, &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_was_put_on_hold_no_cell_is_a_formula() {
        let device =
            json!({ "device": "DEV-000001", "office": "1272200001", "label": "=HYPERLINK(\"https://evil.example\")" });
        let invitation = json!({ "room": "r1", "user": "@k.sato" });
        let held = crate::acts::Held { devices: vec![device], invitations: vec![invitation], ..Default::default() };
        let text = String::from_utf8(table(&held).unwrap()).unwrap();
        let lines: Vec<_> = text.split("\r\n").collect();
        assert_eq!(lines[0], "\u{feff}種類,番号,事業所,名称");
        assert_eq!(lines[1], "devices,DEV-000001,1272200001,\"'=HYPERLINK(\"\"https://evil.example\"\")\"");
        assert_eq!(lines[2], "invitations,r1,,'@k.sato");
    }
}
