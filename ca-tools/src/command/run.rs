//! One command line → one answer: an exit code, and words on the right stream.

use std::process::ExitCode;

use logging::complain;
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::error::CliError;
use super::global::Global;
use super::grammar::{Cli, Noun};
use super::tell::{Manner, mention, said, tell};

/// Runs one command line; prints; says how it ended.
pub async fn run(cli: Cli) -> ExitCode {
    let (language, json) = (cli.global.lang, cli.global.json);
    let manner = Manner { language, json, looks: cli.noun.looks() };
    match dispatch(cli).await {
        Ok(answer) => tell(&answer, manner, 0),
        Err(CliError::Found(answer)) => tell(&answer, manner, 1),
        Err(CliError::Instead(answer)) => tell(&answer, manner, 0),
        Err(CliError::Refused(code, text)) => {
            let said = said(&text, language);
            complain(&said);
            if json {
                mention(&json!({ "refused": code, "message": said }).to_string());
            }
            ExitCode::from(1)
        }
        Err(CliError::Usage(text)) => {
            complain(&said(&text, language));
            ExitCode::from(2)
        }
    }
}

async fn dispatch(cli: Cli) -> Result<Answer, CliError> {
    let (global, need): (Global, _) = (cli.global, cli.noun.proof_need());
    match cli.noun {
        Noun::Application(application) => application.run(&CommandContext::open(global, need).await?).await,
        Noun::Audit(audit) => audit.run(&CommandContext::open(global, need).await?).await,
        Noun::BreakGlass(broken) => broken.run(&CommandContext::open(global, need).await?).await,
        Noun::Backup(backup) => backup.run(&CommandContext::open(global, need).await?).await,
        Noun::Ca(ca) => ca.run(&CommandContext::open(global, need).await?).await,
        Noun::Campaign(campaign) => campaign.run(&CommandContext::open(global, need).await?).await,
        Noun::Cert(cert) => cert.run(&CommandContext::open(global, need).await?).await,
        Noun::Completion(completion) => Ok(completion.run(global.lang)),
        Noun::Crl(crl) => crl.run(&CommandContext::open(global, need).await?).await,
        Noun::Device(device) => device.run(&CommandContext::open(global, need).await?).await,
        Noun::Doctor(doctor) => doctor.run(&CommandContext::open(global, need).await?).await,
        Noun::Example(example) => example.run(&CommandContext::open(global, need).await?).await,
        Noun::Find(find) => find.run(&CommandContext::open(global, need).await?).await,
        Noun::Gateway(gateway) => gateway.run(&CommandContext::open(global, need).await?).await,
        Noun::Import(import) => import.run(global, need).await,
        Noun::Incident(incident) => incident.run(&CommandContext::open(global, need).await?).await,
        Noun::Init(init) => init.run(&global).await,
        Noun::Journal(journal) => journal.run(&CommandContext::open(global, need).await?).await,
        Noun::Login(login) => login.run(&CommandContext::open(global, need).await?).await,
        Noun::Logout(logout) => logout.run(&CommandContext::open(global, need).await?).await,
        Noun::Mail(mail) => mail.run(&CommandContext::open(global, need).await?).await,
        Noun::Maintenance(maintenance) => maintenance.run(&CommandContext::open(global, need).await?).await,
        Noun::Man(manual) => manual.run(),
        Noun::Many(many) => many.run(&CommandContext::open(global, need).await?).await,
        Noun::Office(office) => office.run(&CommandContext::open(global, need).await?).await,
        Noun::Proposal(proposal) => proposal.run(&CommandContext::open(global, need).await?).await,
        Noun::Report(report) => report.run(&CommandContext::open(global, need).await?).await,
        Noun::Restore(restore) => restore.run(&global).await,
        Noun::Retention(kept) => kept.run(&CommandContext::open(global, need).await?).await,
        Noun::Room(room) => room.run(&CommandContext::open(global, need).await?).await,
        Noun::Serve(serve) => serve.run(CommandContext::open(global, need).await?).await,
        Noun::Ticket(ticket) => ticket.run(&CommandContext::open(global, need).await?).await,
        Noun::Today(today) => today.run(&CommandContext::open(global, need).await?).await,
        Noun::Training(training) => training.run(&CommandContext::open(global, need).await?).await,
        Noun::Undo(undo) => undo.run(&CommandContext::open(global, need).await?).await,
        Noun::User(user) => user.run(&CommandContext::open(global, need).await?).await,
        Noun::Why(why) => why.run(&CommandContext::open(global, need).await?).await,
    }
}
