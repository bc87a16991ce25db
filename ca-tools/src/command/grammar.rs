//! The grammar of the command line: its nouns.

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use logging::complain;

use super::global::Global;
use super::{
    application, audit, authority, backup, break_glass, campaign, certificate, completion, crl, device, doctor,
    example, find, gateway, help, import, incident, init, journal, login, mail, maintenance, manual, many, office,
    proposal, report, restore, retention, room, serve, ticket, today, training, undo, usage, user, why,
};
use crate::masked::masked;

/// 柏市 カシワニネット 端末認証局 — offices, people, devices, certificates and rooms.
#[derive(Debug, Parser)]
#[command(name = "ca-tools", version, disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) noun: Noun,
}

impl Cli {
    /// Reads a command line; on wrong use says so in the reader's language, and ends with 2.
    #[must_use]
    pub fn read() -> Self {
        let mut grammar = help::shown(Self::command());
        let read = grammar.try_get_matches_from_mut(std::env::args_os()).and_then(|read| Self::from_arg_matches(&read));
        read.unwrap_or_else(|wrong| {
            let words: Vec<_> = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
            let english =
                words.windows(2).any(|pair| pair == ["--lang", "en"]) || words.iter().any(|w| w == "--lang=en");
            if !wrong.use_stderr() {
                wrong.exit()
            }
            if !english {
                complain(masked(&usage::japanese(&wrong, &grammar, &words)).trim_end());
                std::process::exit(wrong.exit_code());
            }
            complain(masked(&wrong.render().to_string()).trim_end());
            std::process::exit(wrong.exit_code())
        })
    }
}

impl Noun {
    /// Whether it only looks, though it answers in a sentence.
    pub(super) fn looks(&self) -> bool {
        matches!(self, Self::Audit(_) | Self::Completion(_) | Self::Doctor(_) | Self::Why(_))
            || matches!(self, Self::Report(report) if report.looks())
            || matches!(self, Self::Retention(kept) if kept.looks())
            || matches!(self, Self::Campaign(campaign) if campaign.looks())
            || matches!(self, Self::Import(import) if import.looks())
            || matches!(self, Self::Many(many) if many.looks())
            || matches!(self, Self::Training(training) if training.looks())
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Noun {
    /// 申請・届出 / applications
    #[command(subcommand)]
    Application(application::Application),
    /// 操作記録 / the chain of audit events
    #[command(subcommand)]
    Audit(audit::Audit),
    /// 台帳を1つのファイルに保存する / save the registry in one file
    Backup(backup::Backup),
    /// 緊急の単独操作 / what a custodian did alone
    #[command(subcommand)]
    BreakGlass(break_glass::BreakGlass),
    /// 認証局 / the authorities
    #[command(subcommand)]
    Ca(authority::Ca),
    /// 現況届 / what each office says of its IDs and devices, once a year
    #[command(subcommand)]
    Campaign(campaign::Campaign),
    /// 電子証明書 / certificates
    #[command(subcommand)]
    Cert(certificate::Cert),
    /// シェルの補完を書き出す / what a shell is told to complete by
    Completion(completion::Completion),
    /// 失効リスト / revocation list
    #[command(subcommand)]
    Crl(crl::Crl),
    /// 端末 / devices
    #[command(subcommand)]
    Device(device::Device),
    /// 健全性を確かめる / is the house sound?
    Doctor(doctor::Doctor),
    /// 見本 / example houses
    #[command(subcommand)]
    Example(example::Example),
    /// 番号・名前・電話番号から探す / find anything by any number or name
    Find(find::Find),
    /// ゲートウェイ / gateways
    #[command(subcommand)]
    Gateway(gateway::Gateway),
    /// 表（.xlsx・CSV）からまとめて登録する / many at once from a table
    Import(import::ImportTable),
    /// 事故・障害：記録、停止、到達範囲、報告の期限 / incidents
    #[command(subcommand)]
    Incident(incident::Incident),
    /// 認証局と台帳を作る / make the CA and the registry
    Init(init::Init),
    /// 変更の記録 / the journal of changes
    #[command(subcommand)]
    Journal(journal::Journal),
    /// ログインする（ID とパスワード。30分使わないか、8時間で終わる） / log in; ends after 30 minutes without use, or 8 hours
    Login(login::Login),
    /// ログアウトする / log out
    Logout(login::Logout),
    /// マニュアルを、日本語と英語で書き出す / man pages, in Japanese and English
    Man(manual::Manual),
    /// 一覧の端末・利用者にまとめて行う / one act on each of a list
    Many(many::Many),
    /// メール / letters to offices
    #[command(subcommand)]
    Mail(mail::Mail),
    /// 保守用のIDと、作業計画の時間帯 / maintenance accounts and their windows
    #[command(subcommand)]
    Maintenance(maintenance::Maintenance),
    /// 事業所 / offices
    #[command(subcommand)]
    Office(office::Office),
    /// もう1人の承認を待つ提案 / what waits for another's approval
    #[command(subcommand)]
    Proposal(proposal::Proposal),
    /// 報告書 / reports
    #[command(subcommand)]
    Report(report::Report),
    /// 保存したファイルから台帳を作る / make a registry of what was saved
    Restore(restore::Restore),
    /// 保存期間 / what is kept for how long
    #[command(subcommand)]
    Retention(retention::KeptRecords),
    /// 部屋 / rooms
    #[command(subcommand)]
    Room(room::Room),
    /// 窓口を開く / keep the desk open
    Serve(serve::Serve),
    /// 取得用番号 / pick-up tickets
    #[command(subcommand)]
    Ticket(ticket::Ticket),
    /// 今日待っているもの / what waits today
    Today(today::Today),
    /// 研修会 / trainings and who attended
    #[command(subcommand)]
    Training(training::Training),
    /// 10分以内の操作を取り消す（メールなどが出ていないとき） / undo an act of the last ten minutes, while nothing left the house
    Undo(undo::UndoAct),
    /// システム利用者 / people
    #[command(subcommand)]
    User(user::User),
    /// 電話の相手が使えない理由と、伝える言葉と、直し方 / why a caller does not get in, what to tell them, what mends it
    Why(why::Why),
}
