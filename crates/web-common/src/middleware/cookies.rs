//! Cookies that would be taken for others.

use actix_web::http::header::{COOKIE, HeaderMap, HeaderValue};

/// Drops cookies with a `%` in their name. actix decodes names, so that `%5F_Host-x` would count as `__Host-x`,
/// without the protection that browsers give that prefix.
pub(super) fn drop_encoded_names(headers: &mut HeaderMap) {
    if !headers.get_all(COOKIE).any(|cookies| cookies.as_bytes().contains(&b'%')) {
        return;
    }
    let kept: Vec<HeaderValue> =
        headers.get_all(COOKIE).filter_map(|cookies| without_encoded(cookies.as_bytes())).collect();
    headers.remove(COOKIE);
    for cookies in kept {
        headers.append(COOKIE, cookies);
    }
}

fn without_encoded(cookies: &[u8]) -> Option<HeaderValue> {
    let name = |cookie: &&[u8]| cookie.iter().take_while(|byte| **byte != b'=').any(|byte| *byte == b'%');
    let kept: Vec<&[u8]> = cookies.split(|byte| *byte == b';').filter(|cookie| !name(cookie)).collect();
    HeaderValue::from_bytes(kept.join(&b';').trim_ascii()).ok().filter(|kept| !kept.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(cookies: &[&'static str]) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for cookies in cookies {
            headers.append(COOKIE, HeaderValue::from_static(cookies));
        }
        drop_encoded_names(&mut headers);
        headers.get_all(COOKIE).map(|cookies| cookies.to_str().expect("ascii").to_owned()).collect()
    }

    #[test]
    fn a_cookie_with_an_encoded_name_is_gone() {
        assert_eq!(kept(&["a=1; %5F_Host-s=evil; b=2"]), ["a=1; b=2"]);
        assert_eq!(kept(&["%61=1", "b=2"]), ["b=2"]);
        assert!(kept(&["%61"]).is_empty());
    }

    #[test]
    fn an_encoded_value_stays() {
        assert_eq!(kept(&["a=%20; b=100%"]), ["a=%20; b=100%"]);
    }
}
