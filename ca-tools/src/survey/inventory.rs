//! 端末の台帳: every approved device, for whoever looks whether it is still there (棚卸し).

use certs::Timestamp;

use super::unused::device_table;
use crate::calendar::minute;
use crate::language::Text;
use crate::ledger::RegisteredDevice;
use crate::sheet::PrintedReport;

pub(super) fn printed(devices: &[RegisteredDevice], now: Timestamp) -> PrintedReport {
    let other = |one: &&RegisteredDevice| one.seen_os.as_deref().is_some_and(|seen| seen != one.os && seen != "other");
    let differing = devices.iter().filter(other).count();
    let mut notes =
        vec![Text::new(format!("{}の時点の、承認済みの端末です。", minute(now)), format!("approved, as of {now}"))];
    if differing > 0 {
        notes.push(Text::new(
            format!("登録したOSと、最後に見たOSの違う端末が{differing}台あります。入れ替えの届け忘れがないか確かめてください。"),
            format!("{differing} devices were seen with another system than the registered one"),
        ));
    }
    let caption = Text::new(format!("端末（{}台）", devices.len()), "devices");
    let tables = vec![device_table(devices, caption)];
    PrintedReport { name: "devices", title: Text::new("端末の台帳", "devices"), notes, tables }
}
