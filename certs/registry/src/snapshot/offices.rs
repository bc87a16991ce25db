//! Which office stands behind an index in a packed device?
//!
//! There are thousands of offices where there are a million devices, so they are copied as a whole
//! when one of them changes.

use hashbrown::HashMap;

use crate::record::Office;
use names::OfficeNo;

/// Offices in the order in which they were first met.
#[derive(Clone, Debug, Default)]
pub(super) struct Offices {
    entries: Vec<(OfficeNo, Option<Office>)>,
    places: HashMap<OfficeNo, u32>,
}

impl Offices {
    /// The office of this number.
    pub(super) fn get(&self, number: &str) -> Option<&Office> {
        self.entries.get(*self.places.get(number)? as usize)?.1.as_ref()
    }

    /// The number, if it was met before.
    pub(super) fn known(&self, number: &str) -> Option<&OfficeNo> {
        self.number(*self.places.get(number)?)
    }

    /// The number of the office at this index.
    pub(super) fn number(&self, index: u32) -> Option<&OfficeNo> {
        self.entries.get(index as usize).map(|(number, _)| number)
    }

    /// The index of this number, if it was met before.
    pub(super) fn index(&self, number: &OfficeNo) -> Option<u32> {
        self.places.get(number).copied()
    }

    /// The index of this number; a new one where it is met for the first time.
    pub(super) fn meet(&mut self, number: &OfficeNo) -> u32 {
        self.index(number).unwrap_or_else(|| {
            // The city has fewer than 2^28 offices.
            let index = self.entries.len() as u32;
            self.entries.push((number.clone(), None));
            self.places.insert(number.clone(), index);
            index
        })
    }

    /// Puts an office in its place.
    pub(super) fn put(&mut self, office: Office) {
        let index = self.meet(&office.office) as usize;
        if let Some((_, record)) = self.entries.get_mut(index) {
            *record = Some(office);
        }
    }

    /// How many are known.
    pub(super) fn len(&self) -> usize {
        self.entries.iter().filter(|(_, record)| record.is_some()).count()
    }
}
