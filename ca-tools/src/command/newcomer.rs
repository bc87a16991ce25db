//! Is this person known already, and is their 職種 one? Asked wherever an operator gives somebody an ID.

use registry::OfficeNo;

use super::context::CommandContext;
use super::error::CliError;
use crate::application::same_name;
use crate::language::Text;

/// One of the house's 職種.
pub(super) fn profession(context: &CommandContext, typed: &str) -> Result<String, CliError> {
    context.config.professions.read(typed).map_err(|why| {
        let text =
            Text::new(format!("職種（--profession）：{}", why.ja), format!("profession (--profession): {}", why.en));
        CliError::Refused("malformed", text)
    })
}

/// Who of an office has one of these names already, and the ID they have.
pub(super) async fn namesakes<'a>(
    context: &CommandContext,
    office: &OfficeNo,
    names: impl Iterator<Item = &'a str>,
) -> Result<Option<Text>, CliError> {
    let people = context.writer.ledger().users(Some(office)).await?;
    let names: Vec<_> = names.collect();
    let known = people.iter().filter_map(|entry| {
        let field = |name: &str| entry.get(name).and_then(serde_json::Value::as_str);
        let (name, id) = (field("name")?, field("login_id")?);
        let meant = field("state")? != "deleted" && names.iter().any(|other| same_name(other, name));
        meant.then(|| format!("{name}（{id}）"))
    });
    let known = known.collect::<Vec<_>>().join("、");
    Ok((!known.is_empty()).then(|| {
        Text::new(
            format!("この事業所には、同じ氏名の利用者がいます：{known}。"),
            format!("somebody of that name is in this office already: {known}."),
        )
    }))
}
