//! The rows of a table, each cell judged as on a form; all that is wrong is told at once.

use registry::{LoginId, OfficeNo, Os, Ownership, RoomRef};

use super::Noun;
use super::head::TableHead;
use crate::acts::{
    AttendanceRow, DeviceForm, Import, InvitationRow, OfficeForm, OfficeRow, Person, PersonRow, RoomRow,
};
use crate::application::{
    Day, Details, FiscalYear, Professions, code_of, kana_of, login_of, name_of, office_of, os, ownership,
    pledge_accepted,
};
use crate::language::Text;
use crate::password::readable;
use crate::sheet::{self, SheetMistake, SheetRow};
use crate::spelling::{NEITHER, YesNo, matched};

/// A table that can be taken over, and where each of its rows stood.
#[derive(Debug)]
pub(crate) struct Bulk {
    pub(crate) noun: Noun,
    pub(crate) import: Import,
    pub(super) head: TableHead,
    pub(super) rows: Vec<SheetRow>,
}

impl Bulk {
    /// Where each row stood.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = usize> {
        self.rows.iter().map(|row| row.number)
    }
}

/// Reads a file.
///
/// # Errors
/// Everything that is wrong with it, by its cell.
pub(crate) fn read(octets: &[u8], noun: Noun, professions: &Professions) -> Result<Bulk, Vec<SheetMistake>> {
    let rows = sheet::read(octets).map_err(|mistake| vec![mistake])?;
    let Some((first, rows)) = rows.split_first() else {
        return Err(vec![SheetMistake::of_file(Text::new(
            "1行目に項目名がありません。",
            "there is no line of column names",
        ))]);
    };
    let head = TableHead::of(noun, first)?;
    if rows.is_empty() {
        return Err(vec![SheetMistake::of_row(
            first.number + 1,
            Text::new("1件もありません。2行目から1行に1件ずつ書いてください。", "there is none"),
        )]);
    }
    let left: Vec<_> = rows.iter().filter(|row| is_example(noun, row)).collect();
    if !left.is_empty() {
        let text = Text::new(
            "記入例のままです。この行を消すか、書き換えてください。",
            "is the example: take it out, or write over it",
        );
        return Err(left.into_iter().map(|row| SheetMistake::of_row(row.number, text.clone())).collect());
    }
    let mut reader = RowReader { head: &head, professions, row: first, mistakes: Vec::new() };
    let import = match noun {
        Noun::Offices => Import::Offices(reader.each(rows, RowReader::office)),
        Noun::People => Import::People(reader.each(rows, RowReader::person)),
        Noun::Devices => Import::Devices(reader.each(rows, RowReader::device)),
        Noun::Rooms => Import::Rooms(reader.each(rows, RowReader::room)),
        Noun::Invitations => Import::Invitations(reader.each(rows, RowReader::invitation)),
        Noun::Attendances => Import::Attendances(reader.each(rows, RowReader::attendance)),
    };
    let mut mistakes = reader.mistakes;
    match &import {
        Import::People(people) => twice(people, rows, &head, &mut mistakes),
        Import::Offices(_)
        | Import::Devices(_)
        | Import::Rooms(_)
        | Import::Invitations(_)
        | Import::Attendances(_) => alike(rows, &mut mistakes),
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let rows = rows.to_vec();
    Ok(Bulk { noun, import, head, rows })
}

/// Reads one row after the other.
struct RowReader<'a> {
    head: &'a TableHead,
    professions: &'a Professions,
    row: &'a SheetRow,
    mistakes: Vec<SheetMistake>,
}

