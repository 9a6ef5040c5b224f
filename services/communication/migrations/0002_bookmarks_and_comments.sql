-- A customer's bookmark of a course, kept as a like is.
CREATE TABLE communication.bookmarks (
    course_id   uuid NOT NULL,
    customer_id uuid NOT NULL,
    active      boolean NOT NULL,
    version     bigint NOT NULL,
    changed_at  timestamptz NOT NULL,
    PRIMARY KEY (course_id, customer_id)
);

-- What someone says below a course. The row of a deleted one stays for its version; its words go.
CREATE TABLE communication.comments (
    id         uuid PRIMARY KEY,
    course_id  uuid NOT NULL,
    author_id  uuid NOT NULL,
    body       text NOT NULL,
    deleted    boolean NOT NULL,
    version    bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE INDEX comments_of_course ON communication.comments (course_id) WHERE NOT deleted;

-- What is taken back when an account is closed.
CREATE INDEX likes_of_customer ON communication.likes (customer_id) WHERE active;
CREATE INDEX bookmarks_of_customer ON communication.bookmarks (customer_id) WHERE active;

-- Whose a course is, who may delete comments on it. Unknown until an event tells it.
ALTER TABLE communication.courses ADD COLUMN host_id uuid;

-- Accounts that were closed: what was on its way when they were is taken back when it is heard of.
CREATE TABLE communication.closed_accounts (
    account_id uuid PRIMARY KEY,
    closed_at  timestamptz NOT NULL
);

-- Events about which a message was heard of before the event itself.
CREATE TABLE communication.early_messages (
    event_id uuid PRIMARY KEY,
    heard_at timestamptz NOT NULL
);
