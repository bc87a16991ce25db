//! What stands in somebody's way, and where it is taken out of it.

/// One thing that keeps somebody from working. `console/obstacles.html` shows a list of them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Obstacle {
    pub(crate) said: String,
    /// What leads on from here, and where to.
    pub(crate) way: Option<(&'static str, String)>,
}

impl Obstacle {
    /// Something that only its sentence can be said of.
    pub(crate) fn new(said: impl Into<String>) -> Self {
        Self { said: said.into(), way: None }
    }

    /// The same, with a way on.
    #[must_use]
    pub(crate) fn way(self, words: &'static str, path: impl Into<String>) -> Self {
        Self { way: Some((words, path.into())), ..self }
    }
}