impl<'a> RowReader<'a> {
    fn each<T>(&mut self, rows: &'a [SheetRow], read: fn(&mut Self) -> Option<T>) -> Vec<T> {
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            self.row = row;
            let nameless: Vec<_> = self.head.nameless(row).collect();
            self.mistakes.extend(nameless);
            all.extend(read(self));
        }
        all
    }

    fn wrong(&mut self, key: &str, text: Text) {
        let (place, heading) = self.head.place(self.row.number, key);
        let stands = self.head.column(key).and_then(|column| self.row.cells.get(&column));
        self.mistakes.push(SheetMistake::at(place, heading, text).standing(stands));
    }

    /// What stands in a column; nothing where it is empty or no text, of which the latter is told.
    fn typed(&mut self, key: &str) -> Result<Option<&'a str>, ()> {
        let row = self.row;
        let Some(cell) = self.head.column(key).and_then(|column| row.cells.get(&column)) else { return Ok(None) };
        match cell.text() {
            Ok(text) => Ok(Some(text)),
            Err(text) => {
                self.wrong(key, text);
                Err(())
            }
        }
    }

    /// A cell that may be empty.
    fn may<T>(&mut self, key: &str, read: impl FnOnce(&str) -> Result<T, Text>) -> Option<Option<T>> {
        match self.typed(key) {
            Ok(None) => Some(None),
            Ok(Some(text)) => match read(text) {
                Ok(value) => Some(Some(value)),
                Err(text) => {
                    self.wrong(key, text);
                    None
                }
            },
            Err(()) => None,
        }
    }

    /// A cell that must hold something.
    fn must<T>(&mut self, key: &str, read: impl FnOnce(&str) -> Result<T, Text>) -> Option<T> {
        let found = self.may(key, read)?;
        if found.is_none() {
            self.wrong(key, Text::new("入力してください。", "is missing"));
        }
        found
    }

    fn office(&mut self) -> Option<OfficeRow> {
        let office = self.must("office", office_of);
        let mut held = true;
        let details = Details::from_fn(|detail| {
            let read = if detail.emptied().is_err() {
                self.must(detail.as_str(), |text| detail.reader()(text)).map(Some)
            } else {
                self.may(detail.as_str(), |text| detail.reader()(text))
            };
            held &= read.is_some();
            read.flatten()
        });
        let pledge = self.may("pledge", pledge_accepted);
        let form = OfficeForm { details, pledge: pledge? };
        Some(OfficeRow { office: office?, form }).filter(|_| held)
    }

    fn person(&mut self) -> Option<PersonRow> {
        let office = self.must("office", office_of);
        let name = self.must("name", name_of);
        let kana = self.may("kana", kana_of);
        let professions = self.professions;
        let profession = self.must("profession", |text| professions.read(text));
        let login_id = self.may("login_id", login_of);
        let contact = self.may("contact", |text| match text.parse() {
            Ok(YesNo::Yes) => Ok(true),
            Ok(YesNo::No) => Ok(false),
            Err(_) => Err(Text::new(NEITHER.0, NEITHER.1)),
        });
        let person = Person {
            office: office?,
            name: name?,
            kana: kana?.unwrap_or_default(),
            profession: profession?,
            roles: Vec::new(),
            login_id: login_id?,
        };
        Some(PersonRow { person, contact: contact?.unwrap_or_default() })
    }

    fn device(&mut self) -> Option<DeviceForm> {
        let office = self.must("office", office_of);
        let label = self.must("label", name_of);
        let os = self.must("os", read_os);
        let owner = self.must("ownership", read_ownership);
        let users = self.may("users", logins).map(Option::unwrap_or_default);
        if owner == Some(Ownership::Byod) && users.as_ref().is_some_and(Vec::is_empty) {
            let text = Text::new(
                "個人の端末は、使う人のIDを入力してください（その人が退職したときに使えなくするためです）。",
                "a personal device names whom it serves",
            );
            self.wrong("users", text);
            return None;
        }
        Some(DeviceForm { office: office?, label: label?, os: os?, ownership: owner?, users: users? })
    }

    fn room(&mut self) -> Option<RoomRow> {
        let room = self.may("room", read_room);
        let name = self.must("name", name_of);
        let room = match room? {
            Some(room) => room,
            None => drawn().map_err(|text| self.wrong("room", text)).ok()?,
        };
        Some(RoomRow { room, name: name? })
    }

    fn invitation(&mut self) -> Option<InvitationRow> {
        let room = self.must("room", read_room);
        let user = self.must("login_id", login_of);
        Some(InvitationRow { room: room?, user: user? })
    }

    fn attendance(&mut self) -> Option<AttendanceRow> {
        let year = self.must("year", read_year);
        let user = self.must("login_id", login_of);
        let on = self.may("on", read_day);
        let (year, on) = (year?, on?);
        if let Some(day) = on.filter(|day| !year.has(*day)) {
            let text = Text::new(
                format!("{}は{}の日ではありません。日付か年度を直してください。", day.japanese(), year.japanese()),
                format!("{day} is not in the fiscal year {year}"),
            );
            self.wrong("on", text);
            return None;
        }
        Some(AttendanceRow { year, user: user?, on })
    }
}

