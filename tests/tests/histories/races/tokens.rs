//! A refresh token used twice at once.

use super::{people, statuses};
use futures_util::future::join_all;
use serde_json::json;
use tests::on_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn refreshes_at_once_with_one_token_never_leave_two_live_families() {
    on_each_database(async |server| {
        let [ada] = people(&server, ["ada"]).await;
        let anybody = server.api();
        for at_once in [2, 2, 2, 5] {
            let signed_in = anybody.sign_in("ada").await;
            let token = json!({"refresh_token": signed_in.refresh_token});

            let answers = join_all((0..at_once).map(|_| anybody.post("/auth/refresh", token.clone()))).await;

            let mut expected = vec![401; at_once];
            expected[0] = 200;
            assert_eq!(statuses(&answers), expected, "one of them is the first");
            // Whoever came second had a spent one: nothing that came of the sign-in lives on.
            let given = answers.into_iter().find(|answer| answer.status == 200).unwrap().body;
            for token in [signed_in.token.as_deref(), given["access_token"].as_str()] {
                anybody.with_token(token).get("/me").await.expect(401);
            }
            let next = json!({"refresh_token": given["refresh_token"]});
            anybody.post("/auth/refresh", next).await.expect(401);
        }
        ada.get("/me").await.expect(200);
    })
    .await;
}
