//! Is every mistake in a policy file found, and told where it stands?

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

use policies::{Access, Area, AtDevice, PolicyRefusal, PolicySet, Question, Who};

const BUILT_IN: &str = include_str!("../care-record.cedar");

#[test]
fn all_mistakes_in_all_files_are_told_at_once() {
    let first = r#"
@id("twice") @reason("ok")
permit (principal, action == Action::"visit", resource == Area::"recrod");

@id("twice")
@reason("because")
forbid (principal, action, resource)
when { context.wirte };

permit (principal, action, resource)
"#;
    let second = r#"@id("twice") @reason("policy_denied")
forbid (principal, action == Action::"use_device", resource)
when { resource.open };
@id("a") @reason("ok")
forbid (principal, action, resource) when { context.ownership == "byod" };"#;
    let told: Vec<String> = PolicySet::load([("first.cedar", first), ("second.cedar", second)])
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect();
    println!("{}", told.join("\n"));
    let has = |place: &str, word: &str| told.iter().any(|told| told.starts_with(place) && told.contains(word));
    assert!(has("first.cedar:3: ", "recrod"));
    assert!(has("first.cedar:5: ", "already stands at first.cedar:2"));
    assert!(has("first.cedar:5: ", "the reason of a forbid is"));
    assert!(has("first.cedar:8: ", "wirte"));
    assert!(has("first.cedar:10: ", "unexpected end of input"));
    assert!(has("second.cedar:1: ", "already stands at first.cedar:2"));
    assert!(has("second.cedar:3: ", "open"));
    assert!(has("second.cedar:4: ", "the reason of a forbid is"));
    assert!(has("second.cedar:5: ", "Ownership"));
}

#[test]
fn a_policy_without_an_id_or_a_reason_is_refused() {
    let text = "permit (principal, action, resource);";
    let told = PolicySet::load([("care-record.cedar", BUILT_IN), ("a.cedar", text)]).unwrap_err();
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "a.cedar:1: a policy needs an @id of small letters, digits, hyphens and underscores: @id(\"night-rest\")",
            "a.cedar:1: @reason(\"\"): the reason of a permit is \"ok\"",
        ]
    );
}

#[test]
fn a_policy_that_can_never_hold_is_refused() {
    let text = r#"@id("a") @reason("policy_denied") forbid (principal, action, resource) when { 1 == 2 };"#;
    let told = PolicySet::load([("a.cedar", text)]).unwrap_err();
    assert!(told[0].what.contains("impossible"), "{}", told[0]);
}

#[test]
fn a_template_is_refused() {
    let text = r#"@id("a") @reason("ok") permit (principal == ?principal, action, resource);"#;
    let told = PolicySet::load([("a.cedar", text)]).unwrap_err();
    assert!(told[0].what.contains("template"), "{}", told[0]);
}

#[test]
fn a_set_without_policies_is_refused() {
    for text in ["", "// all gone\n"] {
        let told = PolicySet::load([("a.cedar", text)]).unwrap_err();
        assert_eq!(told[0].what, "there is no policy, so everyone would be refused");
    }
    assert!(PolicySet::load([]).is_err());
}

#[test]
fn a_changed_text_is_another_generation() {
    let built_in = PolicySet::built_in().unwrap().generation();
    assert_eq!(PolicySet::load([("any name", BUILT_IN)]).unwrap().generation(), built_in);
    let more = format!("{BUILT_IN} // and a comment");
    assert_ne!(PolicySet::load([("care-record.cedar", &*more)]).unwrap().generation(), built_in);
}

/// Cedar leaves a policy out that fails while it is evaluated, and would allow what it forbids.
#[test]
fn a_policy_that_fails_while_it_is_evaluated_refuses() {
    let overflow = r#"@id("too-much") @reason("policy_denied")
        forbid (principal, action, resource) when { 9223372036854775807 + context.minute_of_day > 0 };"#;
    let set = PolicySet::load([("care-record.cedar", BUILT_IN), ("more.cedar", overflow)]).unwrap();
    let refusal = visit(&set, "record".parse().unwrap()).unwrap_err();
    assert!(matches!(&refusal, PolicyRefusal::Unevaluable { why } if why.contains("too-much")), "{refusal}");
}

#[test]
fn what_no_policy_allows_is_refused() {
    let less = BUILT_IN.replace("resource == Area::\"record\"", "resource == Area::\"console\"");
    let set = PolicySet::load([("a.cedar", &*less)]).unwrap();
    assert_eq!(visit(&set, Area::Record).unwrap_err(), PolicyRefusal::Denied { policy: None });
}

