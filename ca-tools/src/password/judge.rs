//! Does a chosen password keep to the rules? All its mistakes at once.

use zxcvbn::Score;

use super::hash::matches;
use super::mistake::Mistake;
use super::profile::{Mix, Profile};

/// What a password is judged against beside its profile.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The ID it is for.
    pub login_id: String,
    /// Names near to it: the person's, the office's.
    pub names: Vec<String>,
    /// Words the house refuses beside the built-in ones.
    pub blocklist: Vec<String>,
    /// The present and former hashes.
    pub hashes: Vec<String>,
}

/// Words that everybody here would try first.
const OURS: [&str; 12] = [
    "kashiwa",
    "kashiwani",
    "kashiwanet",
    "kashiwashi",
    "kanamic",
    "sekisho",
    "password",
    "passw0rd",
    "chiba",
    "カシワニ",
    "かしわに",
    "柏市",
];

/// Judges a password; hashes are compared only when all else holds, because each costs 20 ms.
///
/// # Errors
/// Everything wrong with it, each once.
pub fn judge(profile: Profile, password: &str, around: &Surroundings) -> Result<(), Vec<Mistake>> {
    let mut mistakes = Vec::new();
    let length = password.chars().count();
    if length < profile.shortest() {
        mistakes.push(Mistake::TooShort);
    }
    if length > Profile::LONGEST {
        return Err(vec![Mistake::TooLong]);
    }
    match profile.mix() {
        Mix::Any => {}
        Mix::LetterDigitSymbol => mistakes.extend(missing_kinds(password)),
    }
    let lower = password.to_lowercase();
    if !around.login_id.is_empty() && lower.contains(&around.login_id.to_lowercase()) {
        mistakes.push(Mistake::SameAsId);
    }
    if mistakes.is_empty() && easy(&lower, password, around) {
        mistakes.push(Mistake::TooCommon);
    }
    if mistakes.is_empty() && around.hashes.iter().any(|hash| matches(password, hash)) {
        mistakes.push(Mistake::UsedBefore);
    }
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
}

fn missing_kinds(password: &str) -> impl Iterator<Item = Mistake> {
    let letter = password.chars().any(char::is_alphabetic);
    let digit = password.chars().any(char::is_numeric);
    let symbol = password.chars().any(|c| !c.is_alphanumeric() && !c.is_control());
    [(letter, Mistake::NeedsLetter), (digit, Mistake::NeedsDigit), (symbol, Mistake::NeedsSymbol)]
        .into_iter()
        .filter_map(|(there, mistake)| (!there).then_some(mistake))
}

/// A word everybody tries first, whatever digits and symbols stand around it, or a guess within
/// 10⁶ tries (zxcvbn's score 1). The gate's lock-out makes even those take years.
fn easy(lower: &str, password: &str, around: &Surroundings) -> bool {
    let letters: String = lower.chars().filter(|c| c.is_alphabetic()).collect();
    let near = around.names.iter().flat_map(|name| name.split_whitespace()).map(str::to_lowercase);
    let blocked: Vec<String> = OURS
        .iter()
        .map(|word| (*word).to_owned())
        .chain(around.blocklist.iter().map(|word| word.to_lowercase()))
        .chain(near)
        .filter(|word| word.chars().count() > 1)
        .collect();
    if blocked.iter().any(|word| *word == letters || word == lower) {
        return true;
    }
    let inputs: Vec<&str> = blocked.iter().map(String::as_str).collect();
    zxcvbn::zxcvbn(password, &inputs).score() < Score::Two
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(profile: Profile, password: &str) -> Vec<Mistake> {
        let names = vec!["ひだまり訪問看護".into()];
        let around = Surroundings { login_id: "k.sato".into(), names, ..Surroundings::default() };
        judge(profile, password, &around).err().unwrap_or_default()
    }

    #[test]
    fn each_profile_has_its_edges_exactly_where_its_source_puts_them() {
        use Mistake::{NeedsDigit, NeedsLetter, NeedsSymbol, TooLong, TooShort};
        let of_132 = "q7-Zk!".repeat(22);
        let of_128: String = "雨の7川-と舟歌".chars().cycle().take(128).collect();
        let of_64: String = of_128.chars().take(64).collect();
        let table: &[(Profile, &str, &[Mistake])] = &[
            (Profile::Mhlw2fa, "vZ7-kqx", &[TooShort]),
            (Profile::Mhlw2fa, "vZ7-kqxw", &[]),
            (Profile::Mhlw2fa, "vZqkqxwy-", &[NeedsDigit]),
            (Profile::Mhlw2fa, "vZ7kqxw4", &[NeedsSymbol]),
            (Profile::Mhlw2fa, "7392-5816", &[NeedsLetter]),
            (Profile::Mhlw2fa, "", &[TooShort, NeedsLetter, NeedsDigit, NeedsSymbol]),
            (Profile::Mhlw2fa, "雨の7川-と舟", &[TooShort]),
            (Profile::Mhlw2fa, "雨の7川-と舟歌", &[]),
            (Profile::Mhlw2fa, "雨の７川－と舟歌", &[]),
            (Profile::Mhlw2fa, &of_64, &[]),
            (Profile::Mhlw2fa, &of_128, &[]),
            (Profile::Mhlw2fa, &of_132, &[TooLong]),
            (Profile::Mhlw13, "vZ7-kqxwmp3e", &[TooShort]),
            (Profile::Mhlw13, "vZ7-kqxwmp3eu", &[]),
            (Profile::Mhlw13, "vZ7akqxwmp3eu", &[NeedsSymbol]),
            (Profile::Nist63b4, "vzqkqxw", &[TooShort]),
            (Profile::Nist63b4, "vzqkqxwy", &[]),
            (Profile::Nist63b4, "73925816", &[]),
            (Profile::Nist63b4, &of_64, &[]),
        ];
        for (profile, password, expected) in table {
            assert_eq!(mistakes(*profile, password), *expected, "{} {password}", profile.as_str());
        }
    }

    #[test]
    fn a_word_that_everybody_here_tries_first_is_refused_whatever_stands_around_it() {
        for password in
            ["Kashiwa-2026!", "kanamic#0471", "Password1!", "カシワニ2026-!!", "ひだまり訪問看護-2026", "Qwerty123!"]
        {
            assert_eq!(mistakes(Profile::Mhlw2fa, password), [Mistake::TooCommon], "{password}");
        }
    }

    #[test]
    fn a_password_that_holds_the_id_is_refused() {
        assert_eq!(mistakes(Profile::Mhlw2fa, "K.Sato/vq7zx"), [Mistake::SameAsId]);
    }

    #[test]
    fn a_former_password_is_refused() {
        let around = Surroundings { hashes: vec![super::super::hash("vZ7-kqxw").unwrap()], ..Surroundings::default() };
        assert_eq!(judge(Profile::Mhlw2fa, "vZ7-kqxw", &around), Err(vec![Mistake::UsedBefore]));
        assert_eq!(judge(Profile::Mhlw2fa, "vZ7-kqxv", &around), Ok(()));
    }
}
