//! The fields of a form, as they were typed (application/x-www-form-urlencoded).

use url::form_urlencoded;
use zeroize::Zeroizing;

/// Name and value, in the order of the form. Values are wiped when dropped.
#[derive(Default)]
pub(crate) struct Fields(Vec<(String, Zeroizing<String>)>);

impl Fields {
    /// Of a body or a query.
    pub(crate) fn of(octets: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(octets);
        Self(pairs.map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned()))).collect())
    }

    /// Every name with its first value.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut seen = std::collections::HashSet::new();
        let first = self.0.iter().filter(move |(name, _)| seen.insert(name.as_str()));
        first.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The first value of this name, or nothing.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }
}

impl Fields {
    /// Every value of this name, in the order of the form.
    pub(crate) fn each(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl FromIterator<(String, String)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(fields: I) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name, Zeroizing::new(value))).collect())
    }
}

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}
