//! Where in memory does device number 123,456 lie?
//!
//! Device numbers are handed out one after the other, so their table needs no index: it is a row of
//! pages, found by the number itself. Copies share pages until one of them writes.

use std::sync::Arc;

use crate::snapshot::packed::PackedDevice;

/// Numbers on a page: 12 KB, copied in a microsecond.
const PER_PAGE: usize = 1024;

/// Devices by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Pages {
    pages: Vec<Option<Arc<Page>>>,
    length: usize,
}

type Page = [Option<PackedDevice>; PER_PAGE];

impl Pages {
    /// How many devices there are.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// The device of this number.
    pub(super) fn get(&self, number: u32) -> Option<PackedDevice> {
        let number = number as usize;
        self.pages.get(number / PER_PAGE)?.as_ref()?[number % PER_PAGE]
    }

    /// Puts a device in the place of the one with its number, which is handed back.
    pub(super) fn put(&mut self, number: u32, device: PackedDevice) -> Option<PackedDevice> {
        let number = number as usize;
        let index = number / PER_PAGE;
        if index >= self.pages.len() {
            self.pages.resize(index + 1, None);
        }
        let page = self.pages[index].get_or_insert_with(|| Arc::new([None; PER_PAGE]));
        let replaced = Arc::make_mut(page)[number % PER_PAGE].replace(device);
        self.length += usize::from(replaced.is_none());
        replaced
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Device, DeviceStage, Os, Ownership};
    use names::OfficeNo;

    fn device(number: u32, suspended: bool) -> PackedDevice {
        let device = Device {
            device: certs::DeviceNo::new(number).unwrap(),
            office: "1272201234".parse::<OfficeNo>().unwrap(),
            os: Os::Ios,
            ownership: Ownership::Byod,
            stage: DeviceStage::Approved,
            suspended,
            approved_until: None,
            users: None,
        };
        PackedDevice::new(&device, 0)
    }

    #[test]
    fn the_first_and_the_last_number_have_a_place_and_none_between_costs_a_page() {
        let mut pages = Pages::default();
        for number in [1, 1023, 1024, 99_999_999] {
            assert!(pages.put(number, device(number, false)).is_none());
        }
        assert_eq!(pages.len(), 4);
        assert!(pages.get(99_999_999).is_some() && pages.get(2).is_none() && pages.get(50_000).is_none());
        assert_eq!(pages.pages.iter().flatten().count(), 3);
    }

    #[test]
    fn a_change_copies_one_page_and_leaves_the_older_copy_as_it_was() {
        let mut before = Pages::default();
        for number in 1..=5_000 {
            before.put(number, device(number, false));
        }
        let mut after = before.clone();
        assert!(after.put(7, device(7, true)).is_some_and(|replaced| !replaced.suspended()));
        assert!(!before.get(7).unwrap().suspended() && after.get(7).unwrap().suspended());
        let shared = before.pages.iter().flatten().zip(after.pages.iter().flatten());
        assert_eq!(shared.filter(|(a, b)| !Arc::ptr_eq(a, b)).count(), 1);
    }
}
