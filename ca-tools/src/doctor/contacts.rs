//! Offices for which nobody speaks: they can apply for nothing, and nobody of them is asked.

use super::finding::Finding;
use crate::acts::Writer;
use crate::language::Text;
use crate::refusal::Unavailable;

/// So many are named; the list has all.
const NAMED: usize = 3;

pub(super) async fn examine(writer: &Writer) -> Result<Vec<Finding>, Unavailable> {
    let offices = writer.ledger().offices_without_contact().await?;
    let Some((first, _)) = offices.first() else { return Ok(Vec::new()) };
    let named: Vec<_> = offices.iter().take(NAMED).map(|(office, name)| format!("{name}（{office}）")).collect();
    let (count, named) = (offices.len(), named.join("、"));
    let text = Text::new(
        format!(
            "カシワニネット担当者のIDが決まっていない事業所が{count}件あります：{named}。office contact で決めてください。"
        ),
        format!("nobody speaks for {count} offices: {named}; name a contact with office contact"),
    );
    Ok(vec![Finding::notice("office_without_contact", first, text)])
}
