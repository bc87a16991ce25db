//! One act on many of a list: which of them and what is chosen there; a page says whom it touches, who is left out and why; the
//! next press does it to exactly those, whole or not at all.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;

use super::super::act::{Act, Field, FieldKind, Touched, meanwhile, once, seen};
use super::super::fact::named;
use super::super::frame::Frame;
use super::super::may::Right;
use super::super::missing::{not_yours, nothing, silent};
use super::super::operator::Operator;
use super::done_to::{self, DoneTo, Meant};
use super::query::{ListQuery, address};
use super::{ListRow, name, picked};
use crate::acts::{Frozen, FrozenRow, ListLook, MOST_OF_A_LIST};
use crate::clock::now;
use crate::desk::{Desk, Fields};
use crate::ledger::Roll;
use crate::proposal::ListAct;
use crate::refusal::{ListRefusal, Refusal};
use crate::words::for_console;

/// So many lines of each kind stand on the page; all of them stand in the record.
const LINES: usize = 200;
/// So much of what changed is told.
const TOLD: usize = 10;
/// A list of so many, with their marks.
const LARGEST_LIST: usize = 256 * 1024;
const LOOK: &str = "対象を確かめる";
const PROPOSE: &str = "もう1人の承認を求める";

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/console/change/list/{noun}", post(act)).layer(DefaultBodyLimit::max(LARGEST_LIST))
}

/// What is chosen on a list, and for which of its rows.
pub(super) struct Choosing {
    /// Where its form goes.
    pub(super) path: String,
    /// The search, as the address says it.
    pub(super) of: String,
    /// The rows of this page.
    pub(super) shown: String,
    /// Value and words.
    pub(super) acts: Vec<(&'static str, &'static str)>,
    /// Whether all that the search finds can be meant.
    pub(super) all: bool,
    /// How many can.
    pub(super) most: usize,
}

impl Choosing {
    /// On this list; nothing where nothing can be done to many of it.
    pub(super) fn of(asked: &ListQuery, (rows, total): (&[ListRow], i64)) -> Option<Self> {
        let acts: Vec<_> = done_to::of(asked.roll).iter().map(|one| (one.name(), one.words())).collect();
        let total = usize::try_from(total).unwrap_or(usize::MAX);
        (!acts.is_empty() && !rows.is_empty()).then(|| Self {
            path: path_of(asked.roll),
            of: criterion(asked),
            shown: rows.iter().map(|row| row.key.as_str()).collect::<Vec<_>>().join(" "),
            acts,
            all: total <= MOST_OF_A_LIST,
            most: MOST_OF_A_LIST,
        })
    }
}

/// The search as it is kept: what stands behind `?` in its address.
pub(super) fn criterion(asked: &ListQuery) -> String {
    asked.narrowed().split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
}

fn path_of(roll: Roll) -> String {
    format!("/console/change/list/{}", address(roll).rsplit('/').next().unwrap_or_default())
}

/// What one form means.
struct ManyForm<'a> {
    desk: &'a Desk,
    operator: &'a Operator,
    query: ListQuery,
    done_to: DoneTo,
    rows: Vec<FrozenRow>,
}

async fn act(State(desk): State<Desk>, Path(noun): Path<String>, operator: Operator) -> Response {
    if !operator.may().has(Right::Change) {
        return not_yours(&desk, &operator, Right::Change);
    }
    let roll = [Roll::Devices, Roll::People].into_iter().find(|roll| address(*roll).ends_with(&format!("/{noun}")));
    let Some(roll) = roll else {
        return nothing(&desk, &operator, "この一覧では、まとめて行えません。");
    };
    let typed = operator.fields();
    let query = ListQuery::of(roll, &Fields::of(typed.get("of").as_bytes()), now().unix());
    let rows = match picked::rows(&desk, &operator, &query).await {
        Ok(rows) => rows,
        Err(why) => {
            tracing::warn!(%why, "the registry does not answer");
            return silent(&desk, &operator);
        }
    };
    let chosen = done_to::of(roll).iter().find(|one| one.name() == typed.get("act")).copied();
    let Some(done_to) = chosen else { return which(&desk, &operator, (&query, &rows)) };
    ManyForm { desk: &desk, operator: &operator, query, done_to, rows }.answered().await
}

