//! The page of a device, and what is done there.

use crate::fixtures::console::{APPROVER, AUDITOR, CLERK, CUSTODIAN, Console};

const DEVICE: &str = "/console/devices/DEV-000001";
const SUSPEND: &str = "/console/change/devices/DEV-000001/suspend";

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operator_may_not_do_has_no_button_and_is_refused() {
    let console = Console::new();
    for who in [CLERK, APPROVER] {
        assert!(console.get(who, DEVICE).await.leads_to(SUSPEND), "{who}");
        assert_eq!(console.get(who, SUSPEND).await.status, 200, "{who}");
    }
    for who in [AUDITOR, CUSTODIAN] {
        let page = console.get(who, DEVICE).await;
        assert!(page.status == 200 && !page.leads_to(SUSPEND), "{who}: {}", page.body());
        assert!(page.says("受付または承認の役割の職員が行えます"), "{who}: {}", page.body());
        assert_eq!(console.get(who, SUSPEND).await.status, 403, "{who}");
        let refused = console.post(who, SUSPEND, &[("why", "試験"), ("seen", "0")]).await;
        assert_eq!(refused.status, 403, "{who}: {}", refused.body());
    }
    let done = console.act(CLERK, SUSPEND, &[("why", "試験")]).await;
    assert!(done.says("行いました") && done.says("取り消す"), "{}", done.body());
    assert!(done.leads_to("/console/change/devices/DEV-000001/resume"), "{}", done.body());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_act_at_once_one_is_told_what_the_other_did() {
    let console = Console::new();
    let (first, second) = (console.get(CLERK, SUSPEND).await, console.get(APPROVER, SUSPEND).await);
    assert_eq!(console.send(APPROVER, &second, &[("why", "電話で依頼")]).await.status, 303);
    let told = console.send(CLERK, &first, &[("why", "置き忘れ")]).await;
    assert_eq!(told.status, 422, "{}", told.body());
    assert!(told.says("ほかの職員が先に変更しました") && told.says("approver"), "{}", told.body());
    assert!(told.says("value=\"置き忘れ\""), "what was typed is kept: {}", told.body());
    let suspensions = "SELECT CAST(count(*) AS TEXT) FROM events WHERE action = 'device.suspend'";
    assert_eq!(console.house().answer_apart(suspensions), "1");
}
