//! The help site: guidance for everyone, no certificate, no session, no backend.

use http::{Method, Request, StatusCode};

use super::answer::Page;
use super::visit::Visit;
use super::walk;
use crate::policy::path::CleanPath;
use crate::proxy::Arriving;
use crate::refusal::{Fault, Refusal};

pub(super) fn answer(visit: &Visit, request: &Request<Arriving>) -> Result<Page, Refusal> {
    let site = visit.site();
    walk::judged_host(visit, request)?;
    let target = walk::target(visit, request)?;
    let path = CleanPath::of(&target).map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
    visit.door.house.log.ready().map_err(|_| Refusal::LogUnavailable)?;
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Refusal::NoRoute);
    }
    let reference = visit.line.reference().to_string();
    let facts = visit.page_facts(&reference);
    let page = visit.rules.guidance.help(path.path(), &facts).ok_or(Refusal::NoRoute)?;
    Ok(Page::of(page, StatusCode::OK, site.transport))
}