/// Asks what is to be done, where nothing was chosen.
fn which(desk: &Desk, operator: &Operator, (query, rows): (&ListQuery, &[FrozenRow])) -> Response {
    let frame = Frame::of(desk, operator, now(), format!("{}にまとめて行う", name(query.roll)));
    let mut page = Act::of(frame, LOOK, path_of(query.roll), query.narrowed());
    let acts = done_to::of(query.roll).iter().map(|one| (one.name().to_owned(), one.words().to_owned()));
    let chosen = Field::new("act", "すること", FieldKind::Select(acts.collect())).needed();
    page.fields = vec![chosen, hidden("of", criterion(query)), hidden("list", picked::carried(rows))];
    page.with_wrong("act", "することを選んでください。").mistaken()
}

fn hidden(name: &'static str, value: String) -> Field {
    Field { value, ..Field::new(name, "", FieldKind::Hidden) }
}

impl<'a> ManyForm<'a> {
    async fn answered(self) -> Response {
        let pressed = self.operator.fields().get("do");
        match self.done_to.meant(self.operator) {
            Meant::This(what) if pressed == "act" || pressed == "propose" => {
                let made = self.done(&what, pressed == "propose");
                match once(self.desk, self.operator, made).await {
                    Ok(place) => Redirect::to(&place).into_response(),
                    Err(answer) => answer,
                }
            }
            Meant::This(what) => match self.looked(&what).await {
                Ok(page) => page.shown(),
                Err(answer) => answer,
            },
            Meant::Lacks(what, field) => self.lacking(what, field, !pressed.is_empty()).await,
        }
    }

    /// The page on which something is still to be said: beside whom it touches where that is known without it.
    async fn lacking(&self, what: Option<ListAct>, field: Field, pressed: bool) -> Response {
        let (name, mistake) = (field.name, field.mistake.clone().unwrap_or_default());
        let mut page = match what {
            Some(what) => match self.looked(&what).await {
                Ok(page) => page,
                Err(answer) => return answer,
            },
            None => {
                let mut page = self.page(self.done_to.words());
                page.button = LOOK;
                page.fields = self.done_to.fields(self.operator);
                page.fields.extend(self.carried(&self.rows));
                page
            }
        };
        if pressed || !self.operator.fields().get(name).is_empty() {
            page.wrong(name, &mistake);
            return page.mistaken();
        }
        page.shown()
    }

    /// Does it, or proposes it; where that is told.
    async fn done(&self, what: &ListAct, proposes: bool) -> Result<String, Response> {
        let frozen = self.frozen(what);
        let (writer, by) = (self.desk.writer(), self.operator.by(now()));
        let done = if proposes {
            match writer.still_frozen(&by, &frozen).await {
                Ok(()) => writer.propose(&by, &frozen.act()).await.map(|one| (Some(one.no), one.version)),
                Err(why) => Err(why),
            }
        } else {
            writer.act_by_list(&by, &frozen).await.map(|version| (None, version))
        };
        match done {
            Ok((Some(no), version)) => Ok(format!("/console/proposals/{no}?done={version}")),
            Ok((None, version)) => Ok(self.query.path(&[("sort", ""), ("done", &version.to_string())])),
            Err(why) => {
                // As it is now, so that whoever has read what changed goes on from here.
                let mut page = self.looked(what).await?;
                self.says(&mut page, &why).await;
                Err(page.mistaken())
            }
        }
    }

    /// Says why nothing was done, and what others changed meanwhile.
    async fn says(&self, page: &mut Act<'_>, why: &Refusal) {
        page.refused(why);
        page.proposes = false;
        if let Refusal::List(ListRefusal::Moved(ids)) = why {
            for id in ids.iter().take(TOLD) {
                page.mistakes.extend(meanwhile(self.desk, self.operator, id).await);
            }
        }
    }

    fn frozen(&self, what: &ListAct) -> Frozen {
        Frozen { what: what.clone(), rows: self.rows.clone(), criterion: self.query.narrowed() }
    }

