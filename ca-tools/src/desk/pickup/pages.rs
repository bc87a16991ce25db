//! What people read while they pick up a certificate.

use askama::Template;
use certs::Timestamp;
use pages::Language;
use registry::Os;

use super::super::apply;
use super::super::page::Frame;
use super::super::spoken::minute;
use crate::container::{Container, FilePassword};
use crate::platform::system;
use crate::ticket::Part;

/// Number and code.
#[derive(Template)]
#[template(path = "pickup/form.html")]
pub(super) struct Form<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) base: &'static str,
    pub(super) number: &'a str,
    pub(super) code: &'a str,
    pub(super) mistake: Option<&'a str>,
    pub(super) number_illegible: bool,
    pub(super) code_illegible: bool,
    /// The other container may still be taken.
    pub(super) other: bool,
    pub(super) qr: Option<String>,
}

/// The file's password, the button and the steps.
#[derive(Template)]
#[template(path = "pickup/ready.html")]
pub(crate) struct Ready<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) base: &'static str,
    pub(super) step: Step,
    pub(super) download: Download,
    pub(super) device: String,
    pub(super) label: &'a str,
    pub(super) number: String,
    pub(super) code: String,
    pub(super) file_password: FilePassword,
    pub(super) loss_code: String,
    pub(super) until: Timestamp,
}

/// Where the file is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Download {
    /// It is made at the press of the button.
    Now,
    /// It was made, and comes again until then.
    Again { until: Timestamp },
    /// It was made, and is kept no longer.
    Gone,
}

/// Which steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) os: Os,
    pub(super) part: Part,
    pub(super) container: Container,
}

impl Ready<'_> {
    fn check(&self) -> String {
        format!("{}/.gateway/check", self.frame.words.links.service)
    }

    /// The manual of the device's system, on the help site.
    fn manual(&self) -> String {
        format!("{}{}", self.frame.words.links.help, system(self.step.os).manual())
    }

    fn file(&self) -> String {
        format!("{}.{}", self.device, self.step.container.extension())
    }

    fn part(&self) -> &'static str {
        match self.step.part {
            Part::First => "first",
            Part::Other => "other",
        }
    }

    fn until(&self) -> String {
        minute(self.until)
    }

    fn minute(&self, at: &Timestamp) -> String {
        minute(*at)
    }
}

/// A browser inside a program.
#[derive(Template)]
#[template(path = "pickup/in_app.html")]
pub(super) struct InApp<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) ios: bool,
    pub(super) address: String,
}

/// The page was opened on another system than the registered one.
#[derive(Template)]
#[template(path = "pickup/other_device.html")]
pub(super) struct OtherDevice<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) base: &'static str,
    pub(super) device: String,
    pub(super) label: &'a str,
    pub(super) os: Os,
    pub(super) part: Part,
    pub(super) number: String,
    pub(super) code: String,
    pub(super) qr: Option<String>,
    pub(super) address: String,
}

impl OtherDevice<'_> {
    fn system(&self) -> &'static str {
        apply::system(self.os)
    }
}

/// Nothing came of it.
#[derive(Template)]
#[template(path = "pickup/stopped.html")]
pub(super) struct Stopped<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) text: String,
}
