//! What a file is called where it is saved, and whether it is saved or shown (RFC 6266).

use actix_web::http::header::{
    Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue,
};

/// What a browser may show by itself: pictures that can't hold anything that runs. All else is saved.
const SHOWN: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/// Names the file after RFC 6266: plainly where that is possible, and in full in UTF-8.
pub(super) fn disposition(filename: &str, content_type: &str) -> ContentDisposition {
    let plain: String = filename
        .chars()
        .map(|c| if c.is_ascii() && !c.is_ascii_control() && !"\"\\%".contains(c) { c } else { '_' })
        .collect();
    let mut parameters = vec![DispositionParam::Filename(plain.clone())];
    if plain != filename {
        parameters.push(DispositionParam::FilenameExt(ExtendedValue {
            charset: Charset::Ext("UTF-8".to_owned()),
            language_tag: None,
            value: filename.as_bytes().to_vec(),
        }));
    }
    let disposition =
        if SHOWN.contains(&content_type) { DispositionType::Inline } else { DispositionType::Attachment };
    ContentDisposition { disposition, parameters }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_pictures_are_shown_and_names_are_harmless() {
        let said = |filename, content_type| disposition(filename, content_type).to_string();

        assert_eq!(said("a.png", "image/png"), "inline; filename=\"a.png\"");
        assert_eq!(said("a.svg", "image/svg+xml"), "attachment; filename=\"a.svg\"");
        let odd = said("ä\"b%.pdf", "application/pdf");
        assert_eq!(odd, "attachment; filename=\"__b_.pdf\"; filename*=UTF-8''%C3%A4%22b%25.pdf");
    }
}
