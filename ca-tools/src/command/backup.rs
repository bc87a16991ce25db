//! `ca-tools backup` and `ca-tools restore`: the registry as one file, and back.

use std::fs::File;
use std::io::{BufReader, Seek};
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::answer::Answer;
use super::counter::{Counter, by, configuration};
use super::grammar::Global;
use super::stop::Stop;
use crate::audit;
use crate::backup::{self, BackupRefusal};
use crate::issuance::{Output, Overwrite};
use crate::language::Text;

#[derive(Args, Debug)]
pub(crate) struct Backup {
    /// 書き出すファイル（0600） / the file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Restore {
    /// backup で書き出したファイル / what backup wrote
    file: PathBuf,
}

impl Backup {
    pub(crate) async fn run(self, counter: &Counter) -> Result<Answer, Stop> {
        let overwrite = if counter.global.yes { Overwrite::Replace } else { Overwrite::Refuse };
        let mut out = Output::at(&self.out, overwrite)?;
        let rows = backup::save(&counter.writer, out.content()).await.map_err(|why| match why {
            backup::SaveRefusal::Registry(why) => why.into(),
            backup::SaveRefusal::File(why) => Stop::Refused(
                "file_refused",
                Text::new(format!("{} に書き込めません（{why}）。", self.out.display()), why.to_string()),
            ),
        })?;
        let file = out.target().display().to_string();
        out.finish(b"")?;
        let text = Text::new(
            format!("台帳 {rows} 行を {file} に保存しました。認証局の鍵（authority.directory）は別に控えてください。"),
            format!("saved {rows} rows in {file}; the CA's keys (authority.directory) are copied apart"),
        );
        Ok(Answer::done(text, json!({ "file": file, "rows": rows })))
    }
}

fn japanese(why: &BackupRefusal) -> String {
    match why {
        BackupRefusal::Changed => "保存したあとに書き換えられています。".to_owned(),
        BackupRefusal::CutOff => "途中で切れています。".to_owned(),
        BackupRefusal::File(why) => format!("読めません（{why}）。"),
        BackupRefusal::Line(line) => format!("{line}行目が台帳の内容ではありません。"),
        BackupRefusal::NotABackup => "台帳を保存したファイルではないか、版が違います。".to_owned(),
    }
}

impl Restore {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer, Stop> {
        let by = by(global)?;
        let config = configuration(&global.config)?;
        let refused = |why: BackupRefusal| {
            let (file, ja, why) = (self.file.display(), japanese(&why), why.to_string());
            Stop::Refused(
                "backup_refused",
                Text::new(
                    format!("{file} から戻せません：{ja}何も変更していません。"),
                    format!("{file} is not put back: {why}; nothing was changed"),
                ),
            )
        };
        let mut file = BufReader::new(File::open(&self.file).map_err(|why| refused(why.into()))?);
        let contents = backup::check(&mut file).map_err(refused)?;
        file.rewind().map_err(|why| refused(why.into()))?;
        let writer = backup::load(&config.registry, &by, &contents, &mut file).await?;
        let walk = audit::verify(&writer).await?;
        let (rows, version) = (contents.rows(), contents.version());
        if let Some(broken) = walk.broken {
            let text = Text::new(
                format!("戻しましたが、操作記録が {} 番で壊れています（{}）。", broken.version, broken.why.text().ja),
                format!("restored, but the chain of events breaks at {} ({})", broken.version, broken.why.text().en),
            );
            let json = json!({ "rows": rows, "version": version, "sound": false });
            return Err(Stop::Found(Box::new(Answer::done(text, json))));
        }
        let text = Text::new(
            format!("台帳 {rows} 行（第{version}版）を戻しました。"),
            format!("restored {rows} rows of version {version}"),
        );
        Ok(Answer::done(text, json!({ "rows": rows, "version": version, "sound": true })))
    }
}
