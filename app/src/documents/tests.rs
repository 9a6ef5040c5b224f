use super::*;

fn document() -> Document {
    Document {
        kind: "text/calendar; charset=utf-8",
        body: Bytes::from_static(b"x"),
        keep: ASKED_AGAIN,
        file_name: "성수 한 바퀴.ics".into(),
    }
}

#[test]
fn a_document_that_is_known_is_not_sent_again() {
    let whole = document().answer(&HeaderMap::new());
    assert_eq!(whole.status(), 200);
    let tag = whole.headers()[header::ETAG].clone();
    for asked in [tag.to_str().expect("text").to_owned(), format!("\"a\", W/{}", tag.to_str().expect("text")), "*".to_owned()] {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, asked.parse().expect("a header"));
        let answer = document().answer(&headers);
        assert_eq!((answer.status().as_u16(), answer.headers().get(header::ETAG)), (304, Some(&tag)), "{asked}");
        assert!(answer.headers().get(header::CONTENT_TYPE).is_none());
    }
    let mut headers = HeaderMap::new();
    headers.insert(header::IF_NONE_MATCH, "\"other\"".parse().expect("a header"));
    assert_eq!(document().answer(&headers).status(), 200);
}

#[test]
fn a_name_in_hangul_is_sent_whole_and_plain() {
    assert_eq!(
        document().answer(&HeaderMap::new()).headers()[header::CONTENT_DISPOSITION],
        "attachment; filename=\"dulle.ics\"; filename*=UTF-8''%EC%84%B1%EC%88%98%20%ED%95%9C%20%EB%B0%94%ED%80%B4.ics"
    );
}

#[test]
fn no_title_makes_a_bad_file_name() {
    assert_eq!(file_name("../../etc/passwd\u{202E}", "gpx"), "etc passwd.gpx");
    assert_eq!(file_name("a\r\nSet-Cookie: b=\"c\"", "ics"), "a Set-Cookie b= c.ics");
    assert_eq!(file_name("???", "ics"), "dulle.ics");
    assert_eq!(file_name(&"가".repeat(80), "geojson").chars().count(), 60 + ".geojson".len());
    assert!(disposition(&file_name("a\"; filename=\"b.exe", "ics")).ends_with("filename*=UTF-8''a%20%3B%20filename%3D%20b.exe.ics"));
}
