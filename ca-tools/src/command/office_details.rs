//! The options of an office's details, one each, as their table has them.

use clap::error::Error;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use crate::application::{Detail, Details};

/// What was typed of each.
#[derive(Debug, Default)]
pub(super) struct OfficeDetails(pub(super) Details<Option<String>>);

impl Args for OfficeDetails {
    fn augment_args(command: Command) -> Command {
        Detail::ALL.into_iter().fold(command, |command, detail| {
            let arg = Arg::new(detail.as_str())
                .long(detail.option().trim_start_matches('-'))
                .value_name(detail.as_str().to_ascii_uppercase())
                .help(detail.label().0);
            command.arg(arg)
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for OfficeDetails {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        Self::from_arg_matches_mut(&mut matches.clone())
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, Error> {
        Ok(Self(Details::from_fn(|detail| matches.remove_one(detail.as_str()))))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
