//! Is there room where changes are written, and is the reserve there?

use super::finding::Finding;
use crate::acts::Writer;
use crate::disks::{DiskOf, LOW};
use crate::language::Text;

pub(super) fn examine(writer: &Writer) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (of, free, held) in writer.disks().look() {
        let (ja, en, mebibytes) = match of {
            DiskOf::Journal => ("変更の記録", "journal", free >> 20),
            DiskOf::Registry => ("台帳", "registry", free >> 20),
        };
        if free < LOW {
            let text = Text::new(
                format!(
                    "{ja}のあるディスクの空きが {mebibytes} MiB です。空きを作ってください。なくなると、停止・失効・終了のほかは変更できません。"
                ),
                format!(
                    "{mebibytes} MiB are left on the disk of the {en}: make room; without it, only what stops, revokes or ends is changed"
                ),
            );
            findings.push(Finding::notice("disk_low", of.as_str(), text));
        }
        if !held {
            let text = Text::new(
                format!(
                    "{ja}のあるディスクに、停止・失効・終了のための予備（.reserve）がありません。空きを作ると、次の変更のときに作られます。"
                ),
                format!(
                    "the reserve for what stops, revokes or ends is not on the disk of the {en}: it is made with the next change once there is room"
                ),
            );
            findings.push(Finding::notice("disk_without_reserve", of.as_str(), text));
        }
    }
    findings
}
