//! Who must have shown who they are, and has.

use super::context::CommandContext;
use super::error::CliError;
use crate::refusal::Refusal;

/// Who shows who they are before a command begins.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ProofNeed {
    /// Nobody: no person stands in the answer, or no registry is there yet.
    Nobody,
    /// An operator of any role: what it shows of people, it shows only to whoever may read about them.
    Operator,
    /// One who may read about people.
    Reader,
    /// It is an act, and asks for itself.
    Act,
}

impl ProofNeed {
    /// Goes on only with whoever this command takes.
    pub(super) async fn admit(self, context: &CommandContext) -> Result<(), CliError> {
        match self {
            Self::Nobody | Self::Act => Ok(()),
            Self::Operator => Ok(context.writer.may_look(&context.by().await?).await?),
            Self::Reader => Ok(context.writer.may_read(&context.by().await?).await?),
        }
    }
}

impl CommandContext {
    /// Whether who asks may read about people; operations may not.
    pub(super) async fn sees_people(&self) -> Result<bool, CliError> {
        match self.writer.may_read(&self.by().await?).await {
            Ok(()) => Ok(true),
            Err(Refusal::OperatorMayNot(..)) => Ok(false),
            Err(why) => Err(why.into()),
        }
    }
}
