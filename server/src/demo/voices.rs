//! What the demo's customers say: words of our own, about any walk, so that they are true of each.

use super::{CUSTOMERS, Cast, DemoError, Loaded, Offered, call, likes, stopped_at};
use crate::compose::Services;
use contract::communication::CommentInput;
use contract::reply::ReplyInput;
use contract::review::ReviewInput;
use contract::{ApiError, Refusal};
use platform::Database;

const REVIEWS: [(i64, &str); 12] = [
    (5, "적힌 순서대로 걸었더니 길을 헤맬 일이 없었어요. 다음에는 부모님과 다시 오려고요."),
    (4, "걷는 거리가 적당해서 이야기하며 걷기 좋았어요. 마지막 곳은 조금 일찍 도착하는 편이 낫겠어요."),
    (5, "둘 다 처음 가 본 동네인데 하루가 짧게 느껴졌어요."),
    (3, "볼거리는 좋은데 주말이라 사람이 많았어요. 평일에 가시길 권해요."),
    (5, "비용이 얼마나 들지 미리 알고 가니 마음이 편했어요."),
    (4, "중간에 쉬는 곳을 하나 더 넣으면 더 좋겠어요. 그래도 만족해요."),
    (5, "사진을 많이 찍게 되는 길이에요. 해 지기 전에 출발하세요."),
    (4, "설명이 친절해서 처음 가는 사람도 따라 걷기 쉬워요."),
    (5, "기념일에 걸었는데 오래 기억에 남을 것 같아요."),
    (3, "길은 예쁜데 오르막이 생각보다 있어요. 편한 신발이 꼭 필요해요."),
    (4, "We followed it stop by stop and had time left for a second coffee."),
    (5, "Easy to walk even without knowing the area. The notes helped a lot."),
];

/// What is asked, and what the host answers, if anything.
const COMMENTS: [(&str, Option<&str>); 8] = [
    ("비가 와도 걸을 만한 길일까요?", Some("조금 오는 날은 우산 하나로 걸을 만해요. 많이 오는 날은 다음으로 미루시길 권해요.")),
    ("주차는 첫 번째 곳 근처가 나을까요, 마지막 곳이 나을까요?", Some("돌아오는 길까지 생각하면 첫 번째 곳 근처가 편해요.")),
    ("강아지와 함께 걸어 보신 분 있나요?", None),
    ("아침 일찍 시작해도 문을 연 곳이 있나요?", Some("문 여는 시간이 곳마다 달라요. 열 시쯤 시작하시면 기다릴 일이 적어요.")),
    ("유모차로도 다닐 수 있을지 궁금해요.", Some("턱이 있는 곳도 있으니 가벼운 유모차가 좋아요. 천천히 걸어 보세요.")),
    ("저녁에 거꾸로 걸어도 괜찮을까요?", Some("네, 좋아요. 문 닫는 시간만 먼저 살펴 주세요.")),
    ("Is there an English menu on the way?", Some("Some places have one. Where there is none, just ask: people are glad to help.")),
    ("겨울에도 괜찮은 코스일까요?", None),
];

/// Some keep a course, some review it, some ask and are answered: always the same ones.
pub(super) async fn speak(
    database: &Database,
    services: &Services,
    cast: &mut Cast<'_>,
    courses: &[Offered],
    loaded: &mut Loaded,
) -> Result<(), DemoError> {
    for customer in 0..CUSTOMERS {
        let part = format!("customer {customer}");
        let account = cast.account(services, &part, &super::name_of(customer)).await?;
        let call = call(database, account);
        for (index, Offered { course, host }) in courses.iter().enumerate().filter(|(index, _)| likes(customer, *index)) {
            if (customer + 2 * index).is_multiple_of(4) {
                let outcome = services.communication.bookmark(&call, *course).await.map_err(stopped_at(&part))?;
                loaded.last = outcome.change.or(loaded.last);
            }
            if (customer + index).is_multiple_of(3) {
                let (rating, body) = REVIEWS[(customer * 5 + index * 7) % REVIEWS.len()];
                match services.review.register(&call, *course, ReviewInput { rating, body: body.to_owned() }).await {
                    Ok(review) => loaded.last = Some(review.change()),
                    // It is there already, or this host takes none.
                    Err(ApiError::Refused(Refusal::Ineligible(_))) => {}
                    Err(error) => return Err(stopped_at(&part)(error)),
                }
            }
            // Entered first: one that an interruption kept from being written is left out, and none is there twice.
            if (customer * 3 + index).is_multiple_of(7) && cast.enter(&format!("comment {customer} {course}"), account).await? {
                let (question, answer) = COMMENTS[(customer + index) % COMMENTS.len()];
                let input = CommentInput { body: question.to_owned() };
                let mut comment = services.communication.comment(&call, *course, input).await.map_err(stopped_at(&part))?;
                if let Some(answer) = answer {
                    let (call, input) = (super::call(database, *host), ReplyInput { body: answer.to_owned() });
                    comment = services.communication.answer_comment(&call, comment.id, input).await.map_err(stopped_at(&part))?;
                }
                loaded.last = Some(comment.change());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::text::CommentBody;

    #[test]
    fn everything_that_is_said_could_be_said() {
        for (rating, body) in REVIEWS {
            ReviewInput { rating, body: body.to_owned() }.parse().expect("a review");
        }
        for (question, answer) in COMMENTS {
            CommentBody::parse("body", question).expect("a comment");
            if let Some(answer) = answer {
                ReplyInput { body: answer.to_owned() }.parse().expect("an answer");
            }
        }
    }
}
