//! What is not recorded, or told, of a training.

use crate::language::Text;
use crate::refusal::TrainingRefusal;

/// The same in a page and beside a command.
pub(super) fn for_anybody(refusal: &TrainingRefusal) -> Text {
    match refusal {
        TrainingRefusal::NobodyNamed => Text::new(
            "受講した人が1人も指定されていません。何も変更していません。",
            "nobody is named; nothing was changed",
        ),
        TrainingRefusal::NotAttended(person, year) => Text::new(
            format!("{person} は{}の研修会を受講した記録がありません。何も変更していません。", year.japanese()),
            format!("{person} is not recorded as having attended {year}; nothing was changed"),
        ),
        TrainingRefusal::NotYet(day) => Text::new(
            format!(
                "{}は、まだ来ていません。受講は、研修会の日が来てから登録してください。何も変更していません。",
                day.japanese()
            ),
            format!("{day} is to come: who attended is put down afterwards; nothing was changed"),
        ),
        TrainingRefusal::NobodyToTell(year) => Text::new(
            format!("{}の研修会について知らせる事業所がありません。メールは1通も送りません。", year.japanese()),
            format!("no office is to be told of {year}; no letter goes out"),
        ),
        TrainingRefusal::OutsideYear(year, day) => Text::new(
            format!(
                "{}は{}（{}年4月から翌年3月まで）の日ではありません。日付か年度を確かめてください。何も変更していません。",
                day.japanese(),
                year.japanese(),
                year
            ),
            format!("{day} is not in the fiscal year {year} (from April to March); nothing was changed"),
        ),
    }
}
