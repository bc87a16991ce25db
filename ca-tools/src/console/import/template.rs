//! An empty table, with its head and an example row, whose cells keep what is typed into them as text.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::super::missing::silent;
use super::super::operator::Operator;
use super::noun_of;
use crate::desk::Desk;

const XLSX: HeaderValue = HeaderValue::from_static("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");

pub(super) async fn send(State(desk): State<Desk>, Path(noun): Path<String>, operator: Operator) -> Response {
    let noun = match noun_of(&desk, &operator, &noun) {
        Ok(noun) => noun,
        Err(answer) => return answer,
    };
    let (Ok(file), Ok(name)) =
        (noun.template(), HeaderValue::from_str(&format!("attachment; filename=\"{}.xlsx\"", noun.as_str())))
    else {
        return silent(&desk, &operator);
    };
    let mut answer = (StatusCode::OK, file).into_response();
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, XLSX);
    headers.insert(CONTENT_DISPOSITION, name);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}
