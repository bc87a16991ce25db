//! Lists: filters are links in the address, so that a list can be sent to a colleague; headings sort; fifty rows a page.

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::Value as Json;

use super::export_form::ExportForm;
use super::fact::{named, text};
use super::frame::{Frame, page};
use super::may::Right;
use super::missing::silent;
use super::operator::Operator;
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::language::Language;
use crate::ledger::{Entry, Roll, SortOrder};
use crate::words::said;

mod act;
mod done_to;
mod filter;
mod picked;
mod query;

use act::Choosing;
use filter::{Group, groups};
pub(super) use query::whole;
use query::{ListQuery, address, fields};

/// A list of the console.
#[derive(Template)]
#[template(path = "console/list.html")]
pub(super) struct List<'a> {
    frame: Frame<'a>,
    /// What it is a list of.
    of: &'static str,
    total: i64,
    /// What is begun from here: words and address.
    begins: &'static [(&'static str, &'static str)],
    /// What it is sorted by, in words.
    sorted: String,
    groups: Vec<Group>,
    heads: Vec<ColumnHead>,
    rows: Vec<ListRow>,
    /// What can be done to many at once, by whoever may.
    choosing: Option<Choosing>,
    /// Who can, where the reader may not.
    others: Option<&'static str>,
    next: Option<String>,
    /// Where it begins, from where it goes on.
    first: Option<String>,
    export: ExportForm,
}

/// The heading of a column.
struct ColumnHead {
    words: String,
    /// Where it leads: the same list sorted by this; none where it cannot be.
    path: Option<String>,
    /// As `aria-sort` says it.
    sorted: Option<&'static str>,
}

/// A row of a table.
struct ListRow {
    /// Its number or ID.
    key: String,
    cells: Vec<Cell>,
}

/// A cell of a table.
struct Cell {
    words: String,
    path: Option<String>,
}

pub(super) fn routes() -> Router<Desk> {
    let list = |roll: Roll| get(move |desk, query, operator| show(roll, desk, query, operator));
    Router::new()
        .route("/console/offices", list(Roll::Offices))
        .route("/console/people", list(Roll::People))
        .route("/console/devices", list(Roll::Devices))
        .route("/console/certificates", list(Roll::Certificates))
        .route("/console/rooms", list(Roll::Rooms))
        .route("/console/applications", list(Roll::Applications))
        .route("/console/tickets", list(Roll::Tickets))
        .merge(act::routes())
}

async fn show(roll: Roll, State(desk): State<Desk>, RawQuery(query): RawQuery, operator: Operator) -> Response {
    let asked = ListQuery::of(roll, &Fields::of(query.as_deref().unwrap_or_default().as_bytes()), now().unix());
    let ledger = desk.writer().ledger();
    let found = match asked.whole_question(&ledger).await {
        Ok(question) => ledger.list(&question).await,
        Err(why) => Err(why),
    };
    let found = match found {
        Ok(found) => found,
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    let may_change = operator.may().has(Right::Change);
    let rows: Vec<_> = found.entries.iter().map(|entry| row(roll, entry)).collect();
    let choosing = Choosing::of(&asked, (&rows, found.total)).filter(|_| may_change);
    let list = List {
        frame: Frame::of(&desk, &operator, now(), name(roll)).telling_what_was_done(&desk, query.as_deref()).await,
        of: name(roll),
        total: found.total,
        begins: if may_change { begins(roll) } else { &[] },
        sorted: asked.sorted(),
        groups: groups(&asked),
        heads: heads(&asked),
        rows,
        others: (choosing.is_none() && !may_change && done_to::any(roll)).then_some(Right::Change.who()),
        choosing,
        next: found.next.map(|(value, key)| asked.path(&[("after", &format!("{value}~{key}"))])),
        first: asked.after.is_some().then(|| asked.narrowed()),
        export: ExportForm::of(address(roll), asked.path(&[]), found.total),
    };
    page(StatusCode::OK, &list)
}

/// What a list is of.
const fn name(roll: Roll) -> &'static str {
    match roll {
        Roll::Offices => "事業所",
        Roll::People => "利用者",
        Roll::Devices => "端末",
        Roll::Certificates => "電子証明書",
        Roll::Rooms => "部屋",
        Roll::Applications => "申請",
        Roll::Tickets => "取得用番号",
    }
}

