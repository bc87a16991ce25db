//! `ca-tools user`: people's IDs and passwords.

use std::path::PathBuf;

use clap::Subcommand;
use registry::{LoginId, OfficeNo, Role};
use serde_json::json;

use super::answer::Answer;
use super::counter::{Counter, blocklist};
use super::newcomer;
use super::stop::Stop;
use crate::language::Text;
use crate::password::{self, MadeUp, Surroundings};
use crate::writer::{NewPassword, Person, Refusal, SetBy};

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// 利用者を追加する / give a person an ID
    Add {
        #[arg(long)]
        office: OfficeNo,
        /// 氏名
        #[arg(long)]
        name: String,
        /// 職種
        #[arg(long)]
        profession: String,
        /// 職員の役割（柏市の事業所の利用者のみ） / operator role, repeatable
        #[arg(long = "role")]
        roles: Vec<Role>,
        /// 事業所のカシワニネット担当者にする / the office's contact
        #[arg(long, conflicts_with = "roles")]
        contact: bool,
        /// 提供事業者が発行した ID（省略時は自動） / the ID the provider gave
        #[arg(long)]
        id: Option<LoginId>,
    },
    /// 一時停止する / put on hold
    Suspend { id: LoginId },
    /// 再開する / lift the hold
    Resume { id: LoginId },
    /// 削除する（退職。取り消せない） / delete for ever
    Delete { id: LoginId },
    /// 別の事業所に移す（異動。--application が必要） / to another office
    Move {
        id: LoginId,
        /// 移る先の事業所番号 / the office they move to
        #[arg(long)]
        office: OfficeNo,
    },
    /// 初期パスワードを再発行する / hand out a new initial password
    ResetPassword {
        id: LoginId,
        /// このファイルの1行目をパスワードにする / take the first line of this file
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
        /// 導入・試験用：初期パスワードにしない / for installations and tests: not an initial one
        #[arg(long, requires = "password_file")]
        keep: bool,
    },
    /// ロックを解除する / forgive failed logins
    Unlock { id: LoginId },
    /// 一覧 / list
    List {
        #[arg(long)]
        office: Option<OfficeNo>,
    },
    /// 詳細 / one person
    Show { id: LoginId },
}

impl User {
    pub(crate) async fn run(self, counter: &Counter) -> Result<Answer, Stop> {
        let writer = &counter.writer;
        match self {
            Self::Add { office, name, profession, roles, contact, id } => {
                let by = counter.by()?;
                let profession = newcomer::profession(counter, &profession)?;
                let namesakes = newcomer::namesakes(counter, &office, std::iter::once(name.as_str())).await?;
                if let Some(known) = &namesakes {
                    counter.confirm(Text::new(
                        format!("{}別の人であることを確かめてください。IDをもう1つ作ります。", known.ja),
                        format!("{} make sure that this is another person; one more ID will be made", known.en),
                    ))?;
                }
                let made_up = MadeUp::password()?;
                let initial = NewPassword { hash: password::hash(made_up.reveal())?, set_by: SetBy::City };
                let person = Person { office, name, profession, roles, login_id: id };
                let login_id = if contact {
                    writer.add_contact(&by, person, initial).await?
                } else {
                    writer.add_user(&by, person, initial).await?
                };
                let text = Text::new(
                    format!("利用者を追加しました。\nID　　　　　　　{login_id}\n初期パスワード　{}", made_up.reveal()),
                    format!("added\nID                {login_id}\ninitial password  {}", made_up.reveal()),
                );
                let answer = Answer::done(text, json!({ "login_id": login_id, "initial_password": made_up.reveal() }));
                Ok(match namesakes {
                    Some(known) => answer.with_note(known),
                    None => answer,
                })
            }
            Self::Suspend { id } => {
                let by = counter.by()?;
                writer.user(&id).await?;
                counter.confirm(Text::new(
                    format!("ID {id} を一時停止します。ログイン中の場合は、すぐに終了します。"),
                    format!("the ID {id} will be suspended; its sessions end at once"),
                ))?;
                let version = writer.suspend_user(&by, &id).await?;
                let text = Text::new(format!("ID {id} を一時停止しました。"), format!("suspended {id}"));
                Ok(Answer::done(text, json!({ "login_id": id, "state": "suspended", "version": version })))
            }
            Self::Resume { id } => {
                let version = writer.resume_user(&counter.by()?, &id).await?;
                let text = Text::new(format!("ID {id} を再開しました。"), format!("resumed {id}"));
                Ok(Answer::done(text, json!({ "login_id": id, "state": "active", "version": version })))
            }
            Self::Delete { id } => super::leaving::delete(counter, id).await,
            Self::Move { id, office } => super::leaving::relocate(counter, id, office).await,
            Self::ResetPassword { id, password_file, keep } => reset(counter, id, (password_file, keep)).await,
            Self::Unlock { id } => {
                let version = writer.unlock_user(&counter.by()?, &id).await?;
                let text = Text::new(format!("ID {id} のロックを解除しました。"), format!("unlocked {id}"));
                Ok(Answer::done(text, json!({ "login_id": id, "version": version })))
            }
            Self::List { office } => {
                let people = writer.users(office.as_ref()).await?;
                Ok(Answer::list(people, &["login_id", "name", "profession", "office", "office_name", "state", "roles"]))
            }
            Self::Show { id } => Ok(Answer::entry(writer.user(&id).await?)),
        }
    }
}

