//! Why a maintenance window is not opened, or not closed.

use crate::calendar::minute;
use crate::language::Text;
use crate::maintenance::MaintenanceRefusal;

/// What was wrong, and what to do: the same on the command line and in the console.
pub(super) fn for_anybody(refusal: &MaintenanceRefusal) -> Text {
    let (ja, en) = match refusal {
        MaintenanceRefusal::Already(id) => {
            (format!("{id} は、すでに保守用のIDです。"), format!("{id} is an account for maintenance already"))
        }
        MaintenanceRefusal::Backwards => (
            "終わりの時刻が、始まりの時刻より前か同じです。作業計画書の日時を確かめてください。".to_owned(),
            "the window ends before it begins: see the work plan".to_owned(),
        ),
        MaintenanceRefusal::HoldsRoles(id) => (
            format!(
                "{id} は職員の役割を持っています。職員のIDは保守用にできません。保守する人のIDを別に登録してください。"
            ),
            format!("{id} holds operator roles: give who maintains an ID of their own"),
        ),
        MaintenanceRefusal::IsNone(id) => (
            format!("{id} は保守用のIDではありません。先に、保守用のIDにしてください（元に戻せません）。"),
            format!("{id} is no account for maintenance: make it one first, for good"),
        ),
        MaintenanceRefusal::NoPlan => (
            "作業計画書の番号がありません。番号を入れてください。".to_owned(),
            "no work plan is named: say its number".to_owned(),
        ),
        MaintenanceRefusal::NoWindow(id) => (
            format!("{id} には、開いている時間帯も、これからの時間帯もありません。"),
            format!("{id} has no window that is open or to come"),
        ),
        MaintenanceRefusal::Open(id, until) => (
            format!("{id} には、{} までの時間帯があります。終わるのを待つか、先に閉じてください。", minute(*until)),
            format!("{id} has a window until {until}: wait for its end, or close it first"),
        ),
        MaintenanceRefusal::Past => (
            "その時間帯は、もう終わっています。これからの日時を入れてください。".to_owned(),
            "that window is over already: name one that is to come".to_owned(),
        ),
        MaintenanceRefusal::TooLong(days) => (
            format!("時間帯は{days}日までです。長い作業は、分けて計画してください。"),
            format!("a window is no longer than {days} days: plan longer work in parts"),
        ),
        MaintenanceRefusal::WithinAMinute => (
            "時間帯は、分の単位で指定してください（秒は0）。".to_owned(),
            "a window begins and ends with a whole minute".to_owned(),
        ),
    };
    Text::new(format!("{ja}何も変更していません。"), format!("{en}; nothing was changed"))
}