/// What is begun from a list, by whoever may: words and address.
const fn begins(roll: Roll) -> &'static [(&'static str, &'static str)] {
    match roll {
        Roll::Offices => &[
            ("事業所を登録する", "/console/change/offices/new/register"),
            ("表からまとめて登録する", "/console/change/import/offices"),
        ],
        Roll::People => &[
            ("利用者を登録する", "/console/change/people/new/add"),
            ("表からまとめて登録する", "/console/change/import/people"),
        ],
        Roll::Devices => &[("表からまとめて登録する", "/console/change/import/devices")],
        Roll::Rooms => &[
            ("部屋を開設する", "/console/change/rooms/new/open"),
            ("表からまとめて開設する", "/console/change/import/rooms"),
            ("表からまとめて招待する", "/console/change/import/invitations"),
        ],
        Roll::Applications | Roll::Certificates | Roll::Tickets => &[],
    }
}

fn heads(asked: &ListQuery) -> Vec<ColumnHead> {
    let sorts = asked.roll.sorts();
    let head = |field: &&'static str| {
        let is_sorted = asked.sort == *field;
        let other = match asked.order {
            SortOrder::Ascending if is_sorted => format!("-{field}"),
            SortOrder::Ascending | SortOrder::Descending => (*field).to_owned(),
        };
        let sortable = sorts.iter().any(|sort| sort.name == *field);
        let sorted = is_sorted.then_some(match asked.order {
            SortOrder::Ascending => "ascending",
            SortOrder::Descending => "descending",
        });
        let words = if *field == "used_at" { "最後に使われた日".to_owned() } else { asked.heading(field) };
        ColumnHead { words, path: sortable.then(|| asked.path(&[("sort", &other)])), sorted }
    };
    fields(asked.roll).iter().map(head).collect()
}

fn row(roll: Roll, entry: &Entry) -> ListRow {
    let key = fields(roll).first().map(|field| text(entry, field).to_owned()).unwrap_or_default();
    ListRow { key, cells: cells(roll, entry) }
}

fn cells(roll: Roll, entry: &Entry) -> Vec<Cell> {
    let beside = fields(roll);
    let cell = |(at, field): (usize, &&'static str)| {
        let raw = text(entry, field);
        let words = match *field {
            "office" if at > 0 => named(raw, text(entry, "office_name")),
            "device" if at > 0 => named(raw, text(entry, "label")),
            "stage" if entry.get("suspended").and_then(Json::as_bool).unwrap_or_default() => "一時停止中".to_owned(),
            "used_at" if raw.is_empty() => "まだありません".to_owned(),
            "members" => entry.get("members").map(ToString::to_string).unwrap_or_default(),
            _ if raw.is_empty() => String::new(),
            _ => said(field, raw, beside, Language::Japanese),
        };
        let key = form_urlencoded(raw);
        let path = match *field {
            _ if raw.is_empty() => None,
            _ if at == 0 => Some(format!("{}/{key}", address(roll))),
            "office" => Some(format!("/console/offices/{key}")),
            "device" => Some(format!("/console/devices/{key}")),
            _ => None,
        };
        Cell { words, path }
    };
    beside.iter().enumerate().map(cell).collect()
}

fn form_urlencoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_the_whole_list_and_what_it_does_not_know_is_left_out() {
        let fields = Fields::of(b"office=1272200001&stage=approved&color=red&sort=-office&after=1272200001~12");
        let asked = ListQuery::of(Roll::Devices, &fields, 0);
        assert_eq!(asked.path(&[]), "/console/devices?office=1272200001&stage=approved&sort=-office");
        assert_eq!(asked.narrowed(), "/console/devices?office=1272200001&stage=approved");
        assert_eq!(asked.after, Some(("1272200001".to_owned(), "12".to_owned())));
        assert_eq!(asked.question().clauses.len(), 2);
        let heads = heads(&asked);
        let office = heads.iter().find(|head| head.sorted.is_some()).unwrap();
        assert_eq!((office.words.as_str(), office.sorted), ("事業所番号", Some("descending")));
        assert_eq!(
            office.path.as_deref(),
            Some("/console/devices?office=1272200001&stage=approved&sort=office"),
            "pressed again it turns round"
        );
    }
}
