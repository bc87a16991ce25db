//! What waiting may be for: that something holds, or a thing that is there.

/// What a look came to.
pub trait Found {
    /// What whoever waited gets.
    type Thing;

    /// The thing, if it was there.
    fn thing(self) -> Option<Self::Thing>;
}

impl Found for bool {
    type Thing = ();

    fn thing(self) -> Option<()> {
        self.then_some(())
    }
}

impl<T> Found for Option<T> {
    type Thing = T;

    fn thing(self) -> Self {
        self
    }
}

impl<T, E> Found for Result<T, E> {
    type Thing = T;

    fn thing(self) -> Option<T> {
        self.ok()
    }
}
