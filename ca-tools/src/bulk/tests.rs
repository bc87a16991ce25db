//! Promises of what a table is read as.

use super::*;
use crate::acts::Import;
use crate::application::Professions;

fn told(text: &str, noun: Noun) -> Vec<String> {
    let mistakes = read(text.as_bytes(), noun, &Professions::default()).unwrap_err();
    mistakes.iter().map(|mistake| mistake.said().ja).collect()
}

#[test]
fn a_table_is_read_by_its_head_in_any_order() {
    let text = "氏名,職種,事業所番号,担当者\n佐藤　花子,看護師,１２７２２００００１,はい\n\n森,医師,1272200001,\n";
    let bulk = read(text.as_bytes(), Noun::People, &Professions::default()).unwrap();
    let Import::People(people) = &bulk.import else { panic!("{bulk:?}") };
    let numbers: Vec<_> = bulk.rows.iter().map(|row| row.number).collect();
    assert_eq!((people.len(), numbers), (2, vec![2, 4]));
    assert_eq!((people[0].person.office.as_str(), people[0].contact), ("1272200001", true));
    let devices =
        "office,label,os,ownership,users\n1272200001,受付,Windows（パソコン）,個人の端末（BYOD）,k.sato、m.ito\n";
    let bulk = read(devices.as_bytes(), Noun::Devices, &Professions::default()).unwrap();
    let Import::Devices(devices) = &bulk.import else { panic!("{bulk:?}") };
    assert_eq!(devices[0].users.len(), 2);
}

#[test]
fn every_mistake_is_told_by_its_cell() {
    let text = "事業所番号,事業所名,電話番号,メールアドレス\n127220000,,471671111,a@b\n1.27E+09,みどり,04-7167-1111,\n";
    let mistakes = told(text, Noun::Offices);
    assert_eq!(mistakes.len(), 5, "{mistakes:#?}");
    for (cell, said) in [
        ("A2：事業所番号：", "0"),
        ("B2：事業所名：", "入力してください"),
        ("C2：電話番号：", "先頭の0が消えています"),
        ("D2：メールアドレス：", "name@example.jp"),
        ("A3：事業所番号：", "文字列"),
    ] {
        assert!(
            mistakes.iter().any(|mistake| mistake.starts_with(cell) && mistake.contains(said)),
            "{cell}: {mistakes:#?}"
        );
    }
}

#[test]
fn a_head_that_is_none_is_told_what_there_is() {
    let mistakes = told("事業所番号,色,事業所番号\n1,2,3\n", Noun::People);
    assert!(mistakes[0].starts_with("B1：色：この項目はありません。利用者の項目：事業所番号、氏名、"), "{mistakes:#?}");
    assert!(mistakes.iter().any(|mistake| mistake == "1行目：「氏名」の列がありません。"), "{mistakes:#?}");
    assert!(told("氏名,職種,事業所番号\n", Noun::People)[0].starts_with("2行目：1件もありません"));
    assert!(told("", Noun::Rooms)[0].contains("空のファイルです"));
    let twice = told("事業所番号,氏名,職種\n1272200001,森,医師\n1272200001,森,医師\n", Noun::People);
    assert!(twice[0].starts_with("B3：氏名：2行目と同じ人です"), "{twice:#?}");
}

#[test]
fn every_column_of_a_template_is_one_of_ours() {
    for noun in Noun::ALL {
        let head = noun.head().join(",");
        assert!(told(&head, noun)[0].starts_with("2行目：1件もありません"), "{noun:?}");
    }
}

#[test]
fn a_reading_is_kana_as_it_was_typed_and_nothing_else() {
    let text = "事業所番号,氏名,ふりがな,職種\n1272200001,佐藤　花子,サトウ　ﾊﾅｺ,看護師\n1272200001,森,,医師\n";
    let bulk = read(text.as_bytes(), Noun::People, &Professions::default()).unwrap();
    let Import::People(people) = &bulk.import else { panic!("{bulk:?}") };
    assert_eq!((people[0].person.kana.as_str(), people[1].person.kana.as_str()), ("サトウ ﾊﾅｺ", ""));
    let wrong = told("事業所番号,氏名,ふりがな,職種\n1272200001,佐藤,佐とう,看護師\n", Noun::People);
    assert!(wrong[0].starts_with("C2：ふりがな：ひらがなかカタカナ"), "{wrong:?}");
}

#[test]
fn a_row_that_stands_there_twice_and_the_example_are_refused() {
    let twice = told("部屋の名前,部屋番号\n森様,\n林様,\n 森様,\n", Noun::Rooms);
    assert!(twice[0].starts_with("4行目：2行目と同じ内容です"), "{twice:?}");
    for noun in Noun::ALL {
        let mistakes = read(&noun.template().unwrap(), noun, &Professions::default()).unwrap_err();
        assert!(mistakes[0].said().ja.starts_with("2行目：記入例のままです"), "{noun:?}: {mistakes:?}");
        assert_eq!(noun.example().len(), noun.columns().len(), "{noun:?}");
    }
}
