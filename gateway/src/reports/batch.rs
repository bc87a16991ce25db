//! How do reports travel? Some hundreds at a time, as one JSON object, each as it was written.

/// The most reports of a batch.
const ENTRIES: usize = 500;
/// And their octets, unless one alone has more.
const OCTETS: usize = 256 << 10;

/// What a report tells of, the worthiest first: whoever waits for a cut to be told must not wait behind a stolen device's
/// refusals.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ReportKind {
    Cut,
    Checkpoint,
    Login,
    Sighting,
    Strangers,
    Refusal,
}

/// The lists of a batch, each an open JSON array.
#[derive(Debug, Default)]
pub(super) struct Parts {
    lists: [Vec<u8>; 5],
    count: usize,
    octets: usize,
}

/// A batch, as it will be sent until the desk has an answer to it.
#[derive(Debug)]
pub(crate) struct Batch {
    body: bytes::Bytes,
    count: usize,
}

impl ReportKind {
    /// In the order of their worth.
    pub(super) const ALL: [Self; 6] =
        [Self::Cut, Self::Checkpoint, Self::Login, Self::Sighting, Self::Strangers, Self::Refusal];

    /// Its place in [`Self::ALL`].
    pub(super) const fn rank(self) -> usize {
        match self {
            Self::Cut => 0,
            Self::Checkpoint => 1,
            Self::Login => 2,
            Self::Sighting => 3,
            Self::Strangers => 4,
            Self::Refusal => 5,
        }
    }

    const fn list(self) -> usize {
        match self {
            Self::Cut => 0,
            Self::Sighting => 1,
            Self::Login | Self::Refusal => 2,
            Self::Checkpoint => 3,
            Self::Strangers => 4,
        }
    }
}

impl Parts {
    /// Whether one more of so many octets fits in.
    pub(super) fn has_room(&self, octets: usize) -> bool {
        self.count == 0 || (self.count < ENTRIES && self.octets + octets <= OCTETS)
    }

    pub(super) fn add(&mut self, kind: ReportKind, entry: &[u8]) {
        let list = &mut self.lists[kind.list()];
        if !list.is_empty() {
            list.push(b',');
        }
        list.extend_from_slice(entry.trim_ascii_end());
        self.count += 1;
        self.octets += entry.len();
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }
}

impl Batch {
    /// Of this gateway's start, with its number, the version applied and how many were dropped since the start; and the
    /// hash of that version's event, by which the desk knows whether its own history is followed.
    pub(super) fn of((gateway, boot): (&str, &str), numbers: [u64; 3], head: &str, parts: Parts) -> Self {
        let [sequence, applied, dropped] = numbers;
        let mut body = format!(
            // The name has no character that JSON would escape: the configuration says so. The head is the registry's text.
            "{{\"gateway\":\"{gateway}\",\"boot\":\"{boot}\",\"sequence\":{sequence},\"applied\":{applied},\
             \"head\":{},\"dropped\":{dropped}",
            serde_json::Value::from(head)
        )
        .into_bytes();
        for (name, list) in ["cuts", "sightings", "lines", "checkpoints", "strangers"].iter().zip(&parts.lists) {
            body.extend_from_slice(format!(",\"{name}\":[").as_bytes());
            body.extend_from_slice(list);
            body.push(b']');
        }
        body.push(b'}');
        Self { body: body.into(), count: parts.count }
    }

    pub(crate) fn body(&self) -> &bytes::Bytes {
        &self.body
    }

    pub(crate) fn count(&self) -> u64 {
        self.count as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_report_stands_in_its_list_as_it_was_written_and_in_order() {
        let mut parts = Parts::default();
        parts.add(ReportKind::Refusal, b"{\"kind\":\"login\",\"seq\":1,\"prev\":\"00\"}");
        parts.add(ReportKind::Checkpoint, b"{\"kind\":\"checkpoint\"}\n");
        parts.add(ReportKind::Refusal, b"{\"seq\":2}");
        parts.add(ReportKind::Sighting, b"{\"os\":\"ios\"}");
        let batch = Batch::of(("gw-1", "b0"), [17, 123, 4], "ab\"c", parts);
        assert_eq!(
            std::str::from_utf8(batch.body()).unwrap(),
            "{\"gateway\":\"gw-1\",\"boot\":\"b0\",\"sequence\":17,\"applied\":123,\"head\":\"ab\\\"c\",\"dropped\":4,\"cuts\":[],\
             \"sightings\":[{\"os\":\"ios\"}],\"lines\":[{\"kind\":\"login\",\"seq\":1,\"prev\":\"00\"},{\"seq\":2}],\
             \"checkpoints\":[{\"kind\":\"checkpoint\"}],\"strangers\":[]}"
        );
        assert_eq!(batch.count(), 4);
    }

    #[test]
    fn a_batch_has_room_for_some_hundreds_and_always_for_one() {
        let mut parts = Parts::default();
        assert!(parts.has_room(OCTETS * 2));
        parts.add(ReportKind::Refusal, &vec![b'1'; OCTETS]);
        assert!(!parts.has_room(1));
        let mut parts = Parts::default();
        for _ in 0..ENTRIES {
            assert!(parts.has_room(1));
            parts.add(ReportKind::Cut, b"1");
        }
        assert!(!parts.has_room(1));
    }
}
