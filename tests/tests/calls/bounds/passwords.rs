//! A new password at its bounds, and that it is just that one from then on.

use super::kinds::long;
use crate::stage::Stage;
use serde_json::json;
use tests::PASSWORD;

#[tokio::test]
async fn a_new_password_is_taken_as_it_is_blanks_and_all() {
    let stage = Stage::set().await;
    for (n, new) in [long(8), long(128), "  spaced  ".to_owned(), "two\nlines".to_owned()].iter().enumerate()
    {
        let dan = stage.server.api().sign_up(&format!("dan{n}")).await;
        let change = json!({"current_password": PASSWORD, "new_password": new});
        dan.put("/me/password", change).await.expect(204);

        let signs_in = async |password: &str| {
            let account = json!({"username": dan.username, "password": password});
            stage.server.api().post("/auth/token", account).await.status
        };
        assert_eq!(signs_in(new).await, 200, "{n}");
        assert_eq!(signs_in(PASSWORD).await, 401, "{n}");
        if new.trim() != new {
            assert_eq!(signs_in(new.trim()).await, 401, "{n}");
        }
    }
}
