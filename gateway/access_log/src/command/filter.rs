//! Which lines were asked for?

use std::fmt::Display;
use std::str::FromStr;
use std::time::SystemTime;

use certs::DeviceNo;
use names::{LoginId, OfficeNo};

use super::super::reference::Reference;
use super::row::Row;
use super::show::ShowArgs;
use super::since::Since;

/// What a line must have. What was not asked for, every line has.
#[derive(Debug)]
pub(super) struct Filter {
    reference: Option<String>,
    device: Option<String>,
    office: Option<String>,
    user: Option<String>,
    session: Option<String>,
    outcome: Option<&'static str>,
    since: Option<Since>,
}

impl Filter {
    /// Names are checked as everywhere: a slip of the pen must not read as "no such line".
    pub(super) fn read(args: &ShowArgs, now: SystemTime) -> Result<Self, String> {
        let since = args.since.as_deref().map(|typed| Since::read(typed, now)).transpose();
        Ok(Self {
            reference: name::<Reference>("--ref", args.reference.as_deref())?,
            device: name::<DeviceNo>("--device", args.device.as_deref())?,
            office: name::<OfficeNo>("--office", args.office.as_deref())?,
            user: name::<LoginId>("--user", args.user.as_deref())?,
            session: args.session.as_deref().map(session).transpose()?,
            outcome: args.refused.then_some("refused"),
            since: since.map_err(|why| format!("--since: {why}"))?,
        })
    }

    /// Can this line have been asked for? Spares parsing most lines when few are wanted.
    pub(super) fn may_admit(&self, line: &str) -> bool {
        let names = [&self.reference, &self.device, &self.office, &self.user, &self.session];
        names.into_iter().flatten().all(|name| line.contains(name.as_str()))
    }

    pub(super) fn admits(&self, row: &Row) -> bool {
        let names = [
            (&self.reference, &row.reference),
            (&self.device, &row.device),
            (&self.office, &row.office),
            (&self.user, &row.user),
            (&self.session, &row.session),
        ];
        names.into_iter().all(|(wanted, is)| wanted.is_none() || wanted == is)
            && self.outcome.is_none_or(|outcome| row.outcome.as_deref() == Some(outcome))
            && self.since.as_ref().is_none_or(|since| since.admits(&row.time))
    }
}

fn session(typed: &str) -> Result<String, String> {
    let mark = typed.to_ascii_lowercase();
    if mark.len() == 8 && mark.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(mark);
    }
    Err(format!("--session {typed:?}: a session is eight digits 0 to 9 and a to f, as a line has them"))
}

fn name<N: FromStr<Err: Display> + Display>(option: &str, typed: Option<&str>) -> Result<Option<String>, String> {
    match typed.map(|typed| (typed, typed.parse::<N>())) {
        None => Ok(None),
        Some((_, Ok(name))) => Ok(Some(name.to_string())),
        Some((typed, Err(refusal))) => Err(format!("{option} {typed:?}: {refusal}")),
    }
}