fn read_year(text: &str) -> Result<FiscalYear, Text> {
    code_of(text)?.parse().map_err(|_| {
        Text::new(
            "年度を 2026 のように入力してください（2026年4月から2027年3月まで）。",
            "a fiscal year looks like 2026",
        )
    })
}

fn read_day(text: &str) -> Result<Day, Text> {
    code_of(text)?
        .parse()
        .map_err(|_| Text::new("日付を 2026-11-28 のように入力してください。", "a day looks like 2026-11-28"))
}

fn read_os(text: &str) -> Result<Os, Text> {
    let typed = matched(&code_of(text)?);
    let known = Os::ALL.iter().copied().find(|one| typed == one.as_str() || typed == matched(os(*one)));
    known.ok_or_else(|| {
        Text::new(
            "windows・macos・linux・android・ios から選んで書いてください。",
            "windows, macos, linux, android or ios",
        )
    })
}

fn read_ownership(text: &str) -> Result<Ownership, Text> {
    let typed = matched(&code_of(text)?);
    let both = [Ownership::Office, Ownership::Byod];
    let known = both.into_iter().find(|one| typed == one.as_str() || typed == matched(ownership(*one)));
    known.ok_or_else(|| Text::new("office（事業所の端末）か byod（個人の端末）と書いてください。", "office or byod"))
}

/// IDs in one cell.
fn logins(text: &str) -> Result<Vec<LoginId>, Text> {
    let parts = text.split(['、', ',', '，', ' ', '　', '\n', ';']).filter(|part| !part.trim().is_empty());
    parts.map(login_of).collect()
}

fn read_room(text: &str) -> Result<RoomRef, Text> {
    code_of(text)?.parse().map_err(|why: registry::NameRefusal| {
        Text::new("部屋番号を、英数字・「-」「_」で入力してください。", why.to_string())
    })
}

/// A reference that says nothing of the person and cannot be guessed.
fn drawn() -> Result<RoomRef, Text> {
    let failed = |why: String| Text::new("部屋番号を決められませんでした。", why);
    let drawn = readable(12).map_err(|why| failed(why.to_string()))?;
    drawn.parse().map_err(|why: registry::NameRefusal| failed(why.to_string()))
}

/// Whether a row is the one that a template shows.
fn is_example(noun: Noun, row: &SheetRow) -> bool {
    let texts: Vec<&str> = row.cells.values().filter_map(|cell| cell.text().ok()).map(str::trim).collect();
    let example = noun.example();
    texts.iter().any(|text| text.starts_with("（例）")) || example.iter().filter(|cell| !cell.is_empty()).eq(texts)
}

/// A row that stands there twice was copied once too often, or is of two things that nobody could tell apart.
fn alike(rows: &[SheetRow], mistakes: &mut Vec<SheetMistake>) {
    let mut seen: std::collections::HashMap<Vec<(usize, String)>, usize> = std::collections::HashMap::new();
    for row in rows {
        let cells = row.cells.iter().filter_map(|(column, cell)| Some((*column, matched(cell.text().ok()?)))).collect();
        if let Some(first) = seen.insert(cells, row.number) {
            let text = Text::new(
                format!("{first}行目と同じ内容です。どちらか1行にするか、区別できるように書いてください。"),
                format!("the same as row {first}: leave one of them, or tell them apart"),
            );
            mistakes.push(SheetMistake::of_row(row.number, text));
        }
    }
}

/// A person who stands in two rows is one person, or two who are to be told apart by their IDs.
fn twice(people: &[PersonRow], rows: &[SheetRow], head: &TableHead, mistakes: &mut Vec<SheetMistake>) {
    // Where a row was wrong, rows and people do not go together; that is told first.
    if people.len() != rows.len() {
        return;
    }
    let mut seen: std::collections::BTreeMap<(&OfficeNo, String), usize> = std::collections::BTreeMap::new();
    for (row, PersonRow { person, .. }) in rows.iter().zip(people) {
        if person.login_id.is_some() {
            continue;
        }
        if let Some(first) = seen.insert((&person.office, matched(&person.name)), row.number) {
            let (place, heading) = head.place(row.number, "name");
            let text = Text::new(
                format!("{first}行目と同じ人です。別の人のときは、両方の行にカシワニネットIDを書いてください。"),
                format!("the same person as in row {first}; where it is another, write both their IDs"),
            );
            mistakes.push(SheetMistake::at(place, heading, text));
        }
    }
}
