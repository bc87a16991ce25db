//! `ca-tools serve`: keeps the desk open.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use logging::LogFormat;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::answer::Answer;
use super::context::{CommandContext, blocklist};
use super::error::CliError;
use super::passphrase;
use crate::config::AuthorityFiles;
use crate::console;
use crate::courier::Courier;
use crate::desk::{ApplyKey, At, CityWords, Days, Desk, Listeners, Signing, keep_hours, serve};
use crate::issuance::lists::Keeper;
use crate::key::Passphrase;
use crate::language::Text;
use crate::letters::Seal;
use crate::words::for_operators;

#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// このソケットで待つ（省略時は設定の desk.socket） / listen on this Unix socket
    #[arg(long, value_name = "PATH", conflicts_with = "listen")]
    socket: Option<PathBuf>,
    /// ループバックのこの番地で待つ / listen on this loopback address instead
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// 動作の記録の書き方。どこまで書くかは環境変数 RUST_LOG / how lines on the standard error stream are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    log_format: LogFormat,
}

impl Serve {
    pub(crate) async fn run(self, context: CommandContext) -> Result<Answer, CliError> {
        let Some(settings) = context.config.desk.clone() else {
            return Err(CliError::Usage(Text::new(
                "設定ファイルに [desk] がありません。jwks_url（または jwks_file）と issuer を書いてください。",
                "the configuration has no [desk]: it needs jwks_url (or jwks_file) and issuer",
            )));
        };
        let at = match (self.listen, self.socket.or_else(|| settings.socket.clone())) {
            (Some(address), _) => At::Loopback(address),
            (None, Some(path)) => At::Socket(path),
            (None, None) => {
                return Err(CliError::Usage(Text::new(
                    "どこで待つかを --socket か --listen（または設定の desk.socket）で指定してください。",
                    "where to listen? say --socket or --listen, or desk.socket in the configuration",
                )));
            }
        };
        let words = blocklist(&context.config.passwords)?;
        logging::begin(self.log_format).map_err(|why| {
            CliError::Usage(Text::new(
                format!("環境変数 RUST_LOG を読めません：{why}"),
                format!("RUST_LOG cannot be read: {why}"),
            ))
        })?;
        let refused = |why: std::io::Error| CliError::Refused("signal", Text::new(why.to_string(), why.to_string()));
        let mut terminated = signal(SignalKind::terminate()).map_err(refused)?;
        let mut interrupted = signal(SignalKind::interrupt()).map_err(refused)?;
        let house = CityWords { contact: context.config.contact, links: context.config.links };
        let courier =
            Courier::new(context.writer.clone(), &context.config.mail, (house.contact.clone(), house.links.clone()));
        let not_ready = |why: Text| {
            let (ja, en) = (why.ja, why.en);
            CliError::Usage(Text::new(
                format!("メールを送る用意ができません：{ja}"),
                format!("mail cannot be sent: {en}"),
            ))
        };
        let courier = courier.map_err(|why| not_ready(why.text()))?;
        // A desk that cannot seal a letter would fail at the first one.
        Seal::in_directory(&context.config.authority.directory)
            .ready()
            .map_err(|why| not_ready(for_operators(&why.into())))?;
        let (end, ended) = watch::channel(());
        tokio::spawn(async move {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = interrupted.recv() => {}
            }
            drop(end);
        });
        let public = settings.public_socket.clone().map(At::Socket);
        let issuer = context.writer.ledger().issuer().await;
        let writer = context.writer.clone();
        let days = Days {
            lines: context.config.reports.keep_days,
            initial_passwords: context.config.passwords.initial_days,
            kept: context.config.retention,
        };
        let files = context.config.authority;
        let opens = opens(&files, public.is_some())?;
        let keeper = opens.clone().map(|opens| Keeper::new(context.writer.clone(), files.clone(), opens));
        let desk = Desk::new(context.writer, settings, (context.config.passwords.profile, words));
        let desk = desk.saying(house).on_clones(context.config.reports.clones).watching(files.clone());
        let desk = desk.knowing(context.config.professions).reporting(context.config.reports);
        let desk = desk.keeping(days.kept).showing_lockout(context.config.lockout);
        let desk = match opens.filter(|_| public.is_some()) {
            Some(opens) => {
                let key = ApplyKey::in_directory(&files.directory).map_err(|why| {
                    let why = why.to_string();
                    CliError::Usage(Text::new(format!("申請の受付を用意できません：{why}"), why))
                })?;
                desk.applying(key).signing(Signing::with(files, opens, &issuer?)?)
            }
            None => desk,
        };
        let carried = tokio::spawn(courier.carry(ended.clone()));
        let clock = tokio::spawn(keep_hours(writer, days, ended.clone()));
        let lists = keeper.map(|keeper| tokio::spawn(keeper.keep(ended.clone())));
        let mut closing = ended;
        // Nothing is ever said there; the end of the sender is what counts.
        let closing = async move { while closing.changed().await.is_ok() {} };
        let served = serve(desk, console::routes(), Listeners { private: at, public }, closing).await;
        for task in [carried, clock].into_iter().chain(lists) {
            if served.is_err() {
                task.abort();
            }
            // An aborted task is an ended one.
            let _ = task.await;
        }
        served.map_err(|why| {
            let why = why.to_string();
            CliError::Refused("not_listening", Text::new(format!("窓口を開けません：{why}"), why))
        })?;
        Ok(Answer::done(Text::new("窓口を閉じました。", "the desk is closed"), json!({ "closed": true })))
    }
}

/// What opens the CA's keys. A desk with a public door hands out certificates and does not start without it; another one
/// does, and says that it publishes no list.
fn opens(files: &AuthorityFiles, public: bool) -> Result<Option<Arc<Passphrase>>, CliError> {
    if !public && files.passphrase_file.is_none() {
        tracing::warn!("no authority.passphrase_file: this desk publishes no revocation list");
        return Ok(None);
    }
    match passphrase::given(files.passphrase_file.as_deref()) {
        Ok(opens) => Ok(Some(Arc::new(opens))),
        Err(why) if public => Err(why),
        Err(CliError::Refused(_, why) | CliError::Usage(why)) => {
            tracing::warn!(why = why.en, "this desk publishes no revocation list");
            Ok(None)
        }
        Err(CliError::Found(_) | CliError::Instead(_)) => Ok(None),
    }
}
