//! Does the application that an operator named serve? A number of ours must be one that exists, was not turned
//! down and is of the office at hand. The number of a paper is taken as it is.

use certs::DeviceNo;
use registry::OfficeNo;

use super::super::change::Change;
use crate::application::{ApplicationNo, Form};
use crate::refusal::{ApplicationRefusal, Kind, Refusal};
use crate::rows;

impl Change {
    /// Where `--application` is a number of ours: it exists, and was not rejected.
    pub(in crate::acts) async fn application_serves(&mut self) -> Result<(), Refusal> {
        let Some(no) = self.application_of_ours() else { return Ok(()) };
        let rejected = rows::application::is_rejected(self, no).await?;
        if rejected.ok_or_else(|| Refusal::Unknown(Kind::Application, no.to_string()))? {
            return Err(ApplicationRefusal::Rejected(no).into());
        }
        Ok(())
    }

    /// The application it rests on, which is one of this office.
    ///
    /// # Errors
    /// None was named, or one of ours that another office sent.
    pub(in crate::acts) async fn application_of(&mut self, office: &OfficeNo) -> Result<String, Refusal> {
        let application = self.application()?;
        self.is_of(office).await?;
        Ok(application)
    }

    /// Where an application of ours was named: it is of this office.
    pub(in crate::acts) async fn is_of(&mut self, office: &OfficeNo) -> Result<(), Refusal> {
        let Some(no) = self.application_of_ours() else { return Ok(()) };
        // One that is being received in this very change is not there yet, and is of the right office.
        let Some((of, form)) = rows::application::office_and_form(self, no).await? else { return Ok(()) };
        if of == office.as_str() {
            return Ok(());
        }
        match form {
            Form::OfficeNumber(form) if form.new_office == *office => Ok(()),
            Form::OfficeNumber(_)
            | Form::FirstRegistration(_)
            | Form::Ids(_)
            | Form::OfficeChange(_)
            | Form::Certificate(_) => Err(ApplicationRefusal::OtherOffice(no, of).into()),
        }
    }

    /// The same, of a device's office.
    pub(in crate::acts) async fn is_of_device(&mut self, device: DeviceNo) -> Result<(), Refusal> {
        if self.application_of_ours().is_none() {
            return Ok(());
        }
        let office = rows::device::office(self, device).await?;
        self.is_of(&office).await
    }

    fn application_of_ours(&self) -> Option<ApplicationNo> {
        self.named_application()?.parse().ok()
    }
}
