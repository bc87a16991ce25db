//! How is a made-up password read out over the telephone? One word for each sign, and no two that sound alike.
//!
//! 「きゅう」 is a digit and a letter, so both say which they are. Only what `made_up` draws is in the table: a password that
//! somebody chose is never read out.

/// The signs that are drawn, and the hyphen between two groups.
const SOUNDS: [(char, &str); 32] = [
    ('a', "エー"),
    ('b', "ビー"),
    ('c', "シー"),
    ('d', "ディー"),
    ('e', "イー"),
    ('f', "エフ"),
    ('g', "ジー"),
    ('h', "エイチ"),
    ('j', "ジェイ"),
    ('k', "ケイ"),
    ('m', "エム"),
    ('n', "エヌ"),
    ('p', "ピー"),
    ('q', "英字のキュー"),
    ('r', "アール"),
    ('s', "エス"),
    ('t', "ティー"),
    ('u', "ユー"),
    ('v', "ブイ"),
    ('w', "ダブリュー"),
    ('x', "エックス"),
    ('y', "ワイ"),
    ('z', "ゼット"),
    ('2', "に"),
    ('3', "さん"),
    ('4', "よん"),
    ('5', "ご"),
    ('6', "ろく"),
    ('7', "なな"),
    ('8', "はち"),
    ('9', "数字のきゅう"),
    ('-', "ハイフン"),
];

/// 「ティー・さん・エイチ・さん　ハイフン　…」. A sign that is not in the table stands as it is.
#[must_use]
pub fn reading(made_up: &str) -> String {
    let groups = made_up.split('-').map(|group| {
        let sounds = group.chars().map(|sign| sound(sign).map_or_else(|| sign.to_string(), str::to_owned));
        sounds.collect::<Vec<_>>().join("・")
    });
    groups.collect::<Vec<_>>().join(&format!("　{}　", sound('-').unwrap_or("-")))
}

fn sound(sign: char) -> Option<&'static str> {
    SOUNDS.iter().find(|(known, _)| *known == sign).map(|(_, sound)| *sound)
}

#[cfg(test)]
mod tests {
    use super::super::MadeUp;
    use super::*;

    /// As an ear takes it: small and long sounds, and whether it was written in one kana or the other, are lost on the line.
    fn heard(sound: &str) -> String {
        let folded = sound.chars().map(|sign| match sign {
            'ァ'..='ン' => char::from_u32(u32::from(sign) - 0x60).unwrap(),
            other => other,
        });
        folded.filter(|sign| !"ーうっ".contains(*sign)).collect()
    }

    #[test]
    fn no_two_signs_sound_alike() {
        for (place, (sign, sound)) in SOUNDS.iter().enumerate() {
            for (other, as_well) in &SOUNDS[place + 1..] {
                assert_ne!(heard(sound), heard(as_well), "{sign} {other}");
            }
        }
    }

    #[test]
    fn every_sign_of_a_made_up_password_has_a_sound() {
        assert_eq!(reading("t3h3-9q"), "ティー・さん・エイチ・さん　ハイフン　数字のきゅう・英字のキュー");
        for _ in 0..50 {
            let made_up = MadeUp::password().unwrap();
            assert!(!reading(made_up.reveal()).contains(|sign: char| sign.is_ascii()), "{}", made_up.reveal());
        }
    }
}