    /// An empty page of this act.
    fn page(&self, heading: &str) -> Act<'a> {
        let frame = Frame::of(self.desk, self.operator, now(), heading);
        Act::of(frame, self.done_to.words(), path_of(self.query.roll), self.query.narrowed())
    }

    /// What the form carries along: what is done, the search, and the list as it is frozen.
    fn carried(&self, rows: &[FrozenRow]) -> Vec<Field> {
        vec![
            hidden("act", self.done_to.name().to_owned()),
            hidden("of", criterion(&self.query)),
            hidden("list", picked::carried(rows)),
        ]
    }

    /// The page that says whom it touches, who is left out and why, and what they are told.
    async fn looked(&self, what: &ListAct) -> Result<Act<'a>, Response> {
        let seen = seen(self.desk).await;
        let by = self.operator.by(now());
        let look = match self.desk.writer().foresee_list(&by, &self.frozen(what)).await {
            Ok(look) => look,
            Err(Refusal::Unavailable(why)) => {
                tracing::warn!(%why, "the registry does not answer");
                return Err(silent(self.desk, self.operator));
            }
            Err(why) => return Err(self.page(self.done_to.words()).without_button().brought_back(&why)),
        };
        let count = look.touched.len();
        let mut page = self.page(&what.said(count).ja);
        page.touched = self.lines(&look);
        page.warning = self.done_to.warning();
        if count == 0 {
            page.told = vec!["行える対象がありません。".to_owned()];
            return Ok(page.without_button());
        }
        page.told = self.told(&look);
        let mut fields = self.done_to.kept_fields(self.operator);
        fields.push(Field::why(look.needs.is_some()).filled(self.operator));
        let frozen =
            |(one, mark): &(crate::proposal::Touched, String)| FrozenRow { id: one.id.clone(), mark: mark.clone() };
        fields.extend(self.carried(&look.touched.iter().map(frozen).collect::<Vec<_>>()));
        let pressed = if look.needs.is_some() { "propose" } else { "act" };
        fields.extend([hidden("do", pressed.to_owned()), seen, Field::once()]);
        page.fields = fields;
        if look.needs.is_some() {
            page.button = PROPOSE;
        }
        Ok(page)
    }

    fn told(&self, look: &ListLook) -> Vec<String> {
        let count = look.touched.len();
        let mut told =
            vec![format!("{count}件すべてに行うか、1件も行わないかのどちらかです。途中で止まることはありません。")];
        told.extend(self.done_to.told().iter().map(|line| (*line).to_owned()));
        told.push(match look.letters {
            0 => "メールは送りません。必要なら電話などで伝えてください。".to_owned(),
            letters => format!("事業所の連絡先に、{letters}通のメールで知らせます。"),
        });
        if let Some(could) = &look.needs {
            let could = could.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
            told.push(format!(
                "もう1人の承認が必要です。承認されると、この{count}件に行われます。承認できる職員：{could}"
            ));
        }
        told
    }

    fn lines(&self, look: &ListLook) -> Vec<Touched> {
        let roll = self.query.roll;
        let line = |what, said, path| Touched { what, said, path };
        let path = |id: &str| Some(format!("{}/{id}", address(roll)));
        let mut lines = vec![line("条件", self.said_criterion(look), Some(self.query.narrowed()))];
        lines.push(line("対象", format!("{}件", look.touched.len()), None));
        lines.push(line("除くもの", format!("{}件", look.left_out.len()), None));
        let out = look.left_out.iter().take(LINES);
        lines.extend(out.map(|one| {
            let why = for_console(&one.why).ja.replace("何も変更していません。", "");
            line("除く", format!("{}：{why}", one.id), path(&one.id))
        }));
        let more = |lines: &mut Vec<Touched>, all: usize, what| {
            if all > LINES {
                lines.push(line(what, format!("ほか{}件", all - LINES), None));
            }
        };
        more(&mut lines, look.left_out.len(), "除く");
        let each = look.touched.iter().take(LINES);
        lines.extend(each.map(|(one, _)| line(name(roll), named(&one.id, &one.name), path(&one.id))));
        more(&mut lines, look.touched.len(), name(roll));
        lines
    }

    /// By what they were found; where the list grew or shrank since its page was opened, that too.
    fn said_criterion(&self, look: &ListLook) -> String {
        let typed = self.operator.fields();
        let chosen = match typed.get("which") {
            "all" => "検索結果のすべて",
            "shown" => "表示していたもの",
            "ticked" => "選んだもの",
            _ => "確かめた一覧",
        };
        let found = look.touched.len() + look.left_out.len();
        match typed.get("total").parse::<usize>() {
            Ok(total) if typed.get("which") == "all" && total != found => {
                format!("{}の一覧の{chosen}（一覧を開いたときは{total}件、いまは{found}件）", name(self.query.roll))
            }
            Ok(_) | Err(_) => format!("{}の一覧の{chosen}（{found}件）", name(self.query.roll)),
        }
    }
}