async fn reset(counter: &Counter, id: LoginId, (password_file, keep): (Option<PathBuf>, bool)) -> Result<Answer, Stop> {
    let by = counter.by()?;
    let mut around = counter.writer.password_surroundings(&id).await?;
    around.blocklist = blocklist(&counter.config.passwords)?;
    counter.confirm(Text::new(
        format!("ID {id} のパスワードを再発行します。今のパスワードは使えなくなり、ログイン中の場合は終了します。"),
        format!("the password of {id} will be replaced; the present one and its sessions end"),
    ))?;
    let made_up = match &password_file {
        None => Some(MadeUp::password()?),
        Some(_) => None,
    };
    let chosen = match (&made_up, &password_file) {
        (Some(made_up), _) => made_up.reveal().to_owned(),
        (None, Some(file)) => given(counter, file, around)?,
        (None, None) => String::new(),
    };
    let set_by = if keep { SetBy::Person } else { SetBy::City };
    let password = NewPassword { hash: password::hash(&chosen)?, set_by };
    let version = counter.writer.reset_password(&by, &id, password).await?;
    let json = json!({
        "login_id": id, "initial": !keep, "version": version,
        "initial_password": made_up.as_ref().map(MadeUp::reveal),
    });
    let text = match &made_up {
        Some(made_up) => Text::new(
            format!("ID {id} の初期パスワードを再発行しました。\n初期パスワード　{}", made_up.reveal()),
            format!("a new initial password for {id}\ninitial password  {}", made_up.reveal()),
        ),
        None => Text::new(format!("ID {id} のパスワードを設定しました。"), format!("set the password of {id}")),
    };
    Ok(Answer::done(text, json))
}

/// The first line of a file, judged like one that a person chose.
fn given(counter: &Counter, file: &PathBuf, around: Surroundings) -> Result<String, Stop> {
    let text = std::fs::read_to_string(file).map_err(|why| {
        let file = file.display();
        Stop::Usage(Text::new(
            format!("--password-file {file} を読めません（{why}）。"),
            format!("--password-file {file} cannot be read: {why}"),
        ))
    })?;
    let chosen = text.lines().next().unwrap_or_default().to_owned();
    password::judge(counter.config.passwords.profile, &chosen, &around).map_err(Refusal::Password)?;
    Ok(chosen)
}