/// The `forbid`s on which the house's promises stand.
const REQUIRED: [&str; 11] = [
    "device-of-another-office",
    "device-lists-other-users",
    "room-by-invitation-only",
    "console-home-by-role-only",
    "console-by-role-only",
    "console-export-by-role-only",
    "console-operations-by-role-only",
    "console-change-by-role-only",
    "console-approve-by-role-only",
    "console-custody-by-role-only",
    "console-is-read",
];

#[test]
fn a_city_cannot_leave_out_what_the_house_forbids() {
    let only = r#"@id("a") @reason("ok") permit (principal, action, resource);"#;
    let told = PolicySet::load([("a.cedar", only)]).unwrap_err();
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), REQUIRED.len(), "{told:?}");
    for (told, id) in told.iter().zip(REQUIRED) {
        assert!(told.contains(&format!("@id({id:?}) is missing")) && told.contains("care-record.cedar"), "{told}");
    }
    // And told with what else is wrong, at once.
    let told = PolicySet::load([("a.cedar", &*format!("{only} permit"))]).unwrap_err();
    assert_eq!(told.len(), 1 + REQUIRED.len(), "{told:?}");
}

#[test]
fn a_city_cannot_weaken_what_the_house_forbids() {
    for (weaker, id) in [
        (BUILT_IN.replace("!resource.lists_users || principal in resource }", "true }"), "device-lists-other-users"),
        (
            BUILT_IN.replace(
                "unless { principal in resource && resource.open };",
                "unless { principal in resource && (resource.open || context.hour == 3) };",
            ),
            "room-by-invitation-only",
        ),
        (
            BUILT_IN.replace(
                "@reason(\"not_invited\")\nforbid (principal is SystemUser, action",
                "@reason(\"policy_denied\")\nforbid (principal is SystemUser, action",
            ),
            "room-by-invitation-only",
        ),
        (
            BUILT_IN
                .replacen(
                    "forbid (principal is SystemUser, action == Action::\"visit\"",
                    "forbid (principal is SystemUser, action == Action::\"enter_room\"",
                    1,
                )
                .replace("resource == Area::\"console_home\")\nunless", "resource is Room)\nunless"),
            "console-home-by-role-only",
        ),
        (
            BUILT_IN.replace(
                "unless { principal in Role::\"ra_approver\" };",
                "unless { principal in [Role::\"ra_approver\", Role::\"ra_clerk\"] };",
            ),
            "console-approve-by-role-only",
        ),
        (
            BUILT_IN.replace("Role::\"auditor\" && !context.write", "Role::\"auditor\""),
            "console-operations-by-role-only",
        ),
        (
            BUILT_IN.replace(
                "== Area::\"console_export\")\nunless { principal in [",
                "== Area::\"console_export\")\nunless { principal in [Role::\"ops\", ",
            ),
            "console-export-by-role-only",
        ),
    ] {
        assert_ne!(weaker, BUILT_IN, "{id}");
        let told = PolicySet::load([("theirs.cedar", &*weaker)]).unwrap_err();
        let told: Vec<String> = told.iter().map(ToString::to_string).collect();
        assert!(told.iter().any(|told| told.starts_with("theirs.cedar:") && told.contains(id)), "{id}: {told:?}");
    }
}

#[test]
fn what_the_house_forbids_may_be_set_out_otherwise_and_stand_in_any_file() {
    let (mut forbids, mut permits) = (String::new(), String::new());
    for policy in BUILT_IN.split_inclusive(';') {
        if policy.contains("forbid (") { forbids += policy } else { permits += policy }
    }
    let forbids = forbids.replace("  ", " ").replace(", ", ",\n    // as the house has it\n    ");
    PolicySet::load([("theirs.cedar", &*permits), ("ours.cedar", &*forbids)]).unwrap();
}

fn visit(set: &PolicySet, area: Area) -> Result<policies::Permit, PolicyRefusal> {
    let (login_id, office) = ("k.sato".parse().unwrap(), "1272201234".parse().unwrap());
    set.decide(&Access {
        who: Who { login_id: &login_id, office: &office, roles: &[], trained: &[] },
        device: AtDevice {
            device: "DEV-000001".parse().unwrap(),
            office: &office,
            users: None,
            os: registry::Os::Windows,
            ownership: registry::Ownership::Office,
            assurance: registry::Assurance::Swk,
        },
        question: Question::Visit { area },
        write: false,
        now: certs::Timestamp::from_unix(1),
    })
}
