//! What can be done here: a button for each act that the reader may do; for the others the sentence who can.

use super::may::{May, Right};

/// Its list on a page. `console/doable.html` shows it.
#[derive(Clone, Debug)]
pub(crate) struct Doable {
    may: May,
    buttons: Vec<Button>,
    others: Vec<(Right, Vec<&'static str>)>,
}

/// One button: the page of an act.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Button {
    pub(crate) words: &'static str,
    pub(crate) path: String,
}

impl Doable {
    /// Nothing yet, for a reader of these rights.
    pub(crate) fn of(may: May) -> Self {
        Self { may, buttons: Vec::new(), others: Vec::new() }
    }

    /// One act more, which takes this right.
    #[must_use]
    pub(crate) fn with(mut self, right: Right, words: &'static str, path: impl Into<String>) -> Self {
        if self.may.has(right) {
            self.buttons.push(Button { words, path: path.into() });
            return self;
        }
        match self.others.iter_mut().find(|(of, _)| *of == right) {
            Some((_, acts)) => acts.push(words),
            None => self.others.push((right, vec![words])),
        }
        self
    }

    pub(crate) fn buttons(&self) -> &[Button] {
        &self.buttons
    }

    /// 「一時停止する・削除する：この操作は、…の職員が行えます。」
    pub(crate) fn who_else(&self) -> Vec<String> {
        self.others.iter().map(|(right, acts)| format!("{}：{}", acts.join("・"), right.who())).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.buttons.is_empty() && self.others.is_empty()
    }
}
