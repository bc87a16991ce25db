//! `device retire`: a device is given up for good.

use certs::DeviceNo;
use registry::change::RevokedReason;
use serde_json::json;

use super::answer::Answer;
use super::context::CommandContext;
use super::device::named;
use super::error::CliError;
use super::receipt::{mailed, receipted};
use crate::language::Text;

pub(super) async fn retire(
    context: &CommandContext,
    device: DeviceNo,
    reason: RevokedReason,
) -> Result<Answer, CliError> {
    let by = context.by().await?;
    let named = named(&context.writer.ledger().device(device).await?);
    context.confirm(Text::new(
        format!(
            "{device}（{named}）の使用を終わります。電子証明書は失効し、使用中の場合はすぐに切断されます。元に戻せません（使うときは、新しく申請します）。"
        ),
        format!("{device} ({named}) goes out of use for good: its certificates are revoked, its connections end at once"),
    ))?;
    let (serials, version) = context.writer.retire_device(&by, device, reason).await?;
    let text = Text::new(
        format!("{device} の使用を終わりました（失効した電子証明書 {}枚）。", serials.len()),
        format!("retired {device} ({} certificates revoked)", serials.len()),
    );
    let json = json!({ "device": device, "stage": "retired", "reason": reason.as_str(), "revoked": serials, "version": version });
    let said = super::crl::with_list(context, &by, mailed(context, version, (text, json)).await).await;
    Ok(receipted(context, version, said).await)
}
