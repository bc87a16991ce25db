//! What is said of somebody who is known, on a device that is good: may they, here?

use http::StatusCode;

use super::RefusalWords;

const OTHER_DEVICE: &str = "このIDは、この端末に登録されていません。パスワードの間違いではありません。";
const OTHER_DEVICE_STEPS: &[&str] = &[
    "ご自分の事業所の端末からログインしてください。",
    "異動された方は、新しい事業所のIDをご利用ください。",
    "この端末を使う必要がある場合は、カシワニネット担当者を通じて柏市へお申し出ください。",
];
const OTHER_DEVICE_EN: &str = "Your ID is not registered for this device. Your password is not the problem.";
const OTHER_DEVICE_STEPS_EN: &[&str] = &[
    "Please log in from a device of your own office.",
    "If you moved to another office, use the ID of your new office.",
    "If you need to use this device, ask Kashiwa City through your office’s Kashiwani-Net contact.",
];

pub(super) const OFFICE_MISMATCH: RefusalWords = RefusalWords::of(StatusCode::FORBIDDEN, "KW-108", "office_mismatch")
    .ja("このIDは、この端末ではご利用いただけません", OTHER_DEVICE, OTHER_DEVICE_STEPS)
    .en("This ID cannot be used on this device", OTHER_DEVICE_EN, OTHER_DEVICE_STEPS_EN);

pub(super) const USER_NOT_ON_DEVICE: RefusalWords =
    RefusalWords::of(StatusCode::FORBIDDEN, "KW-108", "user_not_on_device")
        .ja("このIDは、この端末ではご利用いただけません", OTHER_DEVICE, OTHER_DEVICE_STEPS)
        .en("This ID cannot be used on this device", OTHER_DEVICE_EN, OTHER_DEVICE_STEPS_EN);

pub(super) const NOT_INVITED: RefusalWords = RefusalWords::of(StatusCode::FORBIDDEN, "KW-111", "not_invited")
    .ja(
        "この部屋には招待されていません",
        "部屋を見たり書き込んだりできるのは、その部屋に招待された方だけです。",
        &[
            "部屋をお間違えでないか、ご確認ください。終了した部屋は開けません。",
            "参加が必要な場合は、柏市 地域医療推進課へ電話で招待を依頼してください。部屋名、参加事業所名、参加者名をお伝えください。",
        ],
    )
    .en(
        "You are not invited to this room",
        "Only people who were invited to a room can read it and write in it.",
        &[
            "Please check that this is the right room. A room that was closed cannot be opened.",
            "If you need to take part, call the Community Medicine Promotion Division of Kashiwa City and ask for an invitation. Please tell us the room, your office and your name.",
        ],
    );

/// Of a city that asks for the training (研修会) before something is used: none does unless its own policies say so.
pub(super) const TRAINING_NEEDED: RefusalWords =
    RefusalWords::of(StatusCode::FORBIDDEN, "KW-113", "training_needed")
        .ja(
            "個人情報保護研修会の受講が確認できていません",
            "この画面は、柏市の個人情報保護研修会を受講した方だけがご利用いただけます。IDやパスワード、電子証明書の間違いではありません。",
            &[
                "受講がまだの方は、カシワニネット担当者に、研修会の日程をお確かめください。",
                "すでに受講された方は、カシワニネット担当者を通じて柏市へお知らせください。受講が登録されると、すぐにご利用いただけます。",
            ],
        )
        .en(
            "Your training is not recorded",
            "This page is for people who attended Kashiwa City’s training on personal information. Your ID, password and certificate are not the problem.",
            &[
                "If you have not attended yet, ask your office’s Kashiwani-Net contact when the next training is.",
                "If you did attend, tell Kashiwa City through your contact. The page opens as soon as your attendance is recorded.",
            ],
        );

pub(super) const POLICY_DENIED: RefusalWords = RefusalWords::of(StatusCode::FORBIDDEN, "KW-113", "policy_denied")
    .ja(
        "この画面を使う権限がありません",
        "お使いのIDまたは端末では、この画面や操作をご利用いただけません。",
        &["業務に必要なときは、カシワニネット担当者を通じて柏市へお申し出ください。"],
    )
    .en(
        "You may not use this page",
        "This page or action is not available with your ID or on this device.",
        &[
            "Go back and check what you wanted to do.",
            "If your work needs it, ask Kashiwa City through your office’s Kashiwani-Net contact.",
        ],
    );
